//! The tests, and the list of them.

pub mod oracle;
pub mod smoke;
pub mod writes;

/// The list. `$then` is a macro of this crate that gets the arguments in brackets, and then the modules with their tests.
///
/// One module per topic, one line per test. `tests/list.rs` fails when a test is missing here.
#[macro_export]
macro_rules! suite {
    ($then:ident $($args:tt)*) => {
        $crate::$then! {
            ($($args)*)
            oracle: [
                replaying_the_log_of_a_random_program_gives_the_tables,
            ];
            smoke: [
                the_shop_is_created_written_and_read,
                types_every_database_has_round_trip,
                types_of_one_database_round_trip,
                pools_have_the_size_they_are_asked_for,
                the_server_log_shows_what_ran,
            ];
            writes: [
                a_model_is_inserted_updated_and_deleted,
                bulk_statements_and_raw_sql,
            ];
        }
    };
}

/// Makes `#[test]` functions of the list: `suite!(on Backend::Sqlite)`.
#[macro_export]
macro_rules! on {
    (($backend:expr) $($module:ident: [$($test:ident),* $(,)?];)*) => {
        $(mod $module {
            $(#[test]
            fn $test() {
                $crate::run(
                    $backend,
                    concat!(stringify!($module), "_", stringify!($test)),
                    $crate::suite::$module::$test,
                );
            })*
        })*
    };
}

/// Makes a slice of the names in the list: `suite!(names)`.
#[macro_export]
macro_rules! names {
    (() $($module:ident: [$($test:ident),* $(,)?];)*) => {
        &[$($(concat!(stringify!($module), "::", stringify!($test))),*),*]
    };
}
