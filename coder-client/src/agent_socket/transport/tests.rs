//! Whose socket is trusted, and how failures are sorted.

use std::io;

use super::{SocketError, is_trusted, sort};

#[test]
fn socket_served_by_another_user_is_refused() {
    for (peer, own, expected) in
        [(1000, 1000, true), (0, 1000, true), (1001, 1000, false), (1000, 0, true), (0, 0, true)]
    {
        assert_eq!(is_trusted(peer, own), expected, "peer {peer}, own {own}");
    }
}

#[test]
fn connection_failure_is_classified_by_its_cause() {
    assert!(matches!(sort(io::ErrorKind::NotFound.into()), SocketError::Missing));
    assert!(matches!(sort(io::ErrorKind::ConnectionRefused.into()), SocketError::Refused));
    assert!(matches!(sort(io::ErrorKind::PermissionDenied.into()), SocketError::PermissionDenied));
    assert!(matches!(sort(io::ErrorKind::InvalidInput.into()), SocketError::Io(_)));
}
