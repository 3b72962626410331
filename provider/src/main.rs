//! The provider's program.

use std::process::ExitCode;

use provider::{ADDRESS, Aibridge, env};
use tfplugin::serve::{self, Options};

fn main() -> ExitCode {
    let options = Options { address: ADDRESS, version: env!("CARGO_PKG_VERSION") };
    serve::run(Aibridge::new(env::process), options)
}
