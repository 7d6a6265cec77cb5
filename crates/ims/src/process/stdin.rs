//! The end of stdin.

use std::io;
use std::thread;

use tokio::sync::oneshot;

/// Completes when stdin is closed. What arrives before is thrown away. It must be called once only.
pub(crate) async fn closed() -> io::Result<()> {
    let (sender, receiver) = oneshot::channel();
    // The thread may wait for stdin for ever. The process ends without it.
    thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || {
            // A stdin that cannot be read gives nothing more, as one that is closed.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            let _ = sender.send(());
        })?;
    // The thread sends when it ends.
    let _ = receiver.await;
    Ok(())
}
