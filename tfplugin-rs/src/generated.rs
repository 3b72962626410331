//! Messages and services of the wire, made from `proto/` by
//! `cargo xtask codegen` and checked in.

macro_rules! generated {
    ($($(#[$doc:meta])* $module:ident;)*) => {
        $(
            $(#[$doc])*
            #[allow(
                clippy::all,
                clippy::allow_attributes_without_reason,
                clippy::too_many_lines,
                clippy::use_self,
                dead_code,
                missing_docs,
                unnameable_types,
                unreachable_pub,
                unused_qualifications,
                reason = "generated; parts of the protocol wait for their first user"
            )]
            pub(crate) mod $module;
        )*
    };
}

generated! {
    /// `grpc.health.v1`.
    health;
    /// The plugin host's services.
    plugin;
    /// Terraform's plugin protocol.
    tfplugin6;
}
