//! Entities whose statements SeaORM makes.

pub(super) mod product {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "state")]
    pub(in super::super) enum State {
        #[sea_orm(string_value = "draft")]
        Draft,
        #[sea_orm(string_value = "live")]
        Live,
    }

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "product")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub(in super::super) id: i32,
        pub(in super::super) name: String,
        pub(in super::super) price: i32,
        pub(in super::super) state: State,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in super::super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod product_tag {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "product_tag", schema_name = "shop")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in super::super) product_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in super::super) tag_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in super::super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
