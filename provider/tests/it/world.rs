//! The world of a test: a provider in service, driven as Terraform drives it, and the
//! deployment that it is configured with.

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use provider::Aibridge;
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::testing::{Object, Planned, Session};
use tfplugin::value::Value;

/// The type name of the resource.
pub(crate) const PROXY: &str = "aibridge_proxy";

/// The summary of every failed fetch.
pub(crate) const NOT_FETCHED: &str = "Cannot fetch the CA certificate";

/// Attributes that a configuration sets; all others are null.
pub(crate) type Attributes<'a> = &'a [(&'static str, Value)];

/// A provider without environment variables, and objects of `aibridge_proxy`.
pub(crate) struct World {
    session: Session<Aibridge>,
}

impl World {
    /// Not configured.
    pub(crate) async fn new() -> Self {
        Self { session: Session::open(Aibridge::new(|_| None)).await }
    }

    /// Inside a Coder build of the workspace; not configured.
    pub(crate) async fn in_build() -> Self {
        let lookup = |name: &str| (name == "CODER_WORKSPACE_BUILD_ID").then(|| "0".to_owned());
        Self { session: Session::open(Aibridge::new(lookup)).await }
    }

    /// With a block that names `coder` and its token.
    pub(crate) async fn of(coder: &FakeCoder) -> Self {
        Self::with_token(coder, &coder.token()).await
    }

    pub(crate) async fn with_token(coder: &FakeCoder, token: &str) -> Self {
        Self { session: session(&block(&coder.url(), token, 0)).await }
    }

    pub(crate) async fn configure(&self, block: Attributes<'_>) -> Diagnostics {
        self.session.configure(block.iter().cloned()).await
    }

    pub(crate) async fn validate(&self, config: Attributes<'_>) -> Diagnostics {
        self.session.validate(PROXY, &self.config(config)).await
    }

    /// Plans; `prior` is null on create.
    pub(crate) async fn plan(&self, prior: &Value, config: Attributes<'_>) -> Planned {
        self.session.plan(PROXY, &Object::of(prior.clone()), &self.config(config)).await
    }

    /// Validates, plans twice and applies; the new state with all messages.
    pub(crate) async fn apply(
        &self,
        prior: &Value,
        config: Attributes<'_>,
    ) -> (Value, Vec<String>) {
        assert_eq!(messages(&self.validate(config).await), [""; 0]);
        let plan = self.plan(prior, config).await;
        let again = self.plan(prior, config).await;
        assert_eq!(plan.state, again.state, "a plan repeats itself");
        assert!(plan.requires_replace.is_empty());
        let answer = self.session.apply(&plan).await;
        let messages = [messages(&plan.diagnostics), messages(&answer.diagnostics)].concat();
        (answer.object.state, messages)
    }

    /// Applies without a message and gives the state.
    pub(crate) async fn apply_silently(&self, prior: &Value, config: Attributes<'_>) -> Value {
        let (state, messages) = self.apply(prior, config).await;
        assert_eq!(messages, [""; 0]);
        state
    }

    pub(crate) async fn destroy(&self, prior: &Value) -> Value {
        let plan = self.session.plan(PROXY, &Object::of(prior.clone()), &Value::Null).await;
        let answer = self.session.apply(&plan).await;
        assert_eq!(messages(&answer.diagnostics), [""; 0]);
        answer.object.state
    }

    pub(crate) async fn read(&self, state: &Value) -> (Value, Vec<String>) {
        let answer = self.session.read(PROXY, &Object::of(state.clone())).await;
        (answer.object.state, messages(&answer.diagnostics))
    }

    pub(crate) async fn import(&self, id: &str) -> (Value, Vec<String>) {
        let answer = self.session.import(PROXY, id).await;
        (answer.object.state, messages(&answer.diagnostics))
    }

    /// Interrupts operations, as Ctrl-C does.
    pub(crate) async fn stop(&self) {
        self.session.stop().await;
    }

    fn config(&self, attributes: Attributes<'_>) -> Value {
        self.session.config(PROXY, attributes.iter().cloned())
    }
}

/// A deployment that serves the certificate of a CA.
pub(crate) fn deployment() -> (FakeCoder, TestCa) {
    let ca = TestCa::new("AI Bridge Proxy CA");
    let coder = FakeCoder::start();
    coder.set_certificate(ca.pem());
    (coder, ca)
}

/// A provider whose block has these arguments.
pub(crate) async fn session(block: Attributes<'_>) -> Session<Aibridge> {
    let session = Session::open(Aibridge::new(|_| None)).await;
    assert_eq!(messages(&session.configure(block.iter().cloned()).await), [""; 0]);
    session
}

/// The arguments of a block that names a deployment.
pub(crate) fn block(url: &str, token: &str, max_retries: i64) -> [(&'static str, Value); 3] {
    [
        ("access_url", url.into()),
        ("session_token", token.into()),
        ("max_retries", max_retries.into()),
    ]
}

/// A configuration of the resource whose apply fetches the certificate.
pub(crate) fn config(
    session: &Session<Aibridge>,
    ca_fetch: &str,
    username: &str,
    timeouts: Value,
) -> Value {
    let attributes = [
        ("proxy_url", "http://proxy.example.com:8888".into()),
        ("ca_fetch", ca_fetch.into()),
        ("username", username.into()),
        ("timeouts", timeouts),
    ];
    session.config(PROXY, attributes)
}

/// Plans without a message and applies.
pub(crate) async fn apply(
    session: &Session<Aibridge>,
    prior: &Object,
    config: &Value,
) -> (Object, Diagnostics) {
    let planned = session.plan(PROXY, prior, config).await;
    assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    let answer = session.apply(&planned).await;
    (answer.object, answer.diagnostics)
}

/// `timeouts` with the same value for each operation.
pub(crate) fn timeouts(value: &str) -> Value {
    Value::object(["create", "read", "update"].map(|operation| (operation, value.into())))
}

/// `severity path: summary` of each message.
pub(crate) fn messages(diags: &Diagnostics) -> Vec<String> {
    let severity = |it| match it {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    diags
        .iter()
        .map(|it| format!("{} {}: {}", severity(it.severity), it.path, it.summary))
        .collect()
}

/// The known text of an attribute.
pub(crate) fn text<'a>(state: &'a Value, name: &str) -> &'a str {
    state.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("`{name}` is no text"))
}
