//! The same, after waiting for the changeset itself.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use changesets_core::{Changeset, Current};
use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{super::ChangesetBody, ChangesetResponse};

pin_project! {
    /// The response of a service whose changeset an async function makes first.
    ///
    /// # Cancel safety
    ///
    /// As [`ChangesetResponse`]; dropped before the changeset is made, nothing has begun.
    #[must_use = "futures do nothing unless polled"]
    pub struct AwaitedResponse<M, S: Service<Request<B>>, B> {
        #[pin]
        stage: Stage<M, S, B>,
    }
}

pin_project! {
    #[project = StageOf]
    enum Stage<M, S: Service<Request<B>>, B> {
        Making {
            #[pin]
            making: M,
            // Taken when it is called.
            next: Option<(S, Request<B>)>,
        },
        Working {
            #[pin]
            response: ChangesetResponse<S::Future>,
        },
    }
}

impl<M, S: Service<Request<B>>, B> AwaitedResponse<M, S, B> {
    pub(in super::super) fn making(making: M, service: S, request: Request<B>) -> Self {
        let next = Some((service, request));
        Self {
            stage: Stage::Making { making, next },
        }
    }

    pub(in super::super) fn opened(current: Current, call: impl FnOnce() -> S::Future) -> Self {
        let response = ChangesetResponse::new(current, call);
        Self {
            stage: Stage::Working { response },
        }
    }
}

impl<M, S, B, Out> Future for AwaitedResponse<M, S, B>
where
    M: Future<Output = Changeset>,
    S: Service<Request<B>, Response = Response<Out>>,
    Out: Body,
{
    type Output = Result<Response<ChangesetBody<Out>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        loop {
            let response = match stage.as_mut().project() {
                StageOf::Working { response } => return response.poll(context),
                StageOf::Making { making, next } => {
                    let changeset = ready!(making.poll(context));
                    let Some((mut service, request)) = next.take() else {
                        return Poll::Pending;
                    };
                    ChangesetResponse::new(changeset.open(), || service.call(request))
                }
            };
            stage.set(Stage::Working { response });
        }
    }
}

impl<M, S: Service<Request<B>>, B> fmt::Debug for AwaitedResponse<M, S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::Making { .. } => "making",
            Stage::Working { .. } => "working",
        };
        f.debug_struct("AwaitedResponse")
            .field("stage", &stage)
            .finish_non_exhaustive()
    }
}
