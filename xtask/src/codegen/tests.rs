//! The checked-in wire code is what the definitions say.

use super::run;

#[test]
fn checked_in_code_is_fresh() {
    run(true).expect("`cargo xtask codegen` was run after the last change of a definition");
}
