//! End-to-end suite (ring 3): the real CLI, the real coder provider, our binaries, real sockets.

/// Each attribute changes in place, and an import gives what a create makes.
mod attributes;
/// Wrong input is refused early, with the attribute and what to write instead.
mod bad_input;
/// Real clients behind a real intercepting proxy.
mod clients;
/// The helper beside Coder's own agent and command.
mod coder_agent;
/// The oldest and the newest Terraform core run the same binary.
mod cores;
/// Data sources: read at plan, or refused with the argument to look at.
mod data_sources;
/// The token on its way to a tool, without a trace in plan or state.
mod ephemeral;
/// Each example template, applied, and run where it can be.
mod examples;
/// Configurations and handles that the modules share.
mod fixture;
/// Functions beside the resource that gives the same.
mod functions;
/// What a provisioner's host has in its environment stays out of a build.
mod host_environment;
/// Several providers, several agents.
mod instances;
/// Interrupts and kills lose no state and leave no process.
mod interrupt;
/// From plan to destroy, with drift, import and updates between.
mod life_cycle;
/// The module beside the real coder provider, and what consumers read of it.
mod module;
/// A tool of the other module waits, is caught, and never hangs.
mod proxied_tool;
/// The examples in the registry's pages, as a reader would try them.
mod registry_examples;
/// Many resources at once.
mod scale;
/// The schema as Terraform shows it.
mod schema;
/// A marked token shows up nowhere but where it must.
mod secrets;
/// The module's scripts as users of the registry's module know them.
mod set_up_script;
/// The workspace that a build made, and the scripts as the agent runs them.
mod workspace;
