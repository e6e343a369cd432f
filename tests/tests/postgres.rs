//! The suite on PostgreSQL.

changesets_tests::suite!(on changesets_tests::Backend::Postgres);
