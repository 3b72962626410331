//! The workspace helper.
