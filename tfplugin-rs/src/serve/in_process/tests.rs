//! A provider in this process, over the sockets of every platform.

use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::*;
use crate::diag::Diagnostics;
use crate::model::Attr;
use crate::provider::Kinds;
use crate::schema::{Attribute, Schema};
use crate::testing::Session;
use crate::ty::Type;

crate::model! {
    struct Region {
        region: Attr<String>,
    }
}

/// A provider without resources.
#[derive(Clone, Copy)]
struct Bare;

impl Provider for Bare {
    type Config = Region;
    type Client = ();

    fn schema(&self) -> Schema {
        Schema::new(0).attribute("region", Attribute::required(Type::String))
    }

    async fn configure(&self, _: Region, _: &mut Diagnostics) -> Option<()> {
        Some(())
    }

    fn kinds(&self) -> Kinds<()> {
        Kinds::new()
    }
}

/// What plugins on Windows listen on serves calls everywhere.
#[tokio::test]
async fn provider_answers_calls_over_tcp() {
    const ADDRESS: &str = "registry.terraform.io/aibridge-rs/bare";
    let bound = Bound::on(Network::Tcp, ADDRESS).unwrap();
    let reattach: serde_json::Value = serde_json::from_str(&bound.reattach).unwrap();
    let address = &reattach[ADDRESS]["Addr"];
    assert_eq!(address["Network"], "tcp");
    let address = address["String"].as_str().unwrap().to_owned();
    let (end, ended) = oneshot::channel::<()>();
    let service = tokio::spawn(bound.serve(Bare, async { drop(ended.await) }));

    let stream = TcpStream::connect(address).await.unwrap();
    let session = Session::open_over(Bare, stream).await.unwrap();
    assert!(session.configure([("region", "eu".into())]).await.is_empty());
    drop(end);
    service.await.unwrap();
}
