//! The workspace helper.

fn main() {}
