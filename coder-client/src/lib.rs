//! Coder HTTP API, agent socket, and the values that provider and helper share.
