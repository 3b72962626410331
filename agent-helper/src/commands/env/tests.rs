//! Quoting, and what is printed.

use std::collections::BTreeMap;

use ::settings::Secret;
use expect_test::expect;

use super::*;

#[test]
fn quotes_for_each_language() {
    #[track_caller]
    fn check(format: EnvFormat, value: &str, expected: &str) {
        assert_eq!(line("K", value, format), format!("{expected}\n"));
    }
    check(EnvFormat::Sh, "plain $x `y`", "export K='plain $x `y`'");
    check(EnvFormat::Sh, "it's", r"export K='it'\''s'");
    check(EnvFormat::Fish, r"a\b'c", r"set -gx K 'a\\b\'c'");
    check(EnvFormat::Powershell, "it's \u{2019}", "$env:K = 'it''s \u{2019}\u{2019}'");
    check(EnvFormat::Dotenv, "a b $c", "K='a b $c'");
    check(EnvFormat::Dotenv, "it's $x \"y\"", r#"K="it's \$x \"y\"""#);
}

#[test]
fn all_variables_in_the_order_of_their_names() {
    let variables = Variables {
        plain: BTreeMap::from([("B", "2".to_owned()), ("D", "4".to_owned())]),
        secret: BTreeMap::from([("A", Secret::new("1")), ("C", Secret::new("3"))]),
    };
    assert_eq!(print(&variables, EnvFormat::Dotenv), "A='1'\nB='2'\nC='3'\nD='4'\n");
    expect![[r#"
        {
          "A": "1",
          "B": "2",
          "C": "3",
          "D": "4"
        }
    "#]]
    .assert_eq(&print(&variables, EnvFormat::Json));
}
