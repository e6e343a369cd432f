//! A model with a column of each type comes back from its recorded values.

use sea_orm::{
    ModelTrait,
    entity::prelude::{
        ActiveModelBehavior, Date, DateTime, DateTimeUtc, DateTimeWithTimeZone, DeriveActiveEnum,
        DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, Json,
        PrimaryKeyTrait, StringLen, Time, Uuid,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::HasHistory;
use super::log::Log;

#[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(1))")]
pub enum Size {
    #[sea_orm(string_value = "S")]
    Small,
    #[sea_orm(string_value = "L")]
    Large,
}

#[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "Enum", db_type = "Enum", enum_name = "mood")]
pub enum Mood {
    #[sea_orm(string_value = "good")]
    Good,
    #[sea_orm(string_value = "bad")]
    Bad,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Extra {
    pub shelf: String,
}

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "everything")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tiny: i8,
    pub small: i16,
    pub unsigned: u64,
    pub float: f32,
    pub double: f64,
    pub flag: bool,
    pub text: String,
    pub size: Size,
    pub mood: Option<Mood>,
    pub blob: Vec<u8>,
    pub json: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub extra: Extra,
    pub date: Date,
    pub time: Time,
    pub naive: DateTime,
    pub utc: DateTimeUtc,
    pub zoned: Option<DateTimeWithTimeZone>,
    pub none: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

#[tokio::test]
async fn a_model_of_every_type_is_made_of_recorded_values() {
    let log = Log::new("types").await;
    let id = Uuid::from_u128(7);
    let diff = json!({
        "id": id.to_string(), "tiny": -1, "small": 2, "unsigned": u64::MAX, "float": 0.1,
        "double": "NaN", "flag": true, "text": "tea", "size": "L", "mood": "bad",
        "blob": "00ff", "json": {"a": [1]}, "extra": {"shelf": "B"}, "date": "2026-07-01",
        "time": "14:03:00.000001", "naive": "2026-07-01T14:03:00.000000",
        "utc": "2026-07-01T14:03:00.500000Z", "zoned": null, "none": null
    });
    let key = id.to_string();
    log.change("everything", &key, "insert", diff).await;
    let revision = super::super::history_of::<Entity>(id)
        .tables(log.tables.clone())
        .one(&log.db)
        .await
        .unwrap()
        .unwrap();
    let model = revision.after(&log.db).await.unwrap().unwrap();
    assert_eq!(model.id, id);
    assert_eq!((model.tiny, model.small, model.unsigned), (-1, 2, u64::MAX));
    assert!((model.float - 0.1).abs() < f32::EPSILON && model.double.is_nan());
    assert_eq!((model.flag, model.text.as_str()), (true, "tea"));
    assert_eq!((&model.size, &model.mood), (&Size::Large, &Some(Mood::Bad)));
    assert_eq!(model.blob, [0, 255]);
    assert_eq!(
        (&model.json, model.extra.shelf.as_str()),
        (&json!({"a": [1]}), "B")
    );
    assert_eq!(model.date.to_string(), "2026-07-01");
    assert_eq!(model.time.to_string(), "14:03:00.000001");
    assert_eq!(model.naive.to_string(), "2026-07-01 14:03:00");
    assert_eq!(model.utc.timestamp_subsec_millis(), 500);
    assert_eq!((model.zoned, model.none), (None, None));

    assert_eq!(revision.new::<Mood>(Column::Mood).unwrap(), Some(Mood::Bad));
    assert_eq!(
        revision.new::<Size>(Column::Size).unwrap(),
        Some(Size::Large)
    );
    assert_eq!(
        revision.new::<Extra>(Column::Extra).unwrap().unwrap().shelf,
        "B"
    );
    assert_eq!(revision.new::<i64>(Column::Small).unwrap(), Some(2));
    assert_eq!(model.get(Column::Text), "tea".into());
    assert_eq!(
        model
            .history()
            .tables(log.tables.clone())
            .count(&log.db)
            .await
            .unwrap(),
        1
    );
}
