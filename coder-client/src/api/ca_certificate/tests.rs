//! The status table of the certificate endpoint.
