//! The identification of an answer of IMS.

use adobe_ims::error::ServerResponse;

/// Returns the endpoint with its status, and the id by which Adobe finds the request.
pub(super) fn facts(server: &ServerResponse) -> impl Iterator<Item = String> {
    let answered = format!("{} answered {}", server.endpoint, server.status);
    let id = server.debug_id.as_ref();
    let id = id.map(|id| format!("x-debug-id: {id}"));
    [answered].into_iter().chain(id)
}
