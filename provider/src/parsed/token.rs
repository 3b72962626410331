//! The session token.

use settings::Secret;
use tfplugin::model::{Content, ModelError};
use tfplugin::path::AttributePath;
use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::{Parse, Refusal};

/// A session token that an HTTP header can carry. `Debug` shows nothing of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token(Secret);

impl Token {
    /// The token itself; empty means that there is none.
    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

impl Parse for Token {
    const RULE: &'static str = "must not contain spaces or control characters";

    fn parse(text: &str) -> Result<Self, Refusal> {
        if text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(Secret::new(text)));
        }
        Err(Refusal::new(
            "the token contains a space, a line break or another character that no token has",
            "pass the token alone; `trimspace()` removes a line break read from a file",
        ))
    }
}

impl Content for Token {
    fn from_known(value: Value, path: &AttributePath) -> Result<Self, ModelError> {
        let text = String::from_known(value, path)?;
        Self::parse(&text).map_err(|refusal| refusal.at(path))
    }

    fn into_known(self) -> Value {
        self.0.expose().into()
    }

    fn check(ty: &Type, path: &AttributePath, faults: &mut Vec<ModelError>) {
        String::check(ty, path, faults);
    }
}
