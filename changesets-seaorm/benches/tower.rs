//! What the layer adds to a request that writes nothing, against the same service without it:
//!
//! ```sh
//! cargo bench -p changesets-seaorm --features tower --bench tower
//! ```
//!
//! The last lines say it in one figure, and fail where it is not below five microseconds.

use std::{
    convert::Infallible,
    hint::black_box,
    io::Write,
    time::{Duration, Instant},
};

use axum::body::Bytes;
use changesets_seaorm::tower::ChangesetLayer;
use criterion::{BatchSize, Criterion};
use futures_util::FutureExt;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, service_fn};

const LIMIT: Duration = Duration::from_micros(5);

fn main() -> std::io::Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    let (plain, layered) = (service(), ChangesetLayer::standard().layer(service()));
    for method in ["POST", "GET"] {
        let mut group = criterion.benchmark_group(format!("{method}, nothing written"));
        group.bench_function("plain", |bencher| {
            let mut service = plain;
            bencher.iter_batched(
                || request(method),
                |r| run(&mut service, r),
                BatchSize::SmallInput,
            );
        });
        group.bench_function("with the layer", |bencher| {
            let mut service = layered.clone();
            bencher.iter_batched(
                || request(method),
                |r| run(&mut service, r),
                BatchSize::SmallInput,
            );
        });
        group.finish();
    }
    criterion.final_summary();
    let mut out = std::io::stdout();
    for method in ["POST", "GET"] {
        let without = median(&mut service(), method);
        let with = median(&mut layered.clone(), method);
        let added = with.saturating_sub(without);
        let ratio = with.as_secs_f64() / without.as_secs_f64();
        writeln!(
            out,
            "{method}: {without:?} plain, {with:?} with the layer: +{added:?}, x{ratio:.1}"
        )?;
        assert!(added < LIMIT, "the layer adds {added:?} to a {method}");
    }
    Ok(())
}

fn service()
-> impl Service<Request<()>, Response = Response<Full<Bytes>>, Error = Infallible> + Copy {
    service_fn(|request: Request<()>| {
        black_box(request);
        std::future::ready(Ok(Response::new(Full::from("ok"))))
    })
}

/// A request as a browser behind a proxy sends it.
fn request(method: &str) -> Request<()> {
    let request = Request::builder()
        .method(method)
        .uri("/products/42?colour=red")
        .header("host", "shop.example")
        .header(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
        .header("accept", "application/json")
        .header("accept-language", "en-GB,en;q=0.5")
        .header("accept-encoding", "gzip, deflate, br")
        .header("cookie", "session=0123456789abcdef0123456789abcdef")
        .header("x-request-id", "01890a5d-ac96-774b-bcce-b302099a8057")
        .header(
            "traceparent",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        )
        .body(());
    request.unwrap_or_default()
}

/// From the call to the end of the body.
fn run<S, B>(service: &mut S, request: Request<()>) -> Option<Bytes>
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes, Error = Infallible>,
{
    let Ok(response) = service.call(request).now_or_never()?;
    let Ok(body) = response.into_body().collect().now_or_never()?;
    Some(body.to_bytes())
}

/// The median of many batches, so that a batch that was interrupted does not count.
fn median<S, B>(service: &mut S, method: &str) -> Duration
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes, Error = Infallible>,
{
    const BATCH: u32 = 200;
    let mut times: Vec<_> = (0..501)
        .map(|_| {
            let requests: Vec<_> = (0..BATCH).map(|_| request(method)).collect();
            let begun = Instant::now();
            for request in requests {
                black_box(run(service, request));
            }
            begun.elapsed() / BATCH
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}
