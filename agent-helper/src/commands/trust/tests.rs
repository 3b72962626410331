//! The line that Java reads its truststore from.

use super::*;

#[test]
fn java_line_is_quoted_for_shell_and_java() {
    for (path, expected) in [
        ("/tmp/ai/t.p12", "-Djavax.net.ssl.trustStore=/tmp/ai/t.p12 "),
        ("/home/a b/t.p12", "-Djavax.net.ssl.trustStore=\"/home/a b/t.p12\" "),
        ("/home/o'neil/t.p12", r"-Djavax.net.ssl.trustStore=/home/o'\''neil/t.p12 "),
    ] {
        let line = java_line(Path::new(path));
        assert!(line.starts_with(&format!("export JAVA_TOOL_OPTIONS='{expected}")), "{line}");
        assert!(line.ends_with("\"${JAVA_TOOL_OPTIONS:+ $JAVA_TOOL_OPTIONS}\"\n"), "{line}");
    }
}
