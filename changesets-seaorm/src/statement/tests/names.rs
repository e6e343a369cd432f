use super::*;

#[test]
fn names_are_unquoted_and_folded() {
    check(
        &[Postgres],
        "write",
        &[
            "DELETE FROM USERS",
            "DELETE FROM \"public\".\"users\"",
            "DELETE FROM public.users",
        ],
    );
    check(
        &[Postgres],
        "pass",
        &["DELETE FROM \"USERS\"", "DELETE FROM other.users"],
    );
    check(&[MySql], "write", &["DELETE FROM `users`"]);
    check(
        &[Sqlite],
        "write",
        &[
            "DELETE FROM main.users",
            "DELETE FROM [users]",
            "DELETE FROM `users`",
        ],
    );
}

#[test]
fn the_log_is_never_written() {
    check(
        &ALL,
        "refuse",
        &[
            "DELETE FROM changesets",
            "UPDATE changesets SET a = 1",
            "INSERT INTO changesets VALUES (1)",
            "DELETE FROM changesets WHERE )",
        ],
    );
}
