//! All the work there is.

use crate::{
    figure::Section,
    kind::{Durability, Kind},
    report::number::thousands,
    scale::Scale,
};

use super::{Action, Shape, Work};

/// What is done to products.
const WRITES: [Action; 3] = [Action::Insert, Action::Update, Action::Delete];

/// Writes of one changeset, where a changeset holds several.
const PER_CHANGESET: i64 = 100;

/// Rows of the statements that have to reach a figure. For them it does not matter what their commit waits
/// for.
const MANY: i64 = 10_000;

/// Rounds of work whose result nobody can mistake, and that takes seconds.
const FEW_ROUNDS: usize = 5;

/// All that is measured on this database.
pub(crate) fn all(kind: Kind, durability: Durability, scale: Scale) -> Vec<Work> {
    let mut all = alone(scale, durability);
    all.extend(together(scale));
    if durability == Durability::Full {
        // The rest differs in nothing but the one commit, which these show already.
        all.extend(bulk(scale).filter(|it| it.rows_per_statement() >= MANY));
        return all;
    }
    all.extend(bulk(scale));
    all.extend(links(scale));
    all.extend(untouched(scale));
    if kind == Kind::Postgres {
        all.push(trap(scale));
    }
    all
}

/// What is measured on a server that is some way off: what differs by its round trips.
pub(crate) fn far(scale: Scale) -> Vec<Work> {
    let count = scale.far();
    let shapes = [
        (
            "",
            Shape::Alone {
                count,
                per_changeset: 1,
            },
        ),
        (" in a transaction", Shape::Together { count }),
    ];
    let works = shapes.map(|(name, shape)| {
        WRITES.map(|action| Work {
            rounds: scale.rounds(),
            ..work(scale, Section::Far, action, name, shape)
        })
    });
    works.concat()
}

fn alone(scale: Scale, durability: Durability) -> Vec<Work> {
    let count = scale.alone(durability);
    let work = |action, per_changeset, name: &str| {
        let shape = Shape::Alone {
            count,
            per_changeset,
        };
        work(scale, Section::Alone, action, name, shape)
    };
    let several = format!(", {PER_CHANGESET} in a changeset");
    let both = |action| [work(action, 1, ""), work(action, PER_CHANGESET, &several)];
    WRITES.into_iter().flat_map(both).collect()
}

fn together(scale: Scale) -> impl Iterator<Item = Work> {
    let count = scale.together();
    let shape = Shape::Together { count };
    WRITES
        .into_iter()
        .map(move |action| work(scale, Section::Together, action, "", shape))
}

fn bulk(scale: Scale) -> impl Iterator<Item = Work> {
    let of_size = move |action, rows: i64| {
        let times = (scale.bulk_rows() / rows).max(1);
        let name = format!(" of {}", thousands(rows));
        let shape = Shape::Bulk { rows, times };
        work(scale, Section::Bulk, action, &name, shape)
    };
    WRITES.into_iter().flat_map(move |action| {
        let sizes = scale.bulk().iter();
        sizes.map(move |&rows| of_size(action, rows))
    })
}

fn links(scale: Scale) -> [Work; 2] {
    let rows = scale.links();
    let link = |how: &str, shape| {
        let name = format!(" {} products, {how}", thousands(rows));
        work(scale, Section::Links, Action::Link, &name, shape)
    };
    [
        link("one statement", Shape::Bulk { rows, times: 1 }),
        link("one by one", Shape::Together { count: rows }),
    ]
}

fn untouched(scale: Scale) -> [Work; 2] {
    let work = |action, count, name: &str| {
        let shape = Shape::Alone {
            count,
            per_changeset: count,
        };
        work(scale, Section::Untouched, action, name, shape)
    };
    [
        work(Action::Read, scale.reads(), " by key"),
        work(Action::Note, scale.together(), ""),
    ]
}

fn trap(scale: Scale) -> Work {
    let rows = scale.trap();
    let name = format!(" of {} after an update of one", thousands(rows));
    let shape = Shape::AfterOne { rows };
    let work = work(scale, Section::Trap, Action::Update, &name, shape);
    Work {
        rounds: work.rounds.min(FEW_ROUNDS),
        ..work
    }
}

fn work(scale: Scale, section: Section, action: Action, name: &str, shape: Shape) -> Work {
    let rounds = match (section, shape) {
        // Two contenders only, who differ by less than others.
        (Section::Untouched, _) => 2 * scale.many_rounds(),
        (_, Shape::Bulk { rows, .. }) if rows < MANY => scale.rounds(),
        (_, Shape::AfterOne { .. }) => scale.rounds(),
        _ => scale.many_rounds(),
    };
    Work {
        section,
        name: format!("{}{name}", action.name()),
        action,
        shape,
        rounds,
    }
}
