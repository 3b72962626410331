//! Every combination of null, unknown and known attributes, through the whole service.

use tfplugin::testing::{Covered, Scope, Session};
use tfplugin::ty::Type;
use tfplugin::value::{Dynamic, Value};

use crate::sample::{Sample, Script, THING, helper, member, port, strings};

/// A tenth of what there is; the soak asks for all.
const CASES: usize = 1_500;

#[expect(clippy::disallowed_methods, reason = "a soak asks for more through the environment")]
fn cases() -> usize {
    let asked = std::env::var("TFPLUGIN_SUBSETS");
    asked.map_or(CASES, |it| it.parse().expect("TFPLUGIN_SUBSETS is a number"))
}

fn open(value: impl Into<Value>) -> Value {
    Value::Dynamic(Box::new(Dynamic { ty: Type::String, value: value.into() }))
}

#[tokio::test]
async fn every_subset_is_planned_and_applied_or_refused_by_attribute() {
    let session = Session::open(Sample { script: Script::default }).await;
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
    let limit = cases();
    let Covered { cases, refused, planned, applied } =
        session.every_subset(THING, &known, Scope::Apply, limit).await;
    assert_eq!(cases, refused + planned);
    assert!(
        planned > cases / 2 && refused > 10 && applied > cases / 10,
        "{cases} {refused} {applied}"
    );
    say(limit, cases, refused, planned, applied);
}

#[expect(
    clippy::print_stdout,
    reason = "the soak reads it: a test that tried fewer would look alike"
)]
fn say(limit: usize, cases: usize, refused: usize, planned: usize, applied: usize) {
    println!(
        "{limit} subsets at most: {cases} tried, {refused} refused, {planned} planned, {applied} applied"
    );
}
