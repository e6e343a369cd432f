//! What can go wrong with a request, and what the client is told.

use axum::{
    Json,
    body::{Body, HttpBody},
    extract::{
        Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use changesets_seaorm::{CaptureError, HistoryError};
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered. The message is for the client, who also gets the status.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request is not as it should be.
    #[error("{0}")]
    Input(String),
    /// The framework could not read the request.
    #[error("{message}")]
    #[non_exhaustive]
    Rejected {
        /// The framework's status.
        status: StatusCode,
        /// What it says.
        message: String,
    },
    /// The headers are too large.
    #[error("the request's headers have {bytes} bytes: send at most {limit}")]
    #[non_exhaustive]
    Headers {
        /// How large they are.
        bytes: usize,
        /// How large they may be.
        limit: usize,
    },
    /// Nobody is logged in.
    #[error("log in first: POST /login with `email` and `password`")]
    NotLoggedIn,
    /// Nobody has this e-mail address and this password.
    #[error("no customer has this `email` and this `password`")]
    WrongPassword,
    /// What the path names is not there.
    #[error("there is no {0}")]
    NotFound(String),
    /// The data as it stands does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// Other requests were in the way.
    #[error("other requests were in the way: try again")]
    Busy,
    /// A handler panicked.
    #[error("the shop made a mistake; it has been logged")]
    Panicked,
    /// The database failed.
    #[error("the shop's database failed; it has been logged")]
    Db(#[source] DbErr),
    /// The history could not be read.
    #[error("the shop's history cannot be read; it has been logged")]
    History(#[source] HistoryError),
}

/// What a client gets instead of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// What is wrong, and what to do.
    pub error: String,
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::Input(_) => StatusCode::BAD_REQUEST,
            Self::Rejected { status, .. } => *status,
            Self::Headers { .. } => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::NotLoggedIn | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked | Self::Db(_) | Self::History(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(crate) fn no_product(id: i32) -> Self {
        Self::NotFound(format!("product {id}"))
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if self.status() == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(error = ?self, "a request failed");
        }
        let error = self.to_string();
        (self.status(), Json(ErrorBody { error })).into_response()
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => {
                return Self::Conflict("something else has this name already".to_owned());
            }
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => {
                return Self::Conflict(
                    "it belongs together with something else that is, or is not, there".to_owned(),
                );
            }
            _ => {}
        }
        match error {
            DbErr::RecordNotUpdated => Self::Conflict("it is no longer there".to_owned()),
            DbErr::ConnectionAcquire(_) => Self::Busy,
            error if is_contention(&error) => Self::Busy,
            error => Self::Db(error),
        }
    }
}

/// Whether another transaction wrote the same rows, and this one was given up for it.
fn is_contention(error: &DbErr) -> bool {
    if matches!(
        CaptureError::of(error),
        Some(CaptureError::Contended { .. })
    ) {
        return true;
    }
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return false;
    };
    let code = error.as_database_error().and_then(|error| error.code());
    // Deadlock and serialization failure; SQLite's busy, plain and with a stale snapshot.
    code.is_some_and(|code| matches!(&*code, "40P01" | "40001" | "5" | "517"))
}

impl From<HistoryError> for Error {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Db(error) => error.into(),
            error => Self::History(error),
        }
    }
}

macro_rules! from_rejection {
    ($($rejection:ty),*) => {$(
        impl From<$rejection> for Error {
            fn from(rejection: $rejection) -> Self {
                Self::Rejected { status: rejection.status(), message: rejection.body_text() }
            }
        }
    )*};
}
from_rejection!(JsonRejection, PathRejection, QueryRejection);

/// Gives the errors that layers answer with, which have no body, the body that all others have.
pub(crate) async fn with_body(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error
        || response.headers().contains_key(CONTENT_TYPE)
        || !response.body().is_end_stream()
    {
        return response;
    }
    let error = match status {
        StatusCode::REQUEST_TIMEOUT => {
            "it took too long: what it wrote may be there, or not".to_owned()
        }
        status => status.to_string(),
    };
    let (mut parts, _) = response.into_parts();
    let (json, body) = Json(ErrorBody { error }).into_response().into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(json.headers);
    Response::from_parts(parts, Body::new(body))
}
