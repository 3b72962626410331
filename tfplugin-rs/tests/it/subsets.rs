//! Every combination of null, unknown and known attributes, through the whole service.

use tfplugin::schema::equality::json;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::testing::{Covered, Scope, Session};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::scripted::{Script, Whole, only, session};
use crate::soak;
use crate::volume::{DEFAULT, VOLUME, helper, member, port, strings, volumes};

fn open(value: impl Into<Value>) -> Value {
    Value::Dynamic(Box::new(Dynamic { ty: Type::String, value: value.into() }))
}

#[tokio::test]
async fn every_subset_of_attributes_is_applied_or_refused_at_an_attribute() {
    let session = Session::open(volumes(DEFAULT)).await;
    assert!(session.configure([]).await.is_empty());
    let known = [
        ("name", "one".into()),
        ("size", 7.into()),
        ("color", "blue".into()),
        ("note", "mine".into()),
        ("zone", "z".into()),
        ("region", "r".into()),
        ("tags", strings(["a", "b"])),
        ("labels", Value::map([("k", "v".into())])),
        ("helper", helper("/bin/x", Value::Null)),
        ("members", Value::Set(vec![member("k", Value::Null), member("l", Value::Null)])),
        ("secret", "s".into()),
        ("token", "t".into()),
        ("open", open("anything")),
        ("port", Value::List(vec![port(80, "udp")])),
    ];
    // A tenth of what there is; the soak tries all.
    let limit = soak::number("TFPLUGIN_SUBSETS", 1_500);
    let Covered { cases, refused, planned, applied } =
        session.every_subset(VOLUME, &known, Scope::Apply, limit).await;
    assert_eq!(cases, refused + planned);
    assert!(
        planned > cases / 2 && refused > 10 && applied > cases / 10,
        "{cases} {refused} {applied}"
    );
    soak::report(&format!(
        "{limit} subsets at most: {cases} tried, {refused} refused, {planned} planned, {applied} \
         applied"
    ));

    // Zone and region as they are, or every update would be a replacement.
    let before = [
        ("name", "two".into()),
        ("size", 8.into()),
        ("color", "red".into()),
        ("note", "yours".into()),
        ("zone", "z".into()),
        ("region", "r".into()),
        ("tags", strings(["b", "c"])),
        ("labels", Value::map([("k", "w".into())])),
        ("helper", helper("/bin/y", Value::Null)),
        ("members", Value::Set(vec![member("k", Value::Null), member("m", Value::Null)])),
        ("secret", "r".into()),
        ("token", "u".into()),
        ("open", open("something")),
        ("port", Value::List(vec![port(81, "tcp")])),
    ];
    let updated = session.every_update(VOLUME, &before, &known, limit).await;
    // What is refused is refused for its configuration, whatever is stored.
    assert_eq!((updated.cases, updated.refused, updated.planned), (cases, refused, planned));
    assert!(updated.applied > cases / 50, "{updated:?}");
}

#[tokio::test]
async fn every_update_keeps_a_stored_spelling_and_nothing_else() {
    let schema = || {
        Schema::new(0)
            .attribute("policy", Attribute::optional(Type::String).equal_by(json()))
            .attribute("text", Attribute::optional(Type::String))
    };
    let session = session(only(Script::<Whole>::new("scripted_note", schema))).await;
    for policy in ["[ 1 ]", "[2]"] {
        let before = [("policy", "[1]".into()), ("text", "a".into())];
        let known = [("policy", policy.into()), ("text", "b".into())];
        let covered = session.every_update("scripted_note", &before, &known, 9).await;
        assert_eq!(covered, Covered { cases: 9, refused: 0, planned: 9, applied: 4 });
    }
}
