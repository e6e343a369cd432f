//! The one value encoding.

mod decimal;
mod error;
mod kind;
mod number;
mod scalar;
mod temporal;

pub use self::error::EncodingError;
pub use self::kind::ColumnKind;
