//! Names made from the names of the log tables.

use changesets_core::LogTables;

/// The name a step is remembered by: its own, and whose log it belongs to.
pub(crate) fn step_name(step: &str, tables: &LogTables) -> String {
    match (tables.schema_name(), tables.prefix_str()) {
        (None, "") => step.to_owned(),
        (None, prefix) => format!("{step} {prefix}"),
        (Some(schema), prefix) => format!("{step} {schema}.{prefix}"),
    }
}

/// The migration table of a log that is migrated alone.
pub(crate) fn migration_table(tables: &LogTables) -> String {
    format!("{}changesets_migration", tables.prefix_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_logs_in_one_database_have_different_step_names() {
        let plain = LogTables::default();
        let prefixed = LogTables::new().prefix("audit_").unwrap();
        let in_schema = LogTables::new().schema("audit").unwrap();
        assert_eq!(step_name("step", &plain), "step");
        assert_eq!(step_name("step", &prefixed), "step audit_");
        assert_eq!(step_name("step", &in_schema), "step audit.");
    }
}
