//! End-to-end suite (ring 3): the real CLI, the real coder provider, our binaries, real sockets.

/// Wrong input is refused at the line of its attribute.
mod bad_input;
/// Real clients behind a real intercepting proxy.
mod clients;
/// The helper beside Coder's own agent and command.
mod coder_agent;
/// The configurations that the suite applies.
mod configurations;
/// The oldest and the newest Terraform core run the same binary.
mod cores;
/// Data sources: read at plan, or refused with the argument that is unknown.
mod data_sources;
/// The token on its way to a tool, without a trace in plan or state.
mod ephemeral;
/// Each example template, applied, and run where it can be.
mod examples;
/// Functions beside the resource that gives the same.
mod functions;
/// A provisioner's environment stays out of a Coder build.
mod host_environment;
/// Several configurations of the provider in one root module.
mod instances;
/// Interrupts and kills lose no state and leave no process.
mod interrupt;
/// The life of the resource, from plan to import.
mod life;
/// The module beside the real coder provider, and the outputs that consumers read.
mod module;
/// The processes that a command started.
mod processes;
/// A tool of `modules/proxied-tool` waits, is proxied, and gives up in time.
mod proxied_tool;
/// The examples in the registry's pages, as a reader would try them.
mod registry_examples;
/// Many resources at once.
mod scale;
/// The schema as Terraform shows it.
mod schema;
/// A marked token is in state and plan file alone.
mod secrets;
/// The module's scripts, as users of the registry's module know them.
mod set_up_script;
/// The workspace that a build made, and the scripts as the agent runs them.
mod workspace;
/// The world of a test: a deployment, and a working folder.
mod world;
