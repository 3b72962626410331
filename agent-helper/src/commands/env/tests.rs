//! Quoting, and the order of variables.

use expect_test::expect;

use super::*;

#[test]
fn env_quotes_values_for_each_shell() {
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
fn env_prints_all_variables_in_the_order_of_their_names() {
    let variables = [("C", "3"), ("A", "1"), ("D", "4"), ("B", "2")];
    let variables = variables.map(|(name, value)| (name, Secret::new(value))).into();
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
