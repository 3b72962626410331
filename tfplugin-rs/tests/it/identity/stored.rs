//! Stored identities of every version, and objects of other types that are moved.

use serde_json::json;
use tfplugin::private::Private;
use tfplugin::resource::MoveSource;
use tfplugin::server::{MoveRequest, UpgradeIdentityRequest};

use super::{DEFAULT, HOST, NULL, identity, state, whole};
use crate::scripted::{detail, headlines, only, server};

#[tokio::test]
async fn stored_identities_of_every_version_are_upgraded_or_refused() {
    let server = server(only(DEFAULT)).await;
    for (version, stored, expected) in [
        (2, json!({"name": "a", "number": 7, "region": "eu"}), Ok(whole())),
        (2, json!({"name": "a", "number": 7, "gone": true}), Ok(identity(NULL, "a", 7))),
        (1, json!({"title": "a", "number": 7, "region": "eu"}), Ok(whole())),
        (0, json!({}), Err("Too old")),
        (3, json!({}), Err("Identity is too new")),
        (2, json!({"number": "x"}), Err("Identity does not fit the schema")),
        // The provider, which takes keys out of it, is not called.
        (1, json!(["a"]), Err("Identity does not fit the schema")),
        (1, json!("a"), Err("Identity does not fit the schema")),
    ] {
        let identity = stored.to_string().into_bytes();
        let request = UpgradeIdentityRequest { type_name: HOST.to_owned(), version, identity };
        let answer = server.upgrade_identity(request).await;
        match expected {
            Ok(identity) => assert_eq!(answer.identity, Some(identity), "{stored}"),
            Err(headline) => {
                assert_eq!(headlines(&answer.diagnostics), [format!(": {headline}")], "{stored}");
                assert!(answer.identity.is_none());
            }
        }
    }
    let request =
        UpgradeIdentityRequest { type_name: HOST.to_owned(), version: 2, identity: b"{".to_vec() };
    let answer = server.upgrade_identity(request).await;
    assert_eq!(headlines(&answer.diagnostics), [": Identity cannot be read"]);
}

#[tokio::test]
async fn object_of_another_type_is_moved_or_refused_without_quoting_it() {
    let source = |provider: &str, type_name: &str, schema_version, state| MoveSource {
        provider_address: provider.to_owned(),
        type_name: type_name.to_owned(),
        schema_version,
        state,
        identity: None,
        identity_version: 0,
        private: {
            let mut private = Private::default();
            private.set("zone", "z1").unwrap();
            private
        },
    };
    let server = server(only(DEFAULT)).await;
    let titled = || json!({"title": "a", "secret": "hush"});
    for registry in ["registry.terraform.io", "registry.opentofu.org"] {
        let source = source(&format!("{registry}/example/old"), "old_machine", 1, titled());
        let answer = server.move_state(MoveRequest { type_name: HOST.to_owned(), source }).await;
        assert_eq!(headlines(&answer.diagnostics), [""; 0]);
        assert_eq!(answer.state, Some(state("eu", "a", NULL)));
        // Its number is not known yet, so it is not whole.
        assert_eq!(answer.identity, None);
        assert_eq!(answer.private, br#"{"moved_from":"z1"}"#);
    }
    let address = "registry.terraform.io/example/old";
    for (source, headline) in [
        (source(address, "old_machine", 2, titled()), "Move is not supported"),
        (source(address, "new_machine", 1, titled()), "Move is not supported"),
        (
            source("registry.terraform.io/other/old", "old_machine", 1, titled()),
            "Move is not supported",
        ),
        (source(address, "old_machine", 1, json!({})), "Machine has no title"),
    ] {
        let answer = server.move_state(MoveRequest { type_name: HOST.to_owned(), source }).await;
        assert_eq!(headlines(&answer.diagnostics), [format!(": {headline}")]);
        assert!(answer.state.is_none() && answer.private.is_empty());
        let detail = detail(&answer.diagnostics);
        assert!(!detail.contains("hush"), "{detail}");
    }
}
