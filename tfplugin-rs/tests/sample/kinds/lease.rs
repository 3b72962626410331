//! An ephemeral resource: a token that is renewed twice.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tfplugin::diag::{Diagnostic, Diagnostics};
use tfplugin::ephemeral::{Closed, EphemeralResource, Opened, Renewed};
use tfplugin::model::Attr;
use tfplugin::provider::Context;
use tfplugin::schema::{Attribute, Schema};
use tfplugin::ty::Type;
use tfplugin::value::Value;

use super::reached;

pub(crate) const LEASE: &str = "sample_lease";

tfplugin::model! {
    pub(crate) struct LeaseModel {
        name: Attr<String>,
        dynamic: Value,
        token: Attr<String>,
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct LeasePrivate {
    name: String,
    renewals: u32,
}

pub(crate) struct Lease;

impl EphemeralResource for Lease {
    type Client = ();
    type Model = LeaseModel;
    type Private = LeasePrivate;

    fn type_name(&self) -> &'static str {
        LEASE
    }

    fn schema(&self) -> Schema {
        Schema::new(0)
            .describe("Leases a token.")
            .attribute("name", Attribute::required(Type::String))
            .attribute("dynamic", Attribute::optional(Type::Dynamic))
            .attribute("token", Attribute::computed(Type::String).sensitive())
    }

    fn validate(&self, _config: &LeaseModel, _diags: &mut Diagnostics) {
        reached("validate");
    }

    async fn open(
        &self,
        mut config: LeaseModel,
        _cx: &Context<'_, ()>,
    ) -> Opened<LeaseModel, LeasePrivate> {
        reached("open");
        let name = config.name.as_str().unwrap_or_default().to_owned();
        config.token = format!("token of {name}").into();
        let private = LeasePrivate { name, renewals: 0 };
        // Thousands of years from now: no run of Terraform renews it.
        let renew_at = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 37);
        Opened::Renewable { result: config, private, renew_at }
    }

    async fn renew(&self, mut private: LeasePrivate, _: &Context<'_, ()>) -> Renewed<LeasePrivate> {
        reached("renew");
        private.renewals = private.renewals.saturating_add(1);
        match private.renewals {
            1 => Renewed::Renewable { private, renew_at: SystemTime::UNIX_EPOCH },
            2 => Renewed::Renewed { private },
            _ => Renewed::Failed(Diagnostic::error("Lease is over", "It was renewed twice.")),
        }
    }

    async fn close(&self, _private: LeasePrivate, _cx: &Context<'_, ()>) -> Closed {
        reached("close");
        Closed::Closed
    }
}
