//! Function `proxy_env`: the variables of one process tree behind the proxy.

use std::collections::BTreeMap;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{
    DEFAULT_CERT_PATH, DEFAULT_USERNAME, Files, NoProxy, Proxy, ProxyUrl, Trust, Workspace,
};
use tfplugin::function::{Arguments, Function, FunctionError, Parameter, Signature, Variadic};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::parameters;
use crate::parsed::{Certificates, Parse, Parsed, Token};

/// The index of the argument with options.
const OPTIONS: usize = 2;

/// The names of options.
const NAMES: [&str; 5] =
    ["access_url", "cert_path", "extra_ca_certificates", "no_proxy", "username"];

/// Function `proxy_env`.
pub(crate) struct ProxyEnv;

/// What may be left out.
#[derive(Debug, Default)]
struct Options {
    access_url: Option<AccessUrl>,
    files: Option<Files>,
    has_extra_cas: bool,
    no_proxy: Vec<String>,
    username: Option<String>,
}

impl Function for ProxyEnv {
    fn name(&self) -> &'static str {
        "proxy_env"
    }

    fn signature(&self) -> Signature {
        let options = Parameter::new("options", Type::Dynamic).describe(
            "Options, at most one object. Its attributes are `access_url` (string; its host is \
             reached without the proxy), `cert_path` (string, an absolute path; \
             `/tmp/aibridge-proxy/ca-cert.pem` by default), `extra_ca_certificates` (string, PEM, \
             as in resource `aibridge_proxy`), `no_proxy` (list of strings; further hosts that are \
             reached without the proxy) and `username` (string; `coder` by default). A null \
             attribute counts as left out, as does a null in the list.",
        );
        Signature::new(Type::map(Type::String))
            .summarize("Variables that route one process tree through the proxy")
            .describe(
                "Returns the environment variables that route a tool's HTTPS traffic through the \
                 proxy and make it trust the CA: the same as `env` of resource `aibridge_proxy` \
                 with the same settings. Variables that add to a runtime's own roots name the \
                 certificate; variables that replace them name the bundle beside it, which \
                 `aibridge-agent setup` writes. `HTTP_PROXY` is never among them, because the \
                 proxy refuses plain HTTP. The function needs no configured provider, so pass \
                 `access_url` to exclude the deployment's host from the proxy. It needs Terraform \
                 1.8 or OpenTofu 1.7.",
            )
            .parameter(parameters::proxy_url())
            .parameter(parameters::token())
            .variadic(options)
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        let (proxy_url, token, Variadic(options)) =
            arguments.read::<(Parsed<ProxyUrl>, Token, Variadic<Value>)>()?;
        let mut rest = options.into_iter();
        let options = match rest.next() {
            Some(value) => Options::read(without_type(value))?,
            None => Options::default(),
        };
        if rest.next().is_some() {
            let text = "there may be one object with options: put all of them into the first";
            return Err(FunctionError::argument(OPTIONS + 1, text));
        }
        let workspace = Workspace {
            proxy: Proxy {
                url: ProxyUrl::clone(&proxy_url),
                username: options.username.unwrap_or_else(|| DEFAULT_USERNAME.to_owned()),
                token: token.secret().clone(),
            },
            trust: Trust {
                files: options.files.unwrap_or_else(|| Files::beside(DEFAULT_CERT_PATH)),
                has_extra_cas: options.has_extra_cas,
                no_proxy: NoProxy::new(options.access_url.as_ref(), &options.no_proxy),
            },
        };
        let variables = workspace.variables().into_iter();
        Ok(Value::map(variables.map(|(name, value)| (name, value.expose().into()))))
    }
}

impl Options {
    fn read(value: Value) -> Result<Self, FunctionError> {
        let (Value::Object(mut given) | Value::Map(mut given)) = value else {
            return Err(refused(
                "it must be an object, such as { no_proxy = [\"git.example.com\"] }",
            ));
        };
        if let Some(name) = given.keys().find(|name| !NAMES.contains(&name.as_str())) {
            let names = NAMES.map(|it| format!("`{it}`")).join(", ");
            return Err(refused(format!("there is no option `{name}`: write one of {names}")));
        }
        let username = text(&mut given, "username")?;
        if username.as_deref() == Some("") {
            return Err(refused("`username`: it is empty: leave it out for `coder`"));
        }
        Ok(Self {
            access_url: parsed(&mut given, "access_url")?,
            files: parsed(&mut given, "cert_path")?,
            has_extra_cas: parsed::<Certificates>(&mut given, "extra_ca_certificates")?.is_some(),
            no_proxy: texts(&mut given, "no_proxy")?,
            username,
        })
    }
}

fn parsed<T: Parse>(
    given: &mut BTreeMap<String, Value>,
    name: &str,
) -> Result<Option<T>, FunctionError> {
    let parsed = text(given, name)?.map(|text| T::parse(&text));
    parsed.transpose().map_err(|refusal| refused(format!("`{name}`: {refusal}")))
}

fn text(given: &mut BTreeMap<String, Value>, name: &str) -> Result<Option<String>, FunctionError> {
    match given.remove(name).map(without_type) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(refused(format!("`{name}`: it must be a string"))),
    }
}

fn texts(given: &mut BTreeMap<String, Value>, name: &str) -> Result<Vec<String>, FunctionError> {
    let elements = match given.remove(name).map(without_type) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::List(elements) | Value::Set(elements) | Value::Tuple(elements)) => elements,
        Some(_) => return Err(refused(format!("`{name}`: it must be a list of strings"))),
    };
    let texts =
        elements.into_iter().enumerate().filter_map(|(at, element)| match without_type(element) {
            Value::Null => None,
            Value::String(text) if !text.is_empty() => Some(Ok(text)),
            _ => {
                let problem = format!("`{name}[{at}]`: it must be a string that is not empty");
                Some(Err(refused(problem)))
            }
        });
    texts.collect()
}

/// The value of a dynamically typed argument, without its type.
fn without_type(value: Value) -> Value {
    match value {
        Value::Dynamic(dynamic) => dynamic.value,
        value => value,
    }
}

fn refused(text: impl Into<String>) -> FunctionError {
    FunctionError::argument(OPTIONS, text)
}
