//! The set-up is made to fail: dependents are released with an exit code, and the
//! former certificate stays.

use std::fs;

use anyhow::{Result, ensure};
use fakes::coder::Answer;
use testkit::token;

use super::narrator::Narrator;
use super::stage::Stage;

/// One way to fail.
struct Case {
    what: &'static str,
    /// Exit code of the script; also recorded in the status file.
    code: i32,
    class: &'static str,
    /// How the deployment answers; `None` makes it refuse the token.
    answer: Option<Answer>,
}

/// Exit code of `wait` after a set-up that failed.
const SETUP_FAILED: i32 = 21;

pub(super) fn act(narrator: &mut Narrator, stage: &mut Stage) -> Result<()> {
    narrator.act("The set-up is made to fail");
    let cases = [
        Case {
            what: "a token that is not signed in",
            code: 13,
            class: "not_signed_in",
            answer: None,
        },
        Case {
            what: "the endpoint switched off",
            code: 15,
            class: "not_enabled",
            answer: Some(Answer::NOT_ENABLED),
        },
        Case {
            what: "a login page instead of a certificate",
            code: 16,
            class: "not_coder",
            answer: Some(Answer::LOGIN_PAGE),
        },
    ];
    for case in cases {
        let text = format!(
            "{}: the script ends with {}, the dependent is released with {SETUP_FAILED}, the \
             certificate stays",
            case.what, case.code
        );
        narrator.step(&text, || fail(stage, &case))?;
    }
    narrator.step("once the deployment answers again, the set-up succeeds", || {
        stage.agent.restart();
        stage.run(stage.workspace()?.start_up()).success();
        stage.run(stage.workspace()?.helper(&["wait", "--timeout", "10s"])).success();
        Ok(())
    })
}

fn fail(stage: &mut Stage, case: &Case) -> Result<()> {
    stage.agent.restart();
    let token = stage.coder.token();
    match &case.answer {
        Some(answer) => stage.coder.set_answer(answer.clone()),
        None => stage.coder.set_token(token::random()),
    }
    let workspace = stage.workspace()?;
    let former = fs::read(&workspace.cert_path)?;
    let unit = format!("dependent-{}", case.code);
    let command = workspace.helper(&["wait", "--as", &unit, "--timeout", "60s"]);
    let dependent = stage.start_dependent(&unit, command)?;
    let script = stage.run(workspace.start_up());
    let dependent = stage.record(dependent.wait());
    stage.coder.set_answer(Answer::Certificate);
    stage.coder.set_token(token);
    ensure!(script.code == Some(case.code), "the script ended otherwise: {script:?}");
    ensure!(dependent.code == Some(SETUP_FAILED), "the dependent ended otherwise: {dependent:?}");
    ensure!(fs::read(&workspace.cert_path)? == former, "the former certificate is gone");
    let status = workspace.status()?;
    ensure!(status["outcome"] == "stale", "the status has outcome {}", status["outcome"]);
    ensure!(status["error"]["exit_code"] == case.code, "the status blames {}", status["error"]);
    ensure!(status["error"]["class"] == case.class, "the status blames {}", status["error"]);
    Ok(())
}
