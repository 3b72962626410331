//! A provider in service, driven as Terraform drives it: proposed object, plan,
//! the same plan again, apply.

use fakes::coder::FakeCoder;
use provider::Aibridge;
use tfplugin::diag::{Diagnostics, Severity};
use tfplugin::schema::Schema;
use tfplugin::server::{
    ApplyRequest, ImportRequest, ImportTarget, PlanAnswer, PlanRequest, ReadRequest, Server,
    ValidateRequest,
};
use tfplugin::ty::Type;
use tfplugin::value::Value;

const TYPE: &str = "aibridge_proxy";

/// Attributes that a configuration sets; all others are null.
pub(crate) type Attributes<'a> = &'a [(&'a str, Value)];

pub(crate) struct Session {
    server: Server<Aibridge>,
}

impl Session {
    /// A provider without environment, not configured.
    pub(crate) fn new() -> Self {
        Self { server: Server::new(Aibridge::new(|_| None)) }
    }

    /// As a Coder build of the workspace has it; not configured.
    pub(crate) fn in_build() -> Self {
        let lookup = |name: &str| (name == "CODER_WORKSPACE_BUILD_ID").then(|| "0".to_owned());
        Self { server: Server::new(Aibridge::new(lookup)) }
    }

    /// A provider whose block names `coder` and its token.
    pub(crate) async fn of(coder: &FakeCoder) -> Self {
        Self::with_token(coder, &coder.token()).await
    }

    pub(crate) async fn with_token(coder: &FakeCoder, token: &str) -> Self {
        let session = Self::new();
        let block = [
            ("access_url", coder.url().into()),
            ("session_token", token.into()),
            ("max_retries", 0.into()),
        ];
        assert_eq!(told(&session.configure(&block).await), [""; 0]);
        session
    }

    pub(crate) async fn configure(&self, block: Attributes<'_>) -> Diagnostics {
        let config = object(self.server.provider_schema().unwrap(), block);
        let mut diags = self.server.validate_provider(config.clone()).await;
        if !diags.has_errors() {
            diags.extend(self.server.configure(config).await);
        }
        diags
    }

    pub(crate) async fn validate(&self, config: Attributes<'_>) -> Diagnostics {
        let config = self.config(config);
        self.server
            .validate_resource(ValidateRequest {
                type_name: TYPE.into(),
                config,
                write_only_allowed: true,
            })
            .await
    }

    /// Plans; `prior` is null on create, `config` none on destroy.
    pub(crate) async fn plan(&self, prior: &Value, config: Attributes<'_>) -> PlanAnswer {
        let config = self.config(config);
        let request = PlanRequest {
            type_name: TYPE.into(),
            prior: prior.clone(),
            proposed: self.proposed(prior, &config),
            config,
            identity: None,
            private: Vec::new(),
        };
        self.server.plan(request).await
    }

    /// Validates, plans twice and applies, and gives the new state with what was said.
    pub(crate) async fn apply(
        &self,
        prior: &Value,
        config: Attributes<'_>,
    ) -> (Value, Vec<String>) {
        assert_eq!(told(&self.validate(config).await), [""; 0]);
        let plan = self.plan(prior, config).await;
        let again = self.plan(prior, config).await;
        assert_eq!(plan.planned, again.planned, "a plan repeats itself");
        assert!(plan.requires_replace.is_empty());
        let mut said = told(&plan.diagnostics);
        let request = ApplyRequest {
            type_name: TYPE.into(),
            prior: prior.clone(),
            planned: plan.planned,
            config: self.config(config),
            identity: None,
            private: plan.private,
        };
        let answer = self.server.apply(request).await;
        said.extend(told(&answer.diagnostics));
        (answer.state, said)
    }

    /// Applies without a word and gives the state.
    pub(crate) async fn apply_silently(&self, prior: &Value, config: Attributes<'_>) -> Value {
        let (state, said) = self.apply(prior, config).await;
        assert_eq!(said, [""; 0]);
        assert!(state.is_wholly_known());
        state
    }

    pub(crate) async fn destroy(&self, prior: &Value) -> Value {
        let request = ApplyRequest {
            type_name: TYPE.into(),
            prior: prior.clone(),
            planned: Value::Null,
            config: Value::Null,
            identity: None,
            private: Vec::new(),
        };
        let answer = self.server.apply(request).await;
        assert_eq!(told(&answer.diagnostics), [""; 0]);
        answer.state
    }

    pub(crate) async fn read(&self, state: &Value) -> (Value, Vec<String>) {
        let request = ReadRequest {
            type_name: TYPE.into(),
            state: state.clone(),
            identity: None,
            private: Vec::new(),
        };
        let answer = self.server.read(request).await;
        (answer.state, told(&answer.diagnostics))
    }

    pub(crate) async fn import(&self, id: &str) -> (Option<Value>, Vec<String>) {
        let answer = self
            .server
            .import(ImportRequest { type_name: TYPE.into(), target: ImportTarget::Id(id.into()) })
            .await;
        (answer.state, told(&answer.diagnostics))
    }

    /// Asks operations to wrap up, as Ctrl-C does.
    pub(crate) fn stop(&self) {
        self.server.stop();
    }

    fn config(&self, attributes: Attributes<'_>) -> Value {
        object(self.server.resource_schema(TYPE).unwrap(), attributes)
    }

    /// Terraform's merge: what is computed and left out is as before.
    fn proposed(&self, prior: &Value, config: &Value) -> Value {
        let schema = self.server.resource_schema(TYPE).unwrap();
        Value::object(schema.attributes().iter().map(|(name, attribute)| {
            let configured = config.get(name).unwrap();
            let is_open = configured.is_null() && attribute.is_computed();
            let before = prior.get(name).filter(|_| is_open);
            (name.clone(), before.unwrap_or(configured).clone())
        }))
    }
}

/// `severity path: summary` of each message.
pub(crate) fn told(diags: &Diagnostics) -> Vec<String> {
    let severity = |it| match it {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    diags
        .iter()
        .map(|it| format!("{} {}: {}", severity(it.severity), it.path, it.summary))
        .collect()
}

pub(crate) fn text<'a>(state: &'a Value, name: &str) -> &'a str {
    state.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("`{name}` is no text"))
}

fn object(schema: &Schema, attributes: Attributes<'_>) -> Value {
    let Type::Object(types) = schema.ty() else { panic!("a schema is an object") };
    for (name, _) in attributes {
        assert!(types.contains_key(*name), "`{name}` is no attribute");
    }
    Value::object(types.iter().map(|(name, ty)| {
        let set = attributes.iter().find(|(it, _)| it == name);
        let value = set.map_or(Value::Null, |(_, value)| value.clone());
        (name.clone(), value.conform(ty).unwrap())
    }))
}
