//! Several configurations of the provider in one root module.

use fakes::ca::TestCa;
use fakes::coder::FakeCoder;
use testkit::slow;

use crate::configurations::configured;
use crate::world::World;

const SECOND_PROVIDER: &str = r#"
variable "other_url" {}
variable "other_token" {}
provider "aibridge" {
  alias         = "other"
  access_url    = var.other_url
  session_token = var.other_token
}
resource "aibridge_proxy" "this" {
  proxy_url = "http://proxy.example.com:8888"
}
resource "aibridge_proxy" "other" {
  provider  = aibridge.other
  proxy_url = "http://proxy.example.com:8888"
}
data "aibridge_ca_certificate" "other" {
  provider = aibridge.other
}
"#;

#[test]
fn each_provider_configuration_reaches_its_own_deployment() {
    let Some(_marker) = slow::ring3("instances-aliases") else { return };
    let world = World::new(&configured(SECOND_PROVIDER));
    let (other, ca) = (FakeCoder::start(), TestCa::new("the other CA"));
    other.set_certificate(ca.pem());
    let call = || {
        let call = world.call().env("TF_VAR_other_url", other.url());
        call.env("TF_VAR_other_token", other.token())
    };
    call().apply().success();
    call().plan().assert_empty();
    let state = world.workdir.call().show();
    let sha256 = |address: &str, name: &str| state.resource(address)[name].clone();
    assert_eq!(sha256("aibridge_proxy.this", "ca_cert_sha256"), world.ca.sha256());
    assert_eq!(sha256("aibridge_proxy.other", "ca_cert_sha256"), ca.sha256());
    assert_eq!(sha256("data.aibridge_ca_certificate.other", "sha256"), ca.sha256());
    for request in other.requests() {
        assert_eq!(request.token(), Some(other.token().as_str()), "{request:#?}");
    }
    for request in world.coder.requests() {
        assert_eq!(request.token(), Some(world.coder.token().as_str()), "{request:#?}");
    }
}
