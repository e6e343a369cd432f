//! A response body that is read inside the changeset.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::open::Open;

pin_project! {
    /// A response's body: every frame of it is made inside the request's changeset, whose scope ends
    /// with the last one.
    ///
    /// The last frame is handed out after the scope has ended, because a server need not come back
    /// once it has all bytes. A body that is dropped early ends its scope in a task of its own.
    pub struct ChangesetBody<B: Body> {
        #[pin]
        inner: Option<B>,
        // The last frame, while the scope ends.
        held: Option<Result<Frame<B::Data>, B::Error>>,
        open: Option<Open>,
    }

    impl<B: Body> PinnedDrop for ChangesetBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(open) = this.open {
                open.clear(this.inner);
            }
        }
    }
}

impl<B: Body> ChangesetBody<B> {
    /// `open` is `None` where the scope has ended before the body.
    pub(super) fn new(inner: B, open: Option<Open>) -> Self {
        Self {
            inner: Some(inner),
            held: None,
            open,
        }
    }
}

/// The body of a response that another layer makes by itself, such as that of a time-out.
impl<B: Body + Default> Default for ChangesetBody<B> {
    fn default() -> Self {
        Self::new(B::default(), None)
    }
}

impl<B: Body> Body for ChangesetBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(open) = this.open else {
            return match this.inner.as_pin_mut() {
                Some(inner) => inner.poll_frame(context),
                None => Poll::Ready(None),
            };
        };
        if let Some(mut inner) = this.inner.as_mut().as_pin_mut() {
            let frame = ready!(open.enter(|| inner.as_mut().poll_frame(context)));
            match frame {
                Some(Ok(frame)) if frame.is_data() && !inner.is_end_stream() => {
                    return Poll::Ready(Some(Ok(frame)));
                }
                frame => *this.held = frame,
            }
            // It may hold a connection of the pool, and the end of the scope needs one.
            open.clear(this.inner);
        }
        ready!(open.poll_end(context));
        *this.open = None;
        Poll::Ready(this.held.take())
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            // The scope ends before the stream does.
            Some(inner) => self.open.is_none() && inner.is_end_stream(),
            None => self.open.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.inner, &self.open) {
            (Some(inner), _) => inner.size_hint(),
            // One more frame may be on its way.
            (None, Some(_)) => SizeHint::default(),
            (None, None) => SizeHint::with_exact(0),
        }
    }
}

impl<B: Body> fmt::Debug for ChangesetBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangesetBody")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}
