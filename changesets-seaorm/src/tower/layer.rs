//! The layer, and what can be chosen of it.

use std::{fmt, future::Future, net::IpAddr, sync::Arc};

use changesets_core::Changeset;
use http::request::Parts;
use tower_layer::Layer;

use super::{Awaited, ChangesetService, Made, RequestContext, filter::Filter};

/// Opens a changeset around every request; see [the module](super).
///
/// ```
/// use axum::{Router, extract::ConnectInfo};
/// use changesets_seaorm::tower::ChangesetLayer;
/// use http::request::Parts;
/// use std::net::SocketAddr;
///
/// let layer = ChangesetLayer::standard()
///     .client_address(|parts| Some(parts.extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip()))
///     .header("x-tenant")
///     .only(|parts: &Parts| parts.uri.path().starts_with("/admin"));
/// let app: Router = Router::new().layer(layer);
/// # let _ = app;
/// ```
#[must_use = "a layer does nothing until a service is wrapped in it"]
pub struct ChangesetLayer<M = RequestContext> {
    source: Arc<M>,
    filter: Filter,
}

impl ChangesetLayer {
    /// Changesets that say which request they belong to: method, path, user agent, request id and
    /// `traceparent`, as [`RequestContext`] has it. The actor is set inside.
    pub fn standard() -> Self {
        Self::from(RequestContext::new())
    }

    /// Adds the client's address: see [`RequestContext::client_address`].
    pub fn client_address(
        self,
        address: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.map(|context| context.client_address(address))
    }

    /// Adds a header: see [`RequestContext::header`].
    pub fn header(self, name: &str) -> Self {
        self.map(|context| context.header(name))
    }

    fn map(self, add: impl FnOnce(RequestContext) -> RequestContext) -> Self {
        Self {
            source: Arc::new(add(Arc::unwrap_or_clone(self.source))),
            filter: self.filter,
        }
    }
}

impl From<RequestContext> for ChangesetLayer {
    fn from(context: RequestContext) -> Self {
        Self::of(context)
    }
}

impl ChangesetLayer<Made> {
    /// Changesets made by a function of your own; [`RequestContext::changeset`] is there to start
    /// from. Of a request that opens none at once (see [`only`](Self::only)), the parts are kept, and
    /// the function is called with the first write.
    ///
    /// A panic of the function is one of the service.
    ///
    /// ```
    /// use changesets_seaorm::{Changeset, tower::ChangesetLayer};
    ///
    /// #[derive(Clone)]
    /// struct Tenant(String); // put into the request by an outer layer
    ///
    /// let layer = ChangesetLayer::new(|parts| {
    ///     let tenant = parts.extensions.get::<Tenant>();
    ///     Changeset::new().context("tenant", tenant.map(|tenant| tenant.0.clone()))
    /// });
    /// # let _ = layer;
    /// ```
    pub fn new(make: impl Fn(&Parts) -> Changeset + Send + Sync + 'static) -> Self {
        Self::of(Made::by(make))
    }
}

impl<F> ChangesetLayer<Awaited<F>> {
    /// Changesets made by an async function, before the service is called. The future cannot borrow
    /// the parts: take what it needs out first. The request waits meanwhile, in no changeset.
    ///
    /// A request that opens none at once (see [`only`](Self::only)) does not call the function: it
    /// would have to wait in the midst of a write, perhaps for the connection that the write is using.
    /// When such a request writes all the same, its changeset is a standard one, without an actor
    /// unless one is set inside.
    ///
    /// ```
    /// use changesets_seaorm::{Changeset, tower::{ChangesetLayer, RequestContext}};
    /// use http::request::Parts;
    /// # async fn user_of(token: Option<http::HeaderValue>) -> Option<String> { None }
    ///
    /// let layer = ChangesetLayer::new_async(|parts: &Parts| {
    ///     let token = parts.headers.get("authorization").cloned();
    ///     let changeset = RequestContext::new().changeset(parts);
    ///     async move {
    ///         match user_of(token).await {
    ///             Some(user) => changeset.actor(user),
    ///             None => changeset,
    ///         }
    ///     }
    /// });
    /// # let _ = layer;
    /// ```
    pub fn new_async<Making>(make: F) -> Self
    where
        F: Fn(&Parts) -> Making + Send + Sync + 'static,
        Making: Future<Output = Changeset>,
    {
        Self::of(Awaited(make))
    }
}

impl<M> ChangesetLayer<M> {
    fn of(source: M) -> Self {
        Self {
            source: Arc::new(source),
            filter: Filter::default(),
        }
    }

    /// Says which requests open their changeset at once: by default all but `GET`, `HEAD` and
    /// `OPTIONS`. The others are recorded as well, in a changeset made with their first write.
    pub fn only(mut self, eager: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.filter = Filter::new(eager);
        self
    }
}

impl<S, M> Layer<S> for ChangesetLayer<M> {
    type Service = ChangesetService<S, M>;

    fn layer(&self, inner: S) -> Self::Service {
        ChangesetService::new(inner, Arc::clone(&self.source), self.filter.clone())
    }
}

impl<M> Clone for ChangesetLayer<M> {
    fn clone(&self) -> Self {
        Self {
            source: Arc::clone(&self.source),
            filter: self.filter.clone(),
        }
    }
}

impl<M: fmt::Debug> fmt::Debug for ChangesetLayer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangesetLayer")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
