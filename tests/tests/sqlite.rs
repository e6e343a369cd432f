//! The suite on SQLite.

changesets_tests::suite!(on changesets_tests::Backend::Sqlite);
