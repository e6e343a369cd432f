//! How far the server is. On one machine a round trip costs nearly nothing, and whoever makes many of them is
//! flattered.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Where the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Distance {
    /// On this machine.
    Near,
    /// [`ONE_WAY`] from it.
    Far,
}

/// How long a message to a distant server takes, or its answer. What a thread takes to wake up comes on top: a
/// round trip is half a millisecond, as between two buildings of one cloud.
const ONE_WAY: Duration = Duration::from_micros(150);

/// Listens on a port of this machine, and passes on to a server and back what comes there, [`ONE_WAY`] later.
/// Ends with the process.
///
/// # Errors
///
/// When there is no port to listen on.
pub(crate) fn away(host: &str, port: u16) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let ours = listener.local_addr()?.port();
    let server = (host.to_owned(), port);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            // A client whose connection cannot be passed on finds it closed.
            let _ = connect(client, &server);
        }
    });
    Ok(ours)
}

fn connect(client: TcpStream, server: &(String, u16)) -> io::Result<()> {
    let server = TcpStream::connect((server.0.as_str(), server.1))?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    let (to_server, to_client) = (server.try_clone()?, client.try_clone()?);
    pass_on(client, to_server);
    pass_on(server, to_client);
    Ok(())
}

/// Until one of them has closed. Messages are under way at the same time, as on a wire.
fn pass_on(mut from: TcpStream, mut to: TcpStream) {
    let (leave, arrive) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut message = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from.read(&mut message) {
            let due = Instant::now() + ONE_WAY;
            if leave.send((due, message[..length].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, message) in arrive {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&message).is_err() {
                break;
            }
        }
        // The other end is told; if it has gone as well, there is nobody to tell.
        let _ = to.shutdown(Shutdown::Write);
    });
}
