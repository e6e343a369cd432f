//! Tests of the plan: what each text does, on each database.

mod agree;
mod bounds;
mod cache;
mod emitted;
mod entities;
mod forms;
mod params;
mod read;
mod refused;
mod returning;
mod schema;
mod script;
mod shorten;
mod support;
mod with;
