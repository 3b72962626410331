//! Trust for what reads no variable of ours: Java, which wants a file in its
//! own form, and programs that know only the system's store.

pub(crate) mod store;
