//! What a changeset keeps of its request.

use std::{fmt, net::IpAddr, sync::Arc};

use changesets_core::Changeset;
use http::{HeaderName, Request, header, request::Parts};

use super::entry::{bounded, joined};

static USER_AGENT: HeaderName = header::USER_AGENT;
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

type ClientAddress = Arc<dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync>;

/// Makes a changeset that says which request it belongs to: what
/// [`ChangesetLayer::standard`](super::ChangesetLayer::standard) uses, for functions of your own.
///
/// | entry of the context | from |
/// |---|---|
/// | `method`, `path` | the request line; no query string, which often holds what is secret |
/// | `user_agent`, `request_id`, `traceparent` | `User-Agent`, `X-Request-Id`, `traceparent` |
/// | `client_address` | [`client_address`](Self::client_address) |
/// | a header's name in lower case | [`header`](Self::header) |
///
/// An entry is left out where the request lacks it, and is never longer than
/// [`MAX_ENTRY_BYTES`](super::MAX_ENTRY_BYTES). Several headers of one name are joined by `, `. A
/// sensitive value (`Authorization`, `Cookie`, or one marked so) is kept as `(sensitive)`.
///
/// ```
/// use changesets_seaorm::tower::{ChangesetLayer, RequestContext};
/// use http::{Request, request::Parts};
///
/// let context = RequestContext::new().header("x-tenant");
/// let (parts, ()) = Request::post("/sale?token=1").header("X-Tenant", "acme").body(())?.into_parts();
/// let changeset = context.changeset(&parts).open();
/// let context_of_it = serde_json::Value::Object(changeset.metadata().context);
/// assert_eq!(
///     context_of_it,
///     serde_json::json!({"method": "POST", "path": "/sale", "x-tenant": "acme"}),
/// );
///
/// // With an actor that the request alone tells:
/// let layer = ChangesetLayer::new(move |parts: &Parts| context.changeset(parts).actor("gateway"));
/// # let _ = layer;
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "a request context does nothing until a layer uses it"]
pub struct RequestContext {
    client_address: Option<ClientAddress>,
    headers: Vec<HeaderName>,
}

impl RequestContext {
    /// Method, path, user agent, request id and `traceparent`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the client's address, as `client_address`. Where it stands depends on the server and on
    /// the proxies before it: in an extension such as axum's `ConnectInfo`, or in a header that only
    /// your own proxy can set.
    pub fn client_address(
        mut self,
        address: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.client_address = Some(Arc::new(address));
        self
    }

    /// Adds a header, under its name in lower case. A name that no header can have is left out, with
    /// a warning.
    pub fn header(mut self, name: &str) -> Self {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => self.headers.push(name),
            Err(_) => tracing::warn!(name, "no header can have this name: it is not recorded"),
        }
        self
    }

    /// A changeset without an actor, with what `parts` tells in its context.
    pub fn changeset(&self, parts: &Parts) -> Changeset {
        let mut changeset = Changeset::new()
            .context("method", bounded(parts.method.as_str()))
            .context("path", bounded(parts.uri.path()));
        let address = self.client_address.as_ref();
        if let Some(address) = address.and_then(|address| address(parts)) {
            changeset = changeset.context("client_address", address.to_string());
        }
        for (name, key) in self.names() {
            if let Some(text) = joined(&parts.headers, name) {
                changeset = changeset.context(key, text);
            }
        }
        changeset
    }

    /// The headers to record, and under which keys.
    fn names(&self) -> impl Iterator<Item = (&HeaderName, &str)> {
        let standard = [
            (&USER_AGENT, "user_agent"),
            (&REQUEST_ID, "request_id"),
            (&TRACEPARENT, "traceparent"),
        ];
        let chosen = self.headers.iter().map(|name| (name, name.as_str()));
        standard.into_iter().chain(chosen)
    }

    /// As much of `parts` as [`changeset`](Self::changeset) looks at.
    pub(super) fn keep(&self, parts: &Parts) -> Parts {
        if self.client_address.is_some() {
            return parts.clone();
        }
        let (mut kept, ()) = Request::new(()).into_parts();
        kept.method = parts.method.clone();
        kept.uri = parts.uri.clone();
        for (name, _) in self.names() {
            for value in parts.headers.get_all(name) {
                kept.headers.append(name, value.clone());
            }
        }
        kept
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContext")
            .field("client_address", &self.client_address.is_some())
            .field("headers", &self.headers)
            .finish()
    }
}
