//! Buying.

use axum::{Json, extract::State, http::StatusCode};
use changesets_seaorm::TrackedTransaction;
use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ModelTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::products;
use crate::{
    App, Error, ErrorBody,
    auth::User,
    database,
    entity::{order, order_line, product},
    input::{Body, InPath},
};

/// The longest order.
const MAX_LINES: usize = 50;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(place))
        .routes(routes!(show))
}

/// What to buy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrder {
    lines: Vec<NewLine>,
}

/// So many of a product.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLine {
    product: i32,
    quantity: i32,
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
struct Order {
    id: i32,
    customer: i32,
    placed_at: DateTime<Utc>,
    lines: Vec<Line>,
}

/// A line of an order.
#[derive(Debug, Serialize, ToSchema)]
struct Line {
    product: i32,
    quantity: i32,
    price_cents: i64,
}

impl Order {
    fn of(order: order::Model, lines: Vec<order_line::Model>) -> Self {
        let line = |line: order_line::Model| Line {
            product: line.product_id,
            quantity: line.quantity,
            price_cents: line.price_cents,
        };
        Self {
            id: order.id,
            customer: order.customer_id,
            placed_at: order.placed_at,
            lines: lines.into_iter().map(line).collect(),
        }
    }
}

/// Buys: takes the products from the stock, all of them or none.
#[utoipa::path(post, path = "/orders", request_body = NewOrder, responses(
    (status = 201, body = Order),
    (status = "4XX", body = ErrorBody),
))]
async fn place(
    State(app): State<App>,
    user: User,
    Body(new): Body<NewOrder>,
) -> Result<(StatusCode, Json<Order>), Error> {
    let wanted = checked(new.lines)?;
    let order = database::to_its_end(placed(app, user.id, wanted)).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

async fn placed(app: App, customer: i32, wanted: Vec<NewLine>) -> Result<Order, Error> {
    let transaction = database::begin(&app.db).await?;
    let order = order::ActiveModel {
        customer_id: Set(customer),
        placed_at: Set(Utc::now().trunc_subsecs(0)),
        ..Default::default()
    };
    let order = order.insert(&transaction).await?;
    let mut lines = Vec::new();
    for line in wanted {
        let product = take(&transaction, &line).await?;
        let line = order_line::ActiveModel {
            order_id: Set(order.id),
            product_id: Set(product.id),
            quantity: Set(line.quantity),
            price_cents: Set(product.price_cents),
        };
        lines.push(line.insert(&transaction).await?);
    }
    transaction.commit().await?;
    Ok(Order::of(order, lines))
}

/// Takes a line's products from the stock.
async fn take(transaction: &TrackedTransaction, line: &NewLine) -> Result<product::Model, Error> {
    let stock = product::Column::Stock;
    let taken = product::Entity::update_many()
        .col_expr(stock, Expr::col(stock).sub(line.quantity))
        .filter(product::Column::Id.eq(line.product))
        .filter(stock.gte(line.quantity))
        .exec(transaction)
        .await?;
    let product = products::find(transaction, line.product).await?;
    if taken.rows_affected == 0 {
        return Err(Error::Conflict(format!(
            "product {} is out of stock: {} left",
            product.id, product.stock
        )));
    }
    Ok(product)
}

/// The lines, in the order in which all orders take products: so none waits for another in a circle.
fn checked(mut lines: Vec<NewLine>) -> Result<Vec<NewLine>, Error> {
    if lines.is_empty() || lines.len() > MAX_LINES {
        return Err(Error::Input(format!(
            "the order has {} lines: send 1 to {MAX_LINES}",
            lines.len()
        )));
    }
    if let Some(line) = lines.iter().find(|line| line.quantity < 1) {
        return Err(Error::Input(format!(
            "`quantity` is {}: send 1 or more",
            line.quantity
        )));
    }
    lines.sort_unstable_by_key(|line| line.product);
    match lines
        .windows(2)
        .find(|two| two[0].product == two[1].product)
    {
        Some(two) => Err(Error::Input(format!(
            "product {} is in two lines: send one line for it",
            two[0].product
        ))),
        None => Ok(lines),
    }
}

/// One of one's own orders.
#[utoipa::path(get, path = "/orders/{id}", params(("id" = i32, Path)), responses(
    (status = 200, body = Order),
    (status = "4XX", body = ErrorBody),
))]
async fn show(
    State(app): State<App>,
    user: User,
    InPath(id): InPath<i32>,
) -> Result<Json<Order>, Error> {
    let found = order::Entity::find_by_id(id)
        .filter(order::Column::CustomerId.eq(user.id))
        .one(&app.db)
        .await?;
    let order = found.ok_or_else(|| Error::NotFound(format!("order {id} of yours")))?;
    let lines = order.find_related(order_line::Entity);
    let lines = lines.order_by_asc(order_line::Column::ProductId);
    let lines = lines.all(&app.db).await?;
    Ok(Json(Order::of(order, lines)))
}
