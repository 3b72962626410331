//! A data source that answers from its configuration.

use tfplugin::data_source::DataSource;
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::model::Attr;
use tfplugin::provider::Context;
use tfplugin::schema::validator::between;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::reached;

pub(crate) const LOOKUP: &str = "sample_lookup";

tfplugin::model! {
    pub(crate) struct LookupModel {
        name: Attr<String>,
        answer: Attr<String>,
        dynamic: Value,
        number: Attr<i64>,
        set: Attr<Vec<Attr<String>>>,
    }
}

pub(crate) struct Lookup;

impl DataSource for Lookup {
    type Client = ();
    type Model = LookupModel;

    fn type_name(&self) -> &'static str {
        LOOKUP
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .describe("Answers with the name.")
            .attribute("name", Attribute::required(Type::String))
            .attribute("answer", Attribute::computed(Type::String))
            .attribute("dynamic", Attribute::optional(Type::Dynamic))
            .attribute("number", Attribute::optional(Type::Number).validate(between(-9, 9)))
            .attribute("set", Attribute::optional(Type::set(Type::String)))
    }

    fn validate(&self, _config: &LookupModel, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn read(
        &self,
        mut config: LookupModel,
        _cx: &Context<'_, ()>,
    ) -> Result<LookupModel, Diagnostic> {
        reached("read");
        config.answer = config.name.clone().map(|name| format!("answer to {name}"));
        match config.name.as_str() {
            Some("absent") => Err(Diagnostic::error("Not found", "Give another name.").at("name")),
            // The API knows the object by another name.
            Some("renamed") => Ok(LookupModel { name: "other".into(), ..config }),
            _ => Ok(config),
        }
    }
}
