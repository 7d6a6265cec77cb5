//! The sockets: HTTP/1.1 on loopback, with or without TLS.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::server::abort::Abort;
use crate::server::connection::{self, Entrance};
use crate::server::connections::{Connections, Place};
use crate::server::limits::Limits;
use crate::server::proxy::Proxy;
use crate::state::State;

/// Binds `port`, or any free port if it is 0, on an address, or on loopback.
pub(crate) fn bind(address: Option<IpAddr>, port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let Some(address) = address else {
        return bind_loopback(port);
    };
    let listener = TcpListener::bind((address, port))?;
    let bound = listener.local_addr()?.port();
    Ok((vec![listener], bound))
}

/// Binds a port on 127.0.0.1 and, where the machine has it, on ::1. Clients may resolve `localhost`
/// to either address.
fn bind_loopback(port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut tries = 0;
    loop {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let bound = v4.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, bound)) {
            Ok(v6) => return Ok((vec![v4, v6], bound)),
            Err(error) if error.kind() != io::ErrorKind::AddrInUse => return Ok((vec![v4], bound)),
            // Another program has the port on ::1. If any port will do, try another one.
            Err(error) if port != 0 || tries == 8 => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

/// Serves until `stop` is sent or dropped. The caller has to be in a Tokio runtime.
pub(crate) async fn serve(
    server: Server,
    doors: Vec<(Door, TcpListener)>,
    stop: oneshot::Receiver<()>,
) {
    let connections = Arc::new(Connections::new(server.limits.connections));
    for (door, listener) in doors {
        tokio::spawn(accept(
            server.clone(),
            door,
            listener,
            Arc::clone(&connections),
        ));
    }
    // An error means that the sender was dropped, which ends the server as well.
    let _ = stop.await;
}

/// The state that each connection needs.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) state: Arc<State>,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) limits: Limits,
}

/// The purpose of a socket.
#[derive(Clone)]
pub(crate) enum Door {
    Emulator,
    Proxy(Arc<Proxy>),
}

async fn accept(server: Server, door: Door, listener: TcpListener, connections: Arc<Connections>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
        return;
    };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Without this a small response may wait for an acknowledgement.
                let _ = stream.set_nodelay(true);
                let place = connections.admit().await;
                let server = server.clone();
                match &door {
                    Door::Emulator => tokio::spawn(server.serve(stream, place)),
                    Door::Proxy(proxy) => {
                        let proxy = Arc::clone(proxy);
                        tokio::spawn(proxy.serve(server.state, stream, place, server.limits))
                    }
                };
            }
            // For example too many open files.
            Err(_) => {
                connections.close_oldest();
                pause().await;
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "without a pause this would be a busy loop"
)]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

impl Server {
    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Abort + Unpin, place: Place) {
        let Self { state, tls, limits } = self;
        match tls {
            None => connection::serve(state, stream, place, limits, Entrance::Direct).await,
            Some(tls) => {
                let handshake = timeout(limits.head, tls.accept(stream));
                let closed = poll_fn(|context| place.poll_close(context));
                let ended = select(Box::pin(handshake), closed).await;
                if let Either::Left((Ok(Ok(stream)), _)) = ended {
                    connection::serve(state, stream, place, limits, Entrance::Direct).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use crate::Emulator;

    const HEAD: &str = "GET /_emu/health HTTP/1.1\r\nHost: localhost\r\n";

    /// Starts an emulator that allows three connections.
    fn emulator(tls: bool) -> Emulator {
        let mut builder = Emulator::builder().tls(tls);
        builder.limits.connections = 3;
        builder.start().unwrap()
    }

    fn connect(emulator: &Emulator, first_bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", emulator.port())).unwrap();
        stream.write_all(first_bytes.as_bytes()).unwrap();
        stream
    }

    /// Asks for the health on a connection that stays open.
    fn ask(stream: &mut TcpStream) {
        stream.write_all(format!("{HEAD}\r\n").as_bytes()).unwrap();
        let mut start = [0; 15];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        let mut rest = Vec::new();
        while !rest.ends_with(b"}") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            rest.extend(byte);
        }
    }

    fn is_closed(mut stream: &TcpStream) -> bool {
        stream.read(&mut [0]).unwrap_or(0) == 0
    }

    #[test]
    fn connections_that_send_nothing_do_not_keep_a_client_out() {
        let emulator = emulator(false);
        let silent: Vec<TcpStream> = (0..50).map(|_| connect(&emulator, "")).collect();
        ask(&mut connect(&emulator, ""));
        assert!(silent[..47].iter().all(is_closed));
    }

    #[test]
    fn connections_with_unfinished_heads_do_not_keep_a_client_out() {
        let emulator = emulator(false);
        let unfinished: Vec<TcpStream> = (0..50).map(|_| connect(&emulator, HEAD)).collect();
        ask(&mut connect(&emulator, ""));
        assert!(unfinished[..47].iter().all(is_closed));
    }

    #[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
    #[test]
    fn connections_without_tls_handshake_do_not_keep_a_client_out() {
        let emulator = emulator(true);
        let silent: Vec<TcpStream> = (0..50)
            .map(|_| connect(&emulator, "\u{16}\u{3}\u{1}"))
            .collect();
        assert!(silent[..47].iter().all(is_closed));
    }

    #[test]
    fn kept_alive_connections_do_not_keep_a_client_out() {
        let emulator = emulator(false);
        let mut kept_alive = Vec::new();
        for _ in 0..10 {
            let mut stream = connect(&emulator, "");
            ask(&mut stream);
            kept_alive.push(stream);
        }
        assert!(kept_alive[..7].iter().all(is_closed));
        kept_alive[7..].iter_mut().for_each(ask);
    }

    #[test]
    fn request_in_progress_is_answered_while_idle_connections_are_closed() {
        let emulator = emulator(false);
        let head = "POST /ims/exchange/jwt HTTP/1.1\r\nExpect: 100-continue\r\n\
                    Content-Length: 4\r\n\r\n";
        let mut busy = connect(&emulator, head);
        let mut interim = [0; 25];
        busy.read_exact(&mut interim).unwrap();
        let silent: Vec<TcpStream> = (0..50).map(|_| connect(&emulator, "")).collect();
        ask(&mut connect(&emulator, ""));
        assert!(silent[..48].iter().all(is_closed));
        busy.write_all(b"a=b&").unwrap();
        let mut start = [0; 12];
        busy.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 400");
    }

    #[cfg(any(feature = "aws-lc-rs", feature = "ring"))]
    #[tokio::test(start_paused = true)]
    async fn unfinished_tls_handshake_ends_after_30_s() {
        use super::*;

        let emulator = emulator(true);
        let tls = crate::server::tls::Authority::generate(&crate::Clock::system())
            .unwrap()
            .acceptor([])
            .unwrap();
        let server = Server {
            state: Arc::clone(&emulator.state),
            tls: Some(tls),
            limits: Limits::default(),
        };
        let place = Arc::new(Connections::new(1)).admit().await;
        let (client, stream) = tokio::io::duplex(4096);
        let start = tokio::time::Instant::now();
        // The paused clock moves when nothing else is to do.
        server.serve(stream, place).await;
        assert_eq!(start.elapsed(), Duration::from_secs(30));
        drop(client);
    }
}
