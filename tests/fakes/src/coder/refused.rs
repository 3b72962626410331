//! A port that is taken and on which no server listens, so that connections to it
//! are refused.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket};

/// A bound socket that does not listen: connections to it are refused for as
/// long as it lives.
#[derive(Debug)]
pub struct RefusedPort {
    address: SocketAddr,
    _socket: OwnedFd,
}

impl RefusedPort {
    /// Takes a free port of loopback.
    pub fn take() -> Self {
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a TCP socket");
        bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let address = getsockname(&socket).expect("a bound socket has a name");
        let address = SocketAddr::try_from(address).expect("an internet socket's name");
        Self { address, _socket: socket }
    }

    /// The address that refuses.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://` and the address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
