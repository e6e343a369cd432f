//! Each chapter's code is a doctest.

macro_rules! chapters {
    ($($name:ident: $file:literal,)*) => {
        $(#[doc = include_str!($file)]
        pub mod $name {})*
    };
}

chapters! {
    first_changeset: "guide/first-changeset.md",
    tracking: "guide/tracking.md",
    changesets: "guide/changesets.md",
    history: "guide/history.md",
    transactions: "guide/transactions.md",
    hook: "guide/hook.md",
    requests: "guide/requests.md",
    testing: "guide/testing.md",
}
