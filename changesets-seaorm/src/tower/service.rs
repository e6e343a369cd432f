//! The service that the layer makes of another.

use std::{
    fmt,
    future::Future,
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use changesets_core::Changeset;
use http::{Request, Response, request::Parts};
use http_body::Body;
use tower_service::Service;

use super::{
    Awaited, AwaitedResponse, ChangesetBody, ChangesetResponse, MakeChangeset, RequestContext,
    filter::Filter, open::open,
};

/// A service whose every request has a changeset of its own; made by
/// [`ChangesetLayer`](super::ChangesetLayer).
pub struct ChangesetService<S, M = RequestContext> {
    inner: S,
    source: Arc<M>,
    filter: Filter,
}

impl<S, M> ChangesetService<S, M> {
    pub(super) fn new(inner: S, source: Arc<M>, filter: Filter) -> Self {
        Self {
            inner,
            source,
            filter,
        }
    }
}

impl<S, M, In, Out> Service<Request<In>> for ChangesetService<S, M>
where
    S: Service<Request<In>, Response = Response<Out>>,
    M: MakeChangeset,
    Out: Body,
{
    type Response = Response<ChangesetBody<Out>>;
    type Error = S::Error;
    type Future = ChangesetResponse<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let current = open(&self.source, &parts, self.filter.is_eager(&parts));
        let request = Request::from_parts(parts, body);
        ChangesetResponse::new(current, || self.inner.call(request))
    }
}

impl<S, F, Making, In, Out> Service<Request<In>> for ChangesetService<S, Awaited<F>>
where
    S: Service<Request<In>, Response = Response<Out>> + Clone,
    F: Fn(&Parts) -> Making,
    Making: Future<Output = Changeset>,
    Out: Body,
{
    type Response = Response<ChangesetBody<Out>>;
    type Error = S::Error;
    type Future = AwaitedResponse<Making, S, In>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<In>) -> Self::Future {
        let (parts, body) = request.into_parts();
        if !self.filter.is_eager(&parts) {
            let context = RequestContext::new();
            let current = open(&Arc::new(context), &parts, false);
            let request = Request::from_parts(parts, body);
            return AwaitedResponse::opened(current, || self.inner.call(request));
        }
        let making = (self.source.0)(&parts);
        // The service that was polled ready is the one to call; its clone need not be ready.
        let clone = self.inner.clone();
        let ready = mem::replace(&mut self.inner, clone);
        AwaitedResponse::making(making, ready, Request::from_parts(parts, body))
    }
}

impl<S: Clone, M> Clone for ChangesetService<S, M> {
    fn clone(&self) -> Self {
        Self::new(
            self.inner.clone(),
            Arc::clone(&self.source),
            self.filter.clone(),
        )
    }
}

impl<S: fmt::Debug, M> fmt::Debug for ChangesetService<S, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangesetService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
