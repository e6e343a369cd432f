//! The tests, and the list of them.

pub mod cascades;
pub mod contract_atomic;
pub mod contract_hook;
pub mod contract_refusals;
pub mod contract_scope;
pub mod contract_transactions;
pub mod contract_transparency;
pub mod events;
pub mod held;
pub mod oracle;
pub mod refusals;
pub mod smoke;
pub mod values;
pub mod writes;

/// The list. `$then` is a macro of this crate that gets the arguments in brackets, and then the modules with their tests.
///
/// One module per topic, one line per test. `tests/list.rs` fails when a test is missing here.
#[macro_export]
macro_rules! suite {
    ($then:ident $($args:tt)*) => {
        $crate::$then! {
            ($($args)*)
            contract_atomic: [
                only_what_is_committed_is_recorded,
                a_cancelled_write_leaves_both_or_neither,
                a_log_that_fails_takes_the_write_along,
            ];
            contract_scope: [
                late_metadata_reaches_the_header_at_the_end_of_the_scope,
                a_header_rolled_back_is_written_again,
            ];
            contract_hook: [
                a_plain_transaction_records_each_write_once,
                a_plain_pool_is_refused,
                a_tracked_connection_records_once,
                an_entity_the_tracker_does_not_know_is_refused,
                a_nested_save_records_its_links,
            ];
            contract_transactions: [
                transactions_of_one_scope_do_not_wait_for_each_other,
                a_pool_write_does_not_wait_for_an_open_transaction,
                one_connection_is_enough,
                a_nested_scope_and_a_spawned_task_have_their_place,
                a_commit_that_fails_leaves_nothing,
            ];
            contract_transparency: [
                results_and_errors_are_those_of_a_plain_connection,
            ];
            contract_refusals: [
                the_log_and_transaction_control_are_not_open_to_text,
                a_write_outside_a_required_scope_does_not_happen,
            ];
            events: [
                each_captured_write_is_an_event,
            ];
            held: [
                two_open_transactions_of_one_scope_do_not_wait,
                a_write_on_the_pool_does_not_wait_for_an_open_transaction,
                one_connection_is_enough,
                a_tracked_update_is_one_statement,
                the_hook_alone_records_in_a_plain_transaction,
                the_hook_refuses_what_it_cannot_record,
                changes_of_racing_writers_are_in_commit_order,
            ];
            oracle: [
                replaying_the_log_of_a_random_program_gives_the_tables,
            ];
            refusals: [
                what_cannot_be_recorded_does_not_happen,
                the_policy_lets_it_through_but_never_to_the_log,
                a_tracker_that_cannot_be_says_why,
            ];
            smoke: [
                the_shop_is_created_written_and_read,
                types_every_database_has_round_trip,
                types_of_one_database_round_trip,
                pools_have_the_size_they_are_asked_for,
                the_server_log_shows_what_ran,
            ];
            cascades: [
                deletes_reach_children_links_and_set_null,
                upserts_and_key_changes,
            ];
            values: [
                common_types,
                types_of_one_database,
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
