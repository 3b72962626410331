//! Trust for programs that read none of our variables: Java, which needs a file in
//! its own format, and programs that read only the system's store.

pub(crate) mod store;
