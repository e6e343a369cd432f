//! The shop over HTTP, as a client sees it, on all three databases.

// A test fails by panicking.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod bad_input;
#[path = "../common/mod.rs"]
mod common;
mod random;
mod record;

use std::time::Duration;

use axum_shop::Config;

use bad_input::{bad_input_is_told_what_is_wrong, hostile_headers_are_told_what_is_wrong};
use random::nothing_at_random_is_the_shops_fault;
use record::{
    a_change_has_its_actor, a_request_has_an_id, a_sale_is_one_changeset,
    an_order_is_one_changeset, changesets_come_page_by_page, faults_leave_nothing_behind,
    nobody_is_no_actor, only_a_real_cookie_counts, the_history_of_a_product,
    the_shop_describes_itself,
};

on_all!(
    |config: &mut axum_shop::Config| super::set_up(config);
    a_change_has_its_actor,
    a_request_has_an_id,
    a_sale_is_one_changeset,
    an_order_is_one_changeset,
    bad_input_is_told_what_is_wrong,
    changesets_come_page_by_page,
    faults_leave_nothing_behind,
    hostile_headers_are_told_what_is_wrong,
    nobody_is_no_actor,
    nothing_at_random_is_the_shops_fault,
    only_a_real_cookie_counts,
    the_history_of_a_product,
    the_shop_describes_itself,
);

fn set_up(config: &mut Config) {
    config.faults = true;
    config.timeout = Duration::from_secs(5);
}
