//! Cargo's messages, read without a build.

use std::path::Path;

use super::executables;

#[test]
fn executables_are_found_among_cargos_messages() {
    let built = executables(
        r#"{"reason":"compiler-artifact","target":{"name":"tokio"},"executable":null}
not json
{"reason":"compiler-artifact","target":{"name":"aibridge-agent"},"executable":"/t/aibridge-agent"}
{"reason":"build-finished","success":true}"#,
    );
    assert_eq!(built.len(), 1);
    assert_eq!(built["aibridge-agent"], Path::new("/t/aibridge-agent"));
}
