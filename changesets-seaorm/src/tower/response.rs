//! The future of a response, polled inside the request's changeset.

mod awaited;

pub use awaited::AwaitedResponse;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use changesets_core::Current;
use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::{ChangesetBody, open::Open};

pin_project! {
    /// The response of a service inside the changeset of its request.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the service's own future inside the changeset; edits of the metadata made by
    /// then reach the header of what was committed, in a task of its own.
    #[must_use = "futures do nothing unless polled"]
    pub struct ChangesetResponse<F: Future> {
        #[pin]
        work: Option<F>,
        // The output, while the scope ends.
        done: Option<F::Output>,
        open: Option<Open>,
    }

    impl<F: Future> PinnedDrop for ChangesetResponse<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(open) = this.open {
                open.clear(this.work);
            }
        }
    }
}

impl<F: Future> ChangesetResponse<F> {
    /// `call` makes the future to wait for; it is called inside the changeset, too.
    pub(super) fn new(current: Current, call: impl FnOnce() -> F) -> Self {
        let open = Open::new(current);
        let work = open.enter(call);
        Self {
            work: Some(work),
            done: None,
            open: Some(open),
        }
    }
}

impl<F, B, E> Future for ChangesetResponse<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<ChangesetBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(open) = this.open else {
            return Poll::Pending;
        };
        if let Some(work) = this.work.as_mut().as_pin_mut() {
            let output = ready!(open.enter(|| work.poll(context)));
            open.clear(this.work);
            match output {
                Ok(response) if !response.body().is_end_stream() => {
                    let open = this.open.take();
                    return Poll::Ready(Ok(response.map(|body| ChangesetBody::new(body, open))));
                }
                output => *this.done = Some(output),
            }
        }
        ready!(open.poll_end(context));
        *this.open = None;
        match this.done.take() {
            Some(output) => Poll::Ready(
                output.map(|response| response.map(|body| ChangesetBody::new(body, None))),
            ),
            None => Poll::Pending,
        }
    }
}

impl<F: Future> fmt::Debug for ChangesetResponse<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangesetResponse")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}
