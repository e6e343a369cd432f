//! The tests, and the list of them.

pub mod cascades;
pub mod compared;
pub mod contract_atomic;
pub mod contract_columns;
pub mod contract_dropped;
pub mod contract_faults;
pub mod contract_hook;
pub mod contract_identity;
pub mod contract_races;
pub mod contract_refusals;
pub mod contract_scope;
pub mod contract_transactions;
pub mod contract_transparency;
pub mod events;
pub mod held;
pub mod keys;
pub mod oracle;
pub mod paths_change;
pub mod paths_insert;
pub mod paths_links;
pub mod paths_model;
pub mod paths_nested;
pub mod paths_raw;
pub mod paths_scripts;
pub mod paths_statements;
pub mod paths_transactions;
pub mod paths_upsert;
pub mod refusals;
pub mod smoke;
pub mod test_kit;
pub mod triggers;
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
            compared: [
                what_differs_is_what_encodes_differently,
            ];
            contract_atomic: [
                only_what_is_committed_is_recorded,
                a_record_that_fails_half_way_leaves_nothing_of_itself,
                a_transaction_that_the_database_ended_commits_nothing,
                a_failed_savepoint_is_not_the_end_of_its_transaction,
                what_the_database_commits_by_itself_is_recorded,
                a_cancelled_write_leaves_both_or_neither,
                a_cancelled_write_in_a_transaction_leaves_both_or_neither,
            ];
            contract_columns: [
                a_secret_is_in_no_row_of_the_log,
                a_change_of_a_secret_is_recorded_and_one_of_a_left_out_column_is_not,
            ];
            contract_dropped: [
                a_dropped_savepoint_takes_only_its_own_writes,
                a_dropped_request_leaves_nothing_of_any_level,
                a_cancelled_begin_leaves_no_savepoint,
                a_cancelled_end_of_a_savepoint_ends_it,
                a_cancelled_read_leaves_the_transaction_usable,
                the_plain_transaction_is_refused_while_it_is_in_use,
            ];
            contract_faults: [
                a_log_table_that_is_missing_takes_the_write_along,
                a_log_that_refuses_a_row_takes_the_cascade_along,
                a_connection_lost_between_write_and_record_leaves_neither,
                a_database_without_the_log_says_so,
                a_missing_table_is_the_statements_own_error,
                a_column_that_is_missing_is_the_statements_own_error,
            ];
            contract_identity: [
                an_update_that_alters_nothing_records_nothing,
                a_key_used_again_is_another_life,
                each_change_is_under_its_own_changeset,
                a_cascade_is_in_the_changeset_of_its_delete,
            ];
            contract_scope: [
                late_metadata_reaches_the_header_at_the_end_of_the_scope,
                late_metadata_reaches_the_header_of_a_transaction_from_outside,
                a_header_rolled_back_is_written_again,
                a_header_that_updates_have_written_is_not_missed,
                a_header_that_is_there_is_not_sent_with_every_update,
            long_lists_have_one_text_and_one_header,
            ];
            contract_races: [
                racing_deletes_record_what_they_took_along,
                rows_that_come_between_are_recorded_or_not_written,
                a_transaction_that_a_deadlock_ended_writes_no_more,
                a_subquery_is_read_as_the_write_reads_it,
                a_subquery_that_changes_meanwhile_is_asked_again,
                an_update_to_what_another_wrote_meanwhile_is_no_change,
                a_delete_that_waits_for_its_rows_holds_up_no_other_write,
            ];
            contract_hook: [
                a_plain_transaction_records_each_write_once,
                a_plain_pool_is_refused,
                a_tracked_connection_records_once,
                an_entity_the_tracker_does_not_know_is_refused,
                a_nested_save_records_its_links,
            ];
            contract_transactions: [
                a_savepoint_takes_its_changes_along,
                a_commit_that_fails_leaves_nothing,
                an_update_after_a_rollback_is_recorded_as_the_first_one,
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
                a_tracked_write_of_one_row_is_one_call,
                a_tracked_write_of_many_rows_is_one_call,
                an_update_of_more_rows_than_memory_takes_is_one_call,
                an_update_beside_texts_of_two_character_sets_is_one_call,
                a_link_is_one_call_after_a_long_list_of_them,
                what_an_update_changes_besides_is_recorded,
                the_hook_alone_records_in_a_plain_transaction,
                changes_of_racing_writers_are_in_commit_order,
            ];
            oracle: [
                replaying_the_log_of_a_random_program_gives_the_tables,
            ];
            paths_model: [
                active_model_insert,
                active_model_update,
                active_model_update_with_nothing_set,
                active_model_update_without_returning,
                active_model_save_inserts_and_updates,
                active_model_delete_and_model_delete,
                model_delete_with_what_cascades,
            ];
            paths_insert: [
                insert_exec,
                insert_exec_without_returning,
                insert_exec_with_returning,
                insert_exec_with_returning_keys,
                insert_exec_with_returning_many,
                insert_many_exec,
                insert_many_exec_without_returning,
                insert_many_with_ragged_not_set,
                insert_many_with_an_odd_value,
                insert_of_a_list_with_an_odd_row,
                insert_from_select_through_entity_insert,
                insert_from_select_as_a_statement,
            ];
            paths_upsert: [
                upsert_many_exec,
                upsert_many_exec_without_returning,
                upsert_exec_with_returning,
                upsert_exec_with_returning_keys_and_many,
                upsert_with_an_expression,
                try_insert_exec_that_conflicts,
                try_insert_with_other_endings_that_conflicts,
                try_insert_that_conflicts_on_a_given_key,
                try_insert_that_inserts_some,
                insert_that_passes_over_a_row_in_the_middle,
            ];
            paths_change: [
                update_exec,
                update_exec_without_returning,
                update_many_exec,
                update_many_exec_with_returning,
                delete_exec_by_model_by_id_and_by_unique_column,
                delete_exec_with_returning,
                delete_many_exec,
                delete_many_exec_with_returning,
                update_and_delete_by_a_column_that_is_unique_in_part,
            ];
            paths_statements: [
                inserter,
                deleter,
                insert_statement_replace,
                statements_given_to_execute,
                statements_given_to_query_one_and_query_all,
            ];
            keys: [
                integer,
                string,
                uuid,
                binary,
                enumeration,
                composite,
                too_long_to_index,
                made_by_the_insert,
            ];
            paths_raw: [
                writing_cte_as_with_query,
                writing_cte_as_text,
                insert_with_a_reading_cte,
                execute_raw,
                parameters_by_number,
                update_that_passes_over_its_row,
                update_that_gives_no_rows,
                query_one_raw_and_query_all_raw,
                find_from_raw_sql_and_find_by_statement,
            ];
            paths_scripts: [
                execute_unprepared_with_several_statements,
                execute_unprepared_in_a_transaction,
                execute_unprepared_that_fails_halfway,
                stream_of_a_statement,
                stream_raw,
                truncate_statement_is_refused,
            ];
            paths_transactions: [
                begin,
                begin_inside_a_transaction,
                begin_with_config,
                begin_with_options,
                transaction,
                transaction_with_config,
                transaction_async,
                transaction_with_config_async,
            ];
            paths_nested: [
                active_model_ex_insert,
                active_model_ex_update,
                active_model_ex_save,
                has_many_append_and_replace_all,
                has_many_replace_all_with_a_composite_key,
                has_many_replace_all_with_a_nullable_key,
                active_model_ex_delete,
                model_cascade_delete,
            ];
            paths_links: [
                many_to_many_append,
                many_to_many_replace_all,
                model_ex_delete_with_links,
            ];
            refusals: [
                what_cannot_be_recorded_does_not_happen,
                the_policy_lets_it_through_but_never_to_the_log,
                a_warning_names_the_table,
                a_scope_can_be_required_of_one_entity,
                a_value_that_cannot_be_encoded_is_not_written,
                a_tracker_that_cannot_be_says_why,
            ];
            smoke: [
                the_shop_is_created_written_and_read,
                types_every_database_has_round_trip,
                types_of_one_database_round_trip,
                pools_have_the_size_they_are_asked_for,
                the_server_log_shows_what_ran,
            ];
            test_kit: [
                the_text_is_the_same_on_every_database,
                transactions_open_at_once_are_all_the_code_s,
                the_hook_alone_in_two_transactions,
            ];
            cascades: [
                deletes_reach_children_links_and_set_null,
                upserts_and_key_changes,
                a_schema_change_rolled_back_is_forgotten,
            ];
            triggers: [
                a_new_trigger_of_another_connection_is_noticed,
                what_a_new_trigger_changes_besides_is_not_missed,
                a_trigger_of_a_partition_is_known,
                a_trigger_that_keeps_a_row_as_it_is_runs_once,
                a_key_that_a_trigger_moves_is_not_missed,
                an_inserted_row_that_a_new_trigger_moves_is_not_missed,
                a_row_that_a_trigger_moves_is_an_error_of_the_hook,
                a_trigger_of_the_connection_itself_is_noticed,
                a_generated_column_follows_in_the_log,
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
