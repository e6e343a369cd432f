//! Serving HTTP/1.1.
//!
//! `axum::serve` would do, but for one thing: a client whose headers are larger than hyper's buffer
//! gets no word of explanation. With a buffer that holds them, [`header`](crate::header) can answer.

use std::{io, net::SocketAddr, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::oneshot};
use tower::ServiceExt;

/// More than anybody's headers that deserve an answer.
const HEADER_BUFFER: usize = 2 * 1024 * 1024;
/// How long a client may take to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests may take once the shop is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Serves until told to stop, then answers what is open.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stop: oneshot::Receiver<()>) {
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stop => break,
        };
        match accepted {
            Ok((stream, address)) => answer(TokioIo::new(stream), address, router.clone(), &open),
            Err(error) => pause(&error).await,
        }
    }
    let _ = tokio::time::timeout(LAST_REQUESTS, open.shutdown()).await;
}

fn answer(
    stream: TokioIo<tokio::net::TcpStream>,
    address: SocketAddr,
    router: Router,
    open: &GracefulShutdown,
) {
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_BUFFER)
        .serve_connection(stream, TowerToHyperService::new(service));
    let connection = open.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection broke");
        }
    });
}

/// No file descriptor is free, say: to try again at once would only keep the processor busy.
async fn pause(error: &io::Error) {
    tracing::warn!(%error, "cannot accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
