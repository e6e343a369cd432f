//! Whatever the text, a plan comes out, and never a pass for a write to a tracked table.

use crate::plan::Plan;

use super::support::{ALL, planned};

const WRITES: [&str; 8] = [
    "INSERT INTO product (id, name) VALUES (1, 'a'), (2, 'b') ON CONFLICT (id) DO UPDATE SET name = 'c' RETURNING id",
    "INSERT INTO product (id) SELECT id FROM tag WHERE id > 1",
    "UPDATE product AS p SET name = 'a', price = price + 1 WHERE p.id IN (SELECT id FROM tag) RETURNING p.id",
    "UPDATE product SET price = t.price FROM tag AS t WHERE t.id = product.id",
    "DELETE FROM product AS p WHERE p.id = 1 OR (name LIKE 'a%' AND NOT price IS NULL) RETURNING *",
    "DELETE FROM product USING tag WHERE tag.id = product.id",
    "WITH x AS (SELECT id FROM tag) UPDATE product SET price = 1 WHERE id IN (SELECT id FROM x)",
    "WITH x AS (DELETE FROM product RETURNING id) SELECT * FROM x",
];

/// Cuts every write at every place, and doubles, drops and swaps words.
#[test]
fn damaged_texts() {
    for backend in ALL {
        for sql in WRITES {
            for end in 0..=sql.len() {
                planned(backend, &sql[..end]);
                planned(backend, &sql[end..]);
            }
            let words: Vec<&str> = sql.split(' ').collect();
            for at in 0..words.len() {
                let mut dropped = words.clone();
                dropped.remove(at);
                planned(backend, &dropped.join(" "));
                let mut doubled = words.clone();
                doubled.insert(at, words[at]);
                planned(backend, &doubled.join(" "));
                let mut swapped = words.clone();
                swapped.swap(at, words.len() - 1);
                planned(backend, &swapped.join(" "));
            }
        }
    }
}

#[test]
fn comments_and_case_change_nothing() {
    for backend in ALL {
        for sql in WRITES {
            let plain = planned(backend, sql);
            if !matches!(plain, Plan::Write(_) | Plan::Refuse(_)) {
                panic!("{backend:?} {sql}: {plain:?}");
            }
            for changed in [sql.replace(' ', " /* ; ' */\n-- \"\n"), sql.replace(' ', "\t\r\n"), sql.to_lowercase()]
            {
                let changed = planned(backend, &changed);
                let same = std::mem::discriminant(&changed) == std::mem::discriminant(&plain);
                assert!(same, "{backend:?} {sql}: {changed:?}");
            }
        }
    }
}
