//! A server whose client keeps its connection, and one that goes away.

use std::{future::pending, net::SocketAddr, time::Duration};

use axum::{Router, extract::Request, routing::any};
use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{current, tower::ChangesetLayer};

use super::shop::{Shop, Sold, sold};

async fn handle(shop: Shop, request: Request) -> &'static str {
    let path = request.uri().path().to_owned();
    shop.sell(&path).await;
    current().unwrap().set_actor(path.as_str());
    match path.as_str() {
        "/panic" => panic!("in the handler"),
        "/wait" => pending().await,
        _ => "sold",
    }
}

async fn serve(shop: &Shop) -> SocketAddr {
    let shop = shop.clone();
    let app = Router::new()
        .fallback(any(move |request| handle(shop.clone(), request)))
        .layer(ChangesetLayer::standard())
        .layer(CatchPanicLayer::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

async fn send(connection: &mut TcpStream, method: &str, path: &str) {
    let request = format!("{method} {path} HTTP/1.1\r\nhost: shop\r\ncontent-length: 0\r\n\r\n");
    connection.write_all(request.as_bytes()).await.unwrap();
}

/// Reads one answer that is sent in one piece.
async fn status(connection: &mut TcpStream) -> StatusCode {
    let mut answer = [0; 1024];
    let length = connection.read(&mut answer).await.unwrap();
    let answer = std::str::from_utf8(&answer[..length]).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn own(path: &str) -> Sold {
    sold(path, Some(path), path)
}

#[tokio::test]
async fn requests_on_one_connection_each_have_their_own_changeset() {
    let shop = Shop::open().await;
    let mut connection = TcpStream::connect(serve(&shop).await).await.unwrap();
    let mut expected = Vec::new();
    for (method, path, status_of_it) in [
        ("POST", "/one", StatusCode::OK),
        ("POST", "/panic", StatusCode::INTERNAL_SERVER_ERROR),
        ("GET", "/two", StatusCode::OK),
        ("GET", "/panic", StatusCode::INTERNAL_SERVER_ERROR),
        ("HEAD", "/three", StatusCode::OK),
        ("POST", "/four", StatusCode::OK),
    ] {
        send(&mut connection, method, path).await;
        assert_eq!(status(&mut connection).await, status_of_it);
        expected.push(own(path));
        shop.until_sold(&expected).await;
    }
    assert_eq!(shop.headers().await.len(), 6);
}

#[tokio::test]
async fn a_connection_that_is_dropped_leaves_nothing_to_the_next() {
    let shop = Shop::open().await;
    let address = serve(&shop).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    send(&mut first, "POST", "/wait").await;
    while shop.sold().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(first);
    shop.until_sold(&[own("/wait")]).await;
    let mut second = TcpStream::connect(address).await.unwrap();
    send(&mut second, "POST", "/next").await;
    assert_eq!(status(&mut second).await, StatusCode::OK);
    assert_eq!(shop.sold().await, [own("/wait"), own("/next")]);
}
