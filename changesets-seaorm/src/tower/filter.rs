//! Which requests open a changeset at once.

use std::sync::Arc;

use http::{Method, request::Parts};

/// Decides from the request's parts; by default, whether its method is one that writes.
#[derive(Clone, Default)]
pub(super) struct Filter(Option<Arc<dyn Fn(&Parts) -> bool + Send + Sync>>);

impl Filter {
    pub(super) fn new(only: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(only)))
    }

    pub(super) fn is_eager(&self, parts: &Parts) -> bool {
        match &self.0 {
            Some(only) => only(parts),
            None => ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method),
        }
    }
}
