//! The sample's data source, ephemeral resource and functions.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tfplugin::data_source::DataSource;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::ephemeral::{Closed, EphemeralResource, Opened, Renewed};
use tfplugin::function::{Arguments, Function, FunctionError, Parameter, Signature, Variadic};
use tfplugin::model::Attr;
use tfplugin::path::AttributePath;
use tfplugin::provider::Context;
use tfplugin::schema::validator::between;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use crate::reached;

tfplugin::model! {
    pub(crate) struct LookupModel {
        name: Attr<String>,
        answer: Attr<String>,
        note: Attr<String>,
    }

    pub(crate) struct LeaseModel {
        name: Attr<String>,
        journal: Attr<String>,
        trouble: Attr<String>,
        token: Attr<String>,
    }
}

/// A data source; the name says what it does.
pub(crate) struct Lookup;

impl DataSource for Lookup {
    type Client = ();
    type Model = LookupModel;

    fn type_name(&self) -> &'static str {
        "sample_lookup"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .describe("Looks something up.")
            .attribute("name", Attribute::required(Type::String))
            .attribute("answer", Attribute::computed(Type::String))
            .attribute("note", Attribute::optional(Type::String))
    }

    fn validate(&self, config: &LookupModel, diags: &mut Diagnostics) {
        reached("validate");
        if config.name.as_str() == Some("forbidden") {
            diags.error("name", "Name is forbidden", "Choose another one.");
        }
    }

    async fn read(
        &self,
        mut config: LookupModel,
        _: &Context<'_, ()>,
    ) -> Result<LookupModel, Diagnostic> {
        reached("read");
        let name = config.name.as_str().unwrap_or_default().to_owned();
        config.answer = format!("answer to {name}").into();
        match name.as_str() {
            "nobody" => {
                let error = Diagnostic::error("Nothing found", "There is no `nobody`.");
                return Err(error.at(AttributePath::from("name")));
            }
            "panic" => panic!("told to in read"),
            "unknown" => config.answer = Attr::Unknown,
            "renamed" => config.name = "other".into(),
            "noted" => config.note = "nobody asked".into(),
            _ => {}
        }
        Ok(config)
    }
}

/// An ephemeral resource that writes what happens to it into the file `journal`.
pub(crate) struct Lease;

#[derive(Serialize, Deserialize)]
pub(crate) struct LeasePrivate {
    name: String,
    journal: Option<String>,
    renewals: u32,
}

impl LeasePrivate {
    fn note(&self, what: &str) {
        use std::io::Write as _;

        // A broken request must not leave a file wherever the test runs.
        let path = self.journal.as_ref().map(std::path::Path::new);
        let Some(path) = path.filter(|it| it.is_absolute()) else { return };
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        // A journal that cannot be written fails the test that reads it.
        let _missing = file.and_then(|mut file| writeln!(file, "{what} {}", self.name));
    }
}

impl EphemeralResource for Lease {
    type Client = ();
    type Model = LeaseModel;
    type Private = LeasePrivate;

    fn type_name(&self) -> &'static str {
        "sample_lease"
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .describe("Leases a token.")
            .attribute("name", Attribute::required(Type::String))
            .attribute("journal", Attribute::optional(Type::String).describe("File of a test."))
            .attribute("trouble", Attribute::optional(Type::String))
            .attribute("token", Attribute::computed(Type::String).sensitive())
    }

    fn validate(&self, _config: &LeaseModel, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn open(
        &self,
        mut config: LeaseModel,
        cx: &Context<'_, ()>,
    ) -> Opened<LeaseModel, LeasePrivate> {
        reached("open");
        let name = config.name.as_str().unwrap_or_default().to_owned();
        let journal = config.journal.as_str().map(str::to_owned);
        let private = LeasePrivate { name: name.clone(), journal, renewals: 0 };
        private.note("open");
        config.token = format!("token of {name}").into();
        let trouble = config.trouble.as_str().unwrap_or_default().to_owned();
        match trouble.as_str() {
            "refuse" => return Opened::Failed(Diagnostic::error("No lease", "None is left.")),
            "panic" => panic!("told to in open"),
            "unknown" => config.token = Attr::Unknown,
            "renamed" => config.name = "other".into(),
            "error beside" => cx.error("trouble", "Beside it", "An error beside the result."),
            "renew" => {
                let renew_at = SystemTime::now() + Duration::from_secs(60);
                return Opened::Renewable { result: config, private, renew_at };
            }
            "renew in the past" => {
                let renew_at = SystemTime::UNIX_EPOCH;
                return Opened::Renewable { result: config, private, renew_at };
            }
            _ => {}
        }
        Opened::Opened { result: config, private }
    }

    async fn renew(&self, mut private: LeasePrivate, _: &Context<'_, ()>) -> Renewed<LeasePrivate> {
        reached("renew");
        private.note("renew");
        private.renewals += 1;
        match private.renewals {
            1 => Renewed::Renewable { private, renew_at: SystemTime::UNIX_EPOCH },
            2 => Renewed::Renewed { private },
            _ => Renewed::Failed(Diagnostic::error("Lease is over", "It was renewed twice.")),
        }
    }

    async fn close(&self, private: LeasePrivate, cx: &Context<'_, ()>) -> Closed {
        reached("close");
        private.note(if cx.stop().is_requested() { "close in haste" } else { "close" });
        Closed::Closed
    }
}

/// Joins texts: a variadic function with an error that names its argument.
pub(crate) struct Join;

impl Function for Join {
    fn name(&self) -> &'static str {
        "join"
    }

    fn signature(&self) -> Signature {
        Signature::new(Type::String)
            .summarize("Joins texts.")
            .describe("Joins `parts` with `separator` between them.")
            .parameter(Parameter::new("separator", Type::String).allow_null())
            .variadic(Parameter::new("parts", Type::String).describe("What is joined."))
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("join");
        let (separator, Variadic(parts)) = arguments.read::<(Attr<String>, Variadic<String>)>()?;
        for (at, part) in parts.iter().enumerate() {
            match part.as_str() {
                "bad" => return Err(FunctionError::argument(at + 1, "`bad` cannot be joined")),
                "panic" => panic!("told to in join"),
                _ => {}
            }
        }
        Ok(parts.join(separator.as_str().unwrap_or(", ")).into())
    }
}

/// Gives back what it gets, whatever that is.
pub(crate) struct Echo;

impl Function for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn signature(&self) -> Signature {
        let value = Parameter::new("value", Type::Dynamic).allow_null().allow_unknown();
        Signature::new(Type::Dynamic).parameter(value).deprecated("Write the value itself.")
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("echo");
        let (value,) = arguments.read::<(Value,)>()?;
        Ok(value)
    }
}

/// Halves a number from 0 to 100; for some it answers what it must not.
pub(crate) struct Half;

impl Function for Half {
    fn name(&self) -> &'static str {
        "half"
    }

    fn signature(&self) -> Signature {
        let number = Parameter::new("number", Type::Number).validate(between(0, 100));
        Signature::new(Type::Number).parameter(number)
    }

    fn call(&self, arguments: Arguments) -> Result<Value, FunctionError> {
        reached("half");
        match arguments.read::<(i64,)>()?.0 {
            13 => Ok(Value::unknown()),
            17 => Ok("no number".into()),
            19 => Err(FunctionError::argument(7, "there is no such argument")),
            number => Ok((number / 2).into()),
        }
    }
}
