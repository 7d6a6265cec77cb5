//! The list of allowed clients of an AEM environment, `config/api.yaml`.

use http::Uri;

use super::aem_id::Tier;
use super::place::Place;
use super::token_facts::TokenFacts;

/// Returns the step that adds a client id to `config/api.yaml`, with the whole file.
pub(super) fn step(client_id: Option<&str>, tier: Option<Tier>) -> String {
    let file = file(client_id, tier);
    let lines = file.lines().map(|line| format!("    {line}"));
    let lines: Vec<_> = lines.collect();
    format!(
        "`config/api.yaml` with the client id:\n{}",
        lines.join("\n")
    )
}

/// Returns `config/api.yaml` for the client of a token, and for the tier of a URL.
pub(crate) fn file_for(token: &TokenFacts, url: Option<&Uri>) -> String {
    let tier = url.and_then(|url| Place::of(url).tier());
    file(token.shown_client_id(), tier)
}

/// Returns the whole file (documented by Adobe).
///
/// `client_id` has no character that YAML would read as more than text.
fn file(client_id: Option<&str>, tier: Option<Tier>) -> String {
    let client_id = client_id.unwrap_or("CLIENT_ID");
    let tier = tier.unwrap_or(Tier::Author).as_str();
    let lines = [
        "kind: \"API\"".to_owned(),
        "version: \"1\"".to_owned(),
        "metadata:".to_owned(),
        "  envTypes: [\"dev\", \"stage\", \"prod\"]".to_owned(),
        "data:".to_owned(),
        "  allowedClientIDs:".to_owned(),
        format!("    {tier}:"),
        format!("      - \"{client_id}\""),
    ];
    lines.join("\n")
}
