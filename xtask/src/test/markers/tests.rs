//! Names of tests in sources.

use super::names_in;

#[test]
fn reads_the_names_of_tests() {
    let source = "let Some(_ran) = slow::ring3(\"a\") else { return };\nlet _b = testkit::slow::ring3(\"b_c\");\n";
    assert_eq!(names_in(source), ["a", "b_c"]);
    assert_eq!(names_in("fn ring3() {}"), [""; 0]);
}
