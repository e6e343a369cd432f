//! Texts of unusual size.

use crate::plan::WriteKind;

use super::support::{ALL, Postgres, planned, with_only};

/// As large as the threads of an async runtime have.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(test);
    thread.unwrap().join().unwrap();
}

#[test]
fn a_condition_of_thousands_of_ors() {
    on_a_small_stack(|| {
        for backend in ALL {
            for terms in [500, 900, 20_000] {
                let filter = vec!["(a = 1 AND b = 2)"; terms].join(" OR ");
                with_only(backend, &format!("DELETE FROM product WHERE {filter}"), |target| {
                    let WriteKind::Delete(delete) = &target.kind else { panic!() };
                    assert_eq!(delete.filter.as_ref().unwrap().pieces().len(), 1);
                });
                let ors = vec!["a"; terms].join(" OR ");
                with_only(backend, &format!("UPDATE product SET b = 1 WHERE {ors}"), |_| {});
                let sum = vec!["1"; terms].join(" + ");
                with_only(backend, &format!("UPDATE product SET b = {sum}"), |_| {});
                with_only(backend, &format!("INSERT INTO product SELECT {sum}"), |_| {});
            }
        }
    });
}

#[test]
fn a_deep_nest_ends_in_a_plan() {
    on_a_small_stack(|| {
        for depth in [10, 100, 10_000] {
            let nest = format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
            planned(Postgres, &format!("UPDATE product SET a = {nest} WHERE b = {nest}"));
            planned(Postgres, &format!("{nest} DELETE FROM product"));
        }
    });
}

#[test]
fn a_long_list() {
    let list = (1..=10_000).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
    with_only(Postgres, &format!("DELETE FROM product WHERE id IN ({list})"), |target| {
        let WriteKind::Delete(delete) = &target.kind else { panic!() };
        assert_eq!(delete.filter.as_ref().unwrap().pieces().len(), 20_001);
    });
}
