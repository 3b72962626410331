//! What the harness reads out of JSON.

use serde_json::json;

use super::{Action, Plan, Run, State};

fn run(stdout: &str) -> Run {
    Run::new(Some(0), stdout.to_owned(), String::new())
}

#[test]
fn change_is_read_with_unknown_and_sensitive_marks() {
    let plan = json!({
        "resource_changes": [{
            "address": "x_thing.one",
            "change": {
                "actions": ["delete", "create"],
                "before": {"name": "a", "parts": [{"n": 1}]},
                "after": {"name": "b", "parts": [{"n": 2}]},
                "after_unknown": {"id": true, "parts": [{"sum": true}]},
                "after_sensitive": {"token": true, "parts": true},
                "replace_paths": [["name"], ["parts", 0, "n"]],
            },
        }],
        "output_changes": {"o": {"actions": ["no-op"]}},
    });
    let plan = Plan::parse(run(""), &plan.to_string()).success();
    let change = plan.change("x_thing.one");
    assert_eq!(change.action, Action::Replace);
    assert_eq!((change.before("name"), change.known("parts/0/n")), (&json!("a"), &json!(2)));
    assert!(change.is_unknown("id") && change.is_unknown("parts/0/sum"));
    assert!(!change.is_unknown("name") && !change.is_unknown("parts/0/n"));
    assert!(change.is_sensitive("token") && change.is_sensitive("parts/0/n"));
    assert!(!change.is_sensitive("name"));
    assert_eq!(change.replace_paths(), ["name", "parts/0/n"]);
    assert_eq!(plan.output("o").action, Action::NoOp);
    assert_eq!((plan.len(), plan.drift("x_thing.one").is_none()), (1, true));
}

#[test]
fn state_lists_changed_attributes() {
    let state = |name: &str| {
        let object = json!({"address": "x.one", "values": {"id": "1", "name": name}});
        let module = json!({"child_modules": [{"resources": [object]}]});
        let outputs = json!({"o": {"value": 7}});
        let text = json!({"values": {"root_module": module, "outputs": outputs}});
        State::parse(&text.to_string())
    };
    let (before, after) = (state("a"), state("b"));
    assert_eq!(after.changed_since(&before, "x.one"), ["name"]);
    assert_eq!(after.changed_since(&after, "x.one"), [""; 0]);
    assert_eq!((after.value("x.one", "name"), after.output("o")), (&json!("b"), &json!(7)));
}

#[test]
fn problem_has_the_attribute_of_its_source_line() {
    let message = json!({
        "type": "diagnostic",
        "diagnostic": {
            "severity": "error", "summary": "Bad", "detail": "Mend it.", "address": "x.one",
            "snippet": {"code": "  name = \"a\""},
        },
    });
    let run = run(&format!("{message}\nno JSON\n"));
    let problem = run.error_at("name");
    assert_eq!(problem, run.problem("Bad"));
    assert_eq!((problem.detail.as_str(), problem.address.as_deref()), ("Mend it.", Some("x.one")));
}
