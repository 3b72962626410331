//! A download server: the same bytes for each request, perhaps cut short.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

#[derive(Debug)]
pub(crate) struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The request targets, as they stood in the request lines.
    targets: Mutex<Vec<String>>,
    is_stopped: AtomicBool,
}

impl Server {
    /// Serves `body` and announces `length` bytes of it.
    pub(crate) fn start(body: &'static str, length: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let shared = Arc::new(Shared::default());
        let thread = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming() {
                    if shared.is_stopped.load(Ordering::SeqCst) {
                        return;
                    }
                    let target = answer(stream.unwrap(), body, length);
                    shared.targets.lock().unwrap().push(target);
                }
            }
        });
        Self { addr, shared, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/aibridge-agent", self.addr)
    }

    /// Its URL without a path, as of a proxy.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn requests(&self) -> usize {
        self.targets().len()
    }

    pub(crate) fn targets(&self) -> Vec<String> {
        self.shared.targets.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the accept loop, which then sees the flag.
        drop(TcpStream::connect(self.addr));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the download server panicked");
        }
    }
}

/// Answers one request and returns its target.
fn answer(mut stream: TcpStream, body: &str, length: usize) -> String {
    let lines = BufReader::new(&stream).lines().map(Result::unwrap);
    let head: Vec<String> = lines.take_while(|it| !it.is_empty()).collect();
    let target = head.first().and_then(|it| it.split(' ').nth(1)).unwrap_or_default().to_owned();
    // A client that closes the connection early is a case under test.
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
    target
}
