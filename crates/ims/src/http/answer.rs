//! The answer of an API.

use std::time::Duration;

use adobe_ims::api_error::BodyStart;
use adobe_ims::transport::BodyStream;
use http::header::LOCATION;
use http::{Response, Uri};

/// Returns the beginning of a body that is not printed. If the answer breaks off, what came of it counts.
pub(crate) async fn read_start(response: &mut Response<BodyStream>) -> BodyStart {
    let mut start = BodyStart::default();
    fill(&mut start, response).await;
    start
}

/// Returns the beginning of a body, as much of it as comes within a time limit.
pub(crate) async fn read_start_within(
    limit: Duration,
    response: &mut Response<BodyStream>,
) -> BodyStart {
    let mut start = BodyStart::default();
    let _ = tokio::time::timeout(limit, fill(&mut start, response)).await;
    start
}

async fn fill(start: &mut BodyStart, response: &mut Response<BodyStream>) {
    while start.as_bytes().len() < BodyStart::LIMIT {
        match response.body_mut().next().await {
            Ok(Some(piece)) => start.push(piece.as_bytes()),
            Ok(None) | Err(_) => break,
        }
    }
}

/// Returns where a redirect leads, for a message: "to …". `None` for an answer without `Location`.
pub(crate) fn redirect_place<B>(response: &Response<B>) -> Option<String> {
    let location = response.headers().get(LOCATION)?;
    let location = Uri::try_from(location.as_bytes()).ok();
    Some(match location.as_ref().map(Uri::host) {
        Some(None) => "to another place of the same host".to_owned(),
        // A label of a host name is never longer; a token that was sent back would be.
        Some(Some(host)) if host.split('.').all(|label| label.len() <= 63) => {
            format!("to {host}")
        }
        _ => "elsewhere".to_owned(),
    })
}
