//! Function `proxy_env`: the variables of one process tree behind the proxy.

use std::collections::BTreeMap;

use coder_client::access_url::AccessUrl;
use coder_client::workspace::{
    DEFAULT_CERT_PATH, DEFAULT_USERNAME, Files, NoProxy, Proxy, Trust, Workspace,
};
use pki::certificate::parse_certificates;
use tfplugin::function::{Arguments, Function, FunctionError, Parameter, Signature, Variadic};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::{arguments, validators};

/// The index of the argument with options.
const OPTIONS: usize = 2;

/// The names of options.
const NAMES: [&str; 5] =
    ["access_url", "cert_path", "extra_ca_certificates", "no_proxy", "username"];

/// The function.
pub(crate) struct ProxyEnv;

/// What may be left out.
#[derive(Debug, Default)]
struct Options {
    access_url: Option<AccessUrl>,
    cert_path: Option<String>,
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
            "At most one object, with any of `access_url` (string; its host is reached without the \
             proxy), `cert_path` (string, an absolute path; `/tmp/aibridge-proxy/ca-cert.pem` by \
             default), `extra_ca_certificates` (string, PEM, as in resource `aibridge_proxy`), \
             `no_proxy` (list of strings; further hosts to reach directly) and `username` (string; \
             `coder` by default). An attribute that is null counts as left out, as does \
             a null in the list.",
        );
        Signature::new(Type::map(Type::String))
            .summarize("Variables that bring one process tree behind the proxy")
            .describe(
                "Gives the variables that route a tool's HTTPS traffic through the proxy and \
                 make it \
                 trust the CA: what resource `aibridge_proxy` with the same settings has as `env`. \
                 Variables that add to a runtime's own roots name the certificate, those that \
                 replace them name the bundle beside it, which `aibridge-agent setup` writes. \
                 `HTTP_PROXY` is never among them: the proxy refuses plain HTTP. It needs no \
                 configured provider, so pass `access_url` to leave the deployment's host out of \
                 the proxy, and Terraform 1.8 or OpenTofu 1.7.",
            )
            .parameter(arguments::proxy_url())
            .parameter(arguments::token())
            .variadic(options)
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        let (proxy_url, token, Variadic(options)) =
            arguments.read::<(String, String, Variadic<Value>)>()?;
        let proxy_url = arguments::parse_proxy_url(0, &proxy_url)?;
        let token = arguments::parse_token(1, token)?;
        let mut rest = options.into_iter();
        let options = match rest.next() {
            Some(value) => Options::read(open(value))?,
            None => Options::default(),
        };
        if rest.next().is_some() {
            let text = "one object with options is enough: put all of them into the first";
            return Err(FunctionError::argument(OPTIONS + 1, text));
        }
        let workspace = Workspace {
            proxy: Proxy {
                url: proxy_url,
                username: options.username.unwrap_or_else(|| DEFAULT_USERNAME.to_owned()),
                token,
            },
            trust: Trust {
                files: Files::beside(options.cert_path.as_deref().unwrap_or(DEFAULT_CERT_PATH)),
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
            return Err(wrong(
                "it must be an object, such as { no_proxy = [\"git.example.com\"] }",
            ));
        };
        if let Some(name) = given.keys().find(|name| !NAMES.contains(&name.as_str())) {
            let names = NAMES.map(|it| format!("`{it}`")).join(", ");
            return Err(wrong(format!("there is no option `{name}`: write one of {names}")));
        }
        let access_url = text(&mut given, "access_url")?.map(|text| {
            AccessUrl::parse(&text)
                .map_err(|err| wrong(format!("`access_url`: {err}: {}", err.hint())))
        });
        let cert_path = text(&mut given, "cert_path")?;
        if let Some(Err(problem)) = cert_path.as_deref().map(validators::check_cert_path) {
            return Err(wrong(format!("`cert_path`: {problem}")));
        }
        let username = text(&mut given, "username")?;
        if username.as_deref() == Some("") {
            return Err(wrong("`username`: it is empty: leave it out for `coder`"));
        }
        let extra_cas = text(&mut given, "extra_ca_certificates")?;
        if let Some(Err(err)) = extra_cas.as_deref().map(|it| parse_certificates(it.as_bytes())) {
            return Err(wrong(format!("`extra_ca_certificates`: {err}")));
        }
        let no_proxy = texts(&mut given, "no_proxy")?;
        let access_url = access_url.transpose()?;
        let has_extra_cas = extra_cas.is_some();
        Ok(Self { access_url, cert_path, has_extra_cas, no_proxy, username })
    }
}

fn text(given: &mut BTreeMap<String, Value>, name: &str) -> Result<Option<String>, FunctionError> {
    match given.remove(name).map(open) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(format!("`{name}`: it must be a string"))),
    }
}

fn texts(given: &mut BTreeMap<String, Value>, name: &str) -> Result<Vec<String>, FunctionError> {
    let elements = match given.remove(name).map(open) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::List(elements) | Value::Set(elements) | Value::Tuple(elements)) => elements,
        Some(_) => return Err(wrong(format!("`{name}`: it must be a list of strings"))),
    };
    let texts = elements.into_iter().enumerate().filter_map(|(at, element)| match open(element) {
        Value::Null => None,
        Value::String(text) if !text.is_empty() => Some(Ok(text)),
        _ => Some(Err(wrong(format!("`{name}[{at}]`: it must be a string that is not empty")))),
    });
    texts.collect()
}

/// The value in a place whose type is open.
fn open(value: Value) -> Value {
    match value {
        Value::Dynamic(dynamic) => dynamic.value,
        value => value,
    }
}

fn wrong(text: impl Into<String>) -> FunctionError {
    FunctionError::argument(OPTIONS, text)
}
