//! What the tests of the certificate endpoint share: a fake deployment with a
//! CA, a client for it, and a policy.

use std::time::Duration;

use coder_client::access_url::AccessUrl;
use coder_client::api::ca_certificate::{FetchError, FetchPolicy, FetchedCa, fetch};
use coder_client::http::{Client, ClientOptions};
use fakes::ca::TestCa;
use fakes::coder::{Answer, FakeCoder};
use settings::Secret;

/// Time enough for every attempt that a test wants, so that a deadline in a
/// test is always the one that it requested.
const AMPLE: Duration = Duration::from_secs(30);

/// One attempt.
pub(crate) const ONCE: FetchPolicy = FetchPolicy { deadline: AMPLE, max_retries: 0 };

/// As the provider does by default.
pub(crate) const THRICE: FetchPolicy = FetchPolicy { deadline: AMPLE, max_retries: 3 };

/// A deployment that would answer well, and its CA.
pub(crate) struct World {
    pub(crate) coder: FakeCoder,
    pub(crate) ca: TestCa,
}

impl World {
    pub(crate) fn new() -> Self {
        let ca = TestCa::new("AI Bridge Proxy CA");
        let coder = FakeCoder::start();
        coder.set_certificate(ca.pem());
        Self { coder, ca }
    }

    pub(crate) fn answering(answer: Answer) -> Self {
        let world = Self::new();
        world.coder.set_answer(answer);
        world
    }

    pub(crate) async fn fetch(&self, policy: FetchPolicy) -> Result<FetchedCa, FetchError> {
        fetch(&client(&self.coder.url()), &Secret::new(self.coder.token()), None, &policy).await
    }
}

pub(crate) fn options() -> ClientOptions {
    ClientOptions {
        extra_roots: Vec::new(),
        connect_timeout: AMPLE,
        request_timeout: AMPLE,
        user_agent: "aibridge-test/1.0".to_owned(),
    }
}

pub(crate) fn client(url: &str) -> Client {
    client_with(url, options())
}

pub(crate) fn client_with(url: &str, options: ClientOptions) -> Client {
    Client::new(AccessUrl::parse(url).expect("a good access URL"), options).expect("good options")
}
