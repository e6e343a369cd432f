//! The suite on MariaDB.

changesets_tests::suite!(on changesets_tests::Backend::MySql);
