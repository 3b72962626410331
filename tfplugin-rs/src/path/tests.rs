//! How paths read.

use super::AttributePath;

#[test]
fn path_is_displayed_as_in_terraform() {
    let root = AttributePath::root();
    let helper = AttributePath::from("helper");
    for (path, text) in [
        (root.clone(), ""),
        (helper.clone(), "helper"),
        (helper.attribute("url"), "helper.url"),
        (AttributePath::from("no_proxy").index(0), "no_proxy[0]"),
        (AttributePath::from("env").key("a\"b").attribute("x"), "env[\"a\\\"b\"].x"),
    ] {
        assert_eq!(path.to_string(), text);
    }
    assert!(root.is_root() && !helper.is_root());
}
