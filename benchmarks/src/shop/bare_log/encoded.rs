//! Rows as the log has them, in the least SQL that makes them so: it knows each column, and what is in
//! it. `docs/log-format.md` says how values are written.

use sea_orm::DbBackend;

/// The key of a product.
pub(super) fn key(backend: DbBackend) -> String {
    text(backend, "id")
}

/// The diff of a product that comes or goes.
pub(super) fn whole(backend: DbBackend) -> String {
    let active = match backend {
        DbBackend::Postgres => "active",
        DbBackend::MySql => "active <> 0",
        _ => "json(iif(active, 'true', 'false'))",
    };
    format!(
        "{}('id', id, 'name', name, 'description', description, 'price', {}, 'stock', stock, \
         'active', {active}, 'created_at', {}, 'updated_at', {})",
        function(backend, "object"),
        price(backend, "price"),
        time(backend, "created_at"),
        time(backend, "updated_at"),
    )
}

/// The diff of a product that costs one more.
pub(super) fn raised(backend: DbBackend) -> String {
    let [old, new] = ["price", "price + 1"].map(|value| price(backend, value));
    changed(backend, "price", &old, &new)
}

/// The diff of a product of which one column has another value.
pub(super) fn changed(backend: DbBackend, column: &str, old: &str, new: &str) -> String {
    let [object, array] = ["object", "array"].map(|what| function(backend, what));
    format!("{object}('{column}', {array}({old}, {new}))")
}

/// Key and diff of a link.
pub(super) fn link(backend: DbBackend) -> (String, String) {
    let key = match backend {
        DbBackend::MySql => "CONCAT('[', product_id, ',', tag_id, ']')",
        _ => "'[' || product_id || ',' || tag_id || ']'",
    };
    let object = function(backend, "object");
    let diff = format!("{object}('product_id', product_id, 'tag_id', tag_id)");
    (key.to_owned(), diff)
}

/// The keys of both ends of a link, from its diff.
pub(super) fn ends(backend: DbBackend) -> [String; 2] {
    ["product_id", "tag_id"].map(|column| match backend {
        DbBackend::Postgres => format!("diff ->> '{column}'"),
        DbBackend::MySql => format!("JSON_VALUE(diff, '$.{column}')"),
        _ => format!("diff ->> '$.{column}'"),
    })
}

fn function(backend: DbBackend, what: &str) -> String {
    match backend {
        DbBackend::Postgres => format!("jsonb_build_{what}"),
        _ => format!("json_{what}"),
    }
}

fn text(backend: DbBackend, value: &str) -> String {
    match backend {
        DbBackend::MySql => format!("CAST({value} AS CHAR)"),
        _ => format!("CAST({value} AS TEXT)"),
    }
}

fn price(backend: DbBackend, value: &str) -> String {
    match backend {
        DbBackend::Sqlite => format!("printf('%.2f', {value})"),
        _ => text(backend, value),
    }
}

fn time(backend: DbBackend, column: &str) -> String {
    match backend {
        DbBackend::Postgres => {
            format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        DbBackend::MySql => format!("DATE_FORMAT({column}, '%Y-%m-%dT%H:%i:%s.%fZ')"),
        // As SeaORM writes them, with more digits or just these.
        _ => format!("substr({column}, 1, 26) || 'Z'"),
    }
}
