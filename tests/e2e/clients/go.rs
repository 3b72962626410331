//! Go's own HTTP library.

use testkit::{slow, tools};

use super::world::{ANSWER, Client, URL, World};

#[test]
fn go_verifies_the_leaf_under_exec_only() {
    let Some(_marker) = slow::ring3("clients-go") else { return };
    let program = tools::go_client();
    let go = Client { name: "Go net/http", program: &program, args: &[URL] };
    World::start().check(&go, "/v1/models", ANSWER);
}
