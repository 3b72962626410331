//! The wire code of the crate, which does not give it away.

macro_rules! generated {
    ($($path:literal $module:ident;)*) => {
        $(
            #[allow(
                clippy::all,
                clippy::allow_attributes_without_reason,
                clippy::too_many_lines,
                clippy::use_self,
                dead_code,
                unnameable_types,
                unreachable_pub,
                unused_qualifications,
                reason = "generated; the tests use what a client uses"
            )]
            #[path = $path]
            pub(crate) mod $module;
        )*
    };
}

generated! {
    "../../src/generated/health.rs" health;
    "../../src/generated/plugin.rs" plugin;
    "../../src/generated/tfplugin6.rs" tfplugin6;
}
