//! From `tracing` events to log lines.

use std::fmt;

use serde_json::Value;
use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::subscriber::Interest;
use tracing_core::{Event, LevelFilter, Metadata, Subscriber};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::line::Line;

/// Name of the field that holds an event's text.
const MESSAGE: &str = "message";
/// Crates that log each frame and packet at their lower levels. Only their
/// events from `warn` up are logged.
const CHATTY: [&str; 8] =
    ["h2", "hyper", "hyper_util", "mio", "reqwest", "rustls", "tokio_util", "tonic"];

/// Writes events as log lines; the fields of the tracing spans around an event become
/// fields of its line.
pub(super) struct Layer {
    level: LevelFilter,
}

impl Layer {
    pub(super) fn new(level: LevelFilter) -> Self {
        Self { level }
    }

    fn shows(&self, metadata: &Metadata<'_>) -> bool {
        let root = metadata.target().split("::").next().unwrap_or_default();
        let level =
            if CHATTY.contains(&root) { self.level.min(LevelFilter::WARN) } else { self.level };
        *metadata.level() <= level
    }
}

impl<S> tracing_subscriber::Layer<S> for Layer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.shows(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        self.shows(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in
            context.event_scope(event).into_iter().flatten().collect::<Vec<_>>().iter().rev()
        {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.0.extend(of_span.0.iter().cloned());
            }
        }
        let mut own = Fields::default();
        event.record(&mut own);
        fields.0.extend(own.0);
        let metadata = event.metadata();
        fields.into_line(*metadata.level(), metadata.target()).print();
    }
}

/// Fields in the order in which they were recorded.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn into_line(self, level: tracing_core::Level, module: &str) -> Line<'_> {
        let mut message = String::new();
        let mut fields = Vec::with_capacity(self.0.len());
        for (name, value) in self.0 {
            match value {
                Value::String(text) if name == MESSAGE => message = text,
                value if name == MESSAGE => message = value.to_string(),
                value => fields.push((name, value)),
            }
        }
        Line { level, module, message, fields }
    }

    fn set(&mut self, field: &Field, value: Value) {
        self.0.push((field.name(), value));
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}").into());
    }
}
