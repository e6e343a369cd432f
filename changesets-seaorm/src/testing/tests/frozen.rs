use super::shop::{shop, tagged};
use crate::{
    Changeset,
    testing::{Changes, Frozen, NoTime, record},
};

/// Ids and times of what was recorded.
fn story(changes: &Changes) -> Vec<String> {
    let line = |entry: &crate::Entry| {
        let (id, at) = (entry.changeset_id(), entry.at().to_rfc3339());
        format!(
            "{id} {at} {} {}",
            entry.recorded_at().to_rfc3339(),
            entry.key()
        )
    };
    changes.changes().iter().map(line).collect()
}

async fn work(frozen: &Frozen) -> Vec<String> {
    let db = shop().await;
    let work = async {
        let scope = Changeset::new().scope(async {
            tagged(&db, "a").await?;
            Changeset::new().scope(tagged(&db, "b")).await
        });
        scope.await.unwrap();
        tagged(&db, "c").await.unwrap();
    };
    story(&frozen.run(record(&db, work)).await.unwrap())
}

#[tokio::test]
async fn the_same_ids_and_times_in_every_run() {
    let expected = [
        "019b76da-a800-7000-8000-000000000001 2026-01-01T00:00:00+00:00 2026-01-01T00:00:00+00:00 a",
        "019b76da-a800-7000-8000-000000000002 2026-01-01T00:00:01+00:00 2026-01-01T00:00:01+00:00 b",
        "019b76da-a800-7000-8000-000000000003 2026-01-01T00:00:02+00:00 2026-01-01T00:00:02+00:00 c",
    ];
    let frozen = Frozen::at("2026-01-01T00:00:00Z").unwrap();
    assert_eq!(work(&frozen).await, expected);
    let again = Frozen::from(
        "2026-01-01T01:00:00+01:00"
            .parse::<chrono::DateTime<_>>()
            .unwrap(),
    );
    assert_eq!(work(&again).await, expected);
    // A clock goes on from where it stopped.
    let next = work(&frozen).await;
    assert!(next[0].starts_with("019b76da-a800-7000-8000-000000000004 2026-01-01T00:00:03"));
}

#[tokio::test]
async fn inside_the_recorded_code_too() {
    let db = shop().await;
    let frozen = Frozen::at("2026-01-01T00:00:00Z").unwrap();
    let recorded = record(&db, frozen.run(tagged(&db, "a"))).await.unwrap();
    assert_eq!(
        story(&recorded)[0].get(..36),
        Some("019b76da-a800-7000-8000-000000000001")
    );
    let later = record(&db, tagged(&db, "b")).await.unwrap();
    assert_ne!(later.changes()[0].at(), recorded.changes()[0].at());
}

#[test]
fn what_is_no_time_is_said() {
    let error: NoTime = Frozen::at("yesterday").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`yesterday` is no time: write it as in `2026-01-01T00:00:00Z`"
    );
}
