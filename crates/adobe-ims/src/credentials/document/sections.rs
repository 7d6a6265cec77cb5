//! Documents with credentials in named sections: the YAML of Adobe's user-sync (`enterprise`), ini files, and what people
//! write for several environments.

use super::aliases::FieldNames;
use super::choice::{Candidate, Rank, Selection, choose};
use super::flat;
use super::identity_service::Certainty;
use super::known_key::KnownKey;
use super::node::{Map, Node};
use super::partial::PartialCredentials;
use crate::error::Result;

/// The depth to which sections are searched.
const MAX_DEPTH: usize = 3;

/// Returns the credentials of the section with this name, else of the only one; `None` if no section surely has
/// credentials of Adobe.
pub(super) fn parse(map: &Map, context: Option<&str>) -> Result<Option<PartialCredentials>> {
    let mut candidates = Vec::new();
    collect(map, "", 0, &mut candidates)?;
    let selection = Selection {
        name: context,
        current: None,
    };
    let mut chosen = choose(candidates, selection, "the credential document")?;
    if let Some(partial) = &mut chosen {
        add_of_siblings(map, partial);
    }
    Ok(chosen)
}

fn collect(map: &Map, path: &str, depth: usize, candidates: &mut Vec<Candidate>) -> Result<()> {
    for (name, node) in map.entries() {
        let Node::Map(section) = node else {
            continue;
        };
        let path = format!("{path}{name}.");
        if has_client(section) {
            let mut partial = flat::parse(section)?;
            if !partial.fields.is_of_adobe() && !is_name_of_adobe(name) {
                continue;
            }
            partial.names = FieldNames::with_foreign_prefix(partial.names, &path);
            candidates.push(Candidate {
                names: vec![name.to_owned()],
                partial,
                rank: Rank::Credentials,
            });
        } else if depth < MAX_DEPTH {
            collect(section, &path, depth + 1, candidates)?;
        }
    }
    Ok(())
}

fn is_name_of_adobe(section: &str) -> bool {
    let name = section.to_ascii_lowercase();
    name == "ims" || name.contains("adobe")
}

/// Returns true for a section with a client. The key of the old form of user-sync has no other name than `api_key`.
fn has_client(section: &Map) -> bool {
    flat::has_client(section)
        || section.known(KnownKey::ClientId).is_some()
            && section.known(KnownKey::OrganizationId).is_some()
}

/// Adds the identity service of another section: `server.ims_host` of user-sync.
fn add_of_siblings(map: &Map, partial: &mut PartialCredentials) {
    let own = map.entries();
    let of_sections = map
        .entries()
        .filter_map(|(_, node)| node.as_map())
        .filter(|section| !has_client(section))
        .flat_map(Map::entries);
    for (key, node) in own.chain(of_sections) {
        if KnownKey::of(key) == Some(KnownKey::IdentityService) && node.as_text().is_some() {
            let service = &mut partial.fields.identity_service;
            service.add(Certainty::Sure, key, node.to_field());
        }
    }
}
