//! Which of block and environment takes precedence: one line a case.

use super::*;
use crate::parsed::Parse;

const NOTHING: &[(&str, &str)] = &[];

fn resolved(block: Block, environment: &[(&str, &str)]) -> Result<Settings, Fault> {
    resolve(block, |name| {
        environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

/// `access_url token`; `?` is unknown, `-` is none.
#[track_caller]
fn check(block: Block, environment: &[(&str, &str)], expected: &str) {
    let settings = resolved(block, environment).unwrap();
    let url = match &settings.access_url {
        Attr::Null => "-",
        Attr::Unknown => "?",
        Attr::Known(url) => url.as_str(),
    };
    let token = match &settings.session_token {
        Attr::Null => "-",
        Attr::Unknown => "?",
        Attr::Known(token) if token.is_empty() => "empty",
        Attr::Known(token) => token.expose(),
    };
    assert_eq!(format!("{url} {token}"), expected, "{environment:?}");
}

fn block(access_url: Attr<Parsed<AccessUrl>>, session_token: Attr<Token>) -> Block {
    Block { access_url, session_token, ..Block::default() }
}

fn set<T: Parse>(text: &str) -> Attr<Parsed<T>> {
    Attr::Known(Parsed::parse(text).unwrap())
}

fn token(text: &str) -> Attr<Token> {
    Attr::Known(Token::parse(text).unwrap())
}

#[test]
fn environment_variables_are_read_in_their_order() {
    let none = Block::default;
    check(none(), NOTHING, "- -");
    check(none(), &[(ENV_CODER_URL, "http://c"), (ENV_CODER_SESSION_TOKEN, "c")], "http://c c");
    check(
        none(),
        &[
            (ENV_CODER_URL, "http://c"),
            (ENV_CODER_AGENT_URL, "http://b/"),
            (ENV_CODER_SESSION_TOKEN, "c"),
            (ENV_CODER_OWNER_TOKEN, "b"),
        ],
        "http://b b",
    );
    check(
        none(),
        &[
            (ENV_ACCESS_URL, "http://a"),
            (ENV_CODER_AGENT_URL, "http://b"),
            (ENV_SESSION_TOKEN, "a"),
            (ENV_CODER_OWNER_TOKEN, "b"),
        ],
        "http://a a",
    );
    check(none(), &[(ENV_ACCESS_URL, ""), (ENV_CODER_URL, "http://c")], "http://c -");
    check(none(), &[(ENV_SESSION_TOKEN, ""), (ENV_CODER_SESSION_TOKEN, "c")], "- c");
}

#[test]
fn a_coder_build_reads_only_the_variables_that_coder_sets_for_it() {
    let hostile = [
        (ENV_CODER_BUILD_ID, "11111111-2222-3333-4444-555555555555"),
        (ENV_ACCESS_URL, "http://host"),
        (ENV_SESSION_TOKEN, "host"),
        (ENV_CODER_URL, "http://host"),
        (ENV_CODER_SESSION_TOKEN, "host"),
        (ENV_CA_CERTIFICATES_FILE, "/host.pem"),
    ];
    check(Block::default(), &hostile, "- -");
    assert!(resolved(Block::default(), &hostile).unwrap().is_coder_build);
    assert_eq!(resolved(Block::default(), &hostile).unwrap().extra_roots, ExtraRoots::None);
    let build = |url, token| {
        [&hostile[..], &[(ENV_CODER_AGENT_URL, url), (ENV_CODER_OWNER_TOKEN, token)]].concat()
    };
    check(Block::default(), &build("http://coder", "owner"), "http://coder owner");
    check(Block::default(), &build("http://coder", ""), "http://coder -");
    check(Block::default(), &build("", ""), "- -");
    check(block(set("http://block"), Attr::Null), &build("http://coder", "o"), "http://block o");
}

#[test]
fn an_empty_build_id_means_no_coder_build() {
    let environment = [(ENV_CODER_BUILD_ID, ""), (ENV_SESSION_TOKEN, "a")];
    check(Block::default(), &environment, "- a");
    assert!(!resolved(Block::default(), &environment).unwrap().is_coder_build);
}

#[test]
fn the_block_takes_precedence_over_the_environment() {
    let environment = [(ENV_ACCESS_URL, "http://a"), (ENV_SESSION_TOKEN, "a")];
    check(block(set("http://block"), token("block")), &environment, "http://block block");
    check(block(Attr::Unknown, Attr::Unknown), &environment, "? ?");
    check(block(Attr::Unknown, Attr::Null), &environment, "? a");
    // A module that passes an empty token means none, not the host's.
    check(block(Attr::Null, token("")), &environment, "http://a empty");
}

#[test]
fn an_unusable_variable_is_named_in_the_error() {
    let fault = resolved(Block::default(), &[(ENV_CODER_URL, "coder.example.com")]).unwrap_err();
    assert_eq!(fault.text(), "`CODER_URL`: the access URL has no scheme");
    assert!(fault.hint.is_some());
    // Not read, not an error.
    check(block(set("http://block"), Attr::Null), &[(ENV_CODER_URL, "nonsense")], "http://block -");
}

#[test]
fn extra_roots_come_from_the_block_or_else_from_the_file() {
    let file = [(ENV_CA_CERTIFICATES_FILE, "/etc/extra.pem")];
    let roots = |ca_certificates| {
        resolved(Block { ca_certificates, ..Block::default() }, &file).unwrap().extra_roots
    };
    let pem = fakes::ca::TestCa::new("company").pem();
    let block = Parsed::<Certificates>::parse(pem).unwrap();
    assert_eq!(roots(block.clone().into()), ExtraRoots::Block(Certificates::clone(&block)));
    assert_eq!(roots(Attr::Unknown), ExtraRoots::Unknown);
    assert_eq!(roots(Attr::Null), ExtraRoots::File("/etc/extra.pem".into()));
}

#[test]
fn request_timeout_and_retries_have_defaults() {
    let settings = resolved(Block::default(), NOTHING).unwrap();
    assert_eq!(settings.request_timeout, Duration::from_secs(10));
    assert_eq!(settings.max_retries, 3);
    let block =
        Block { request_timeout: set("1m"), max_retries: Attr::Known(0), ..Block::default() };
    let settings = resolved(block, NOTHING).unwrap();
    assert_eq!(settings.request_timeout, Duration::from_secs(60));
    assert_eq!(settings.max_retries, 0);
}
