//! The list of allowed clients of an AEM environment, `config/api.yaml`.

use super::aem_id::Tier;

/// Returns the step that adds a client id to `config/api.yaml`, with the whole file (documented by Adobe).
///
/// `client_id` has no character that YAML would read as more than text.
pub(super) fn step(client_id: Option<&str>, tier: Option<Tier>) -> String {
    let client_id = client_id.unwrap_or("CLIENT_ID");
    let tier = tier.unwrap_or(Tier::Author).as_str();
    let lines = [
        "`config/api.yaml` with the client id:".to_owned(),
        "    kind: \"API\"".to_owned(),
        "    version: \"1\"".to_owned(),
        "    metadata:".to_owned(),
        "      envTypes: [\"dev\", \"stage\", \"prod\"]".to_owned(),
        "    data:".to_owned(),
        "      allowedClientIDs:".to_owned(),
        format!("        {tier}:"),
        format!("          - \"{client_id}\""),
    ];
    lines.join("\n")
}
