//! Credentials in variables whose names share a prefix of a person's own: `AEM_CLIENT_ID`.

use std::collections::BTreeMap;

use super::super::field::Field;
use super::super::identity_service::Certainty;
use super::super::known_key::{KnownKey, normalized};
use super::super::raw_fields::RawFields;
use super::set::{VariableSet, Variables, set_field};

/// The parts of prefixes that mean Adobe: its products and tools.
const WORDS_OF_ADOBE: [&str; 21] = [
    "ACC",
    "ACP",
    "ADOBE",
    "AEC",
    "AEM",
    "AEP",
    "AIO",
    "AJO",
    "CJA",
    "CLOUDMANAGER",
    "COMMERCE",
    "EDS",
    "FIREFLY",
    "IMS",
    "LAUNCH",
    "MAGENTO",
    "PDF",
    "S2S",
    "STOCK",
    "TARGET",
    "UMAPI",
];

/// The prefixes that are looked at. A file of a person's has a few.
const MAX_PREFIXES: usize = 32;

/// The variables of one prefix.
struct Group {
    fields: RawFields,
    /// The prefix as it is written.
    prefix: String,
}

/// Returns the set of the prefixes that surely belong to credentials of Adobe. A set of another program's credentials
/// would send their secret to Adobe.
pub(super) fn set(variables: &Variables) -> Option<VariableSet> {
    let sure = groups(variables).filter(is_of_adobe);
    let prefixes = sure.map(|group| (group.prefix, group.fields)).collect();
    VariableSet::with_prefixes(prefixes, variables)
}

/// Returns the prefixes of credentials that may be those of any service.
pub(in super::super) fn unsure(variables: &Variables) -> Vec<String> {
    groups(variables).map(|group| group.prefix).collect()
}

/// Returns the groups that have a client id and a client secret: one for each prefix of a client id.
fn groups(variables: &Variables) -> impl Iterator<Item = Group> + use<'_> {
    let prefixes: BTreeMap<String, &str> = variables
        .keys()
        .filter_map(|name| Some((KnownKey::before_client_id(name)?, name.as_str())))
        .take(MAX_PREFIXES)
        .collect();
    let names = variables.keys().map(|name| normalized(name));
    let names: Vec<String> = names.collect();
    let groups = prefixes.into_iter().map(move |(before, name)| Group {
        fields: fields(&before, &names, variables),
        prefix: written_prefix(name, &before),
    });
    groups.filter(|group| {
        let fields = &group.fields;
        fields.client_id.is_present() && fields.client_secrets.is_present()
    })
}

/// Returns the fields in the variables whose normalised names begin like this.
fn fields(before: &str, names: &[String], variables: &Variables) -> RawFields {
    let mut fields = RawFields::default();
    for (normalized, (name, value)) in names.iter().zip(variables) {
        let key = normalized.strip_prefix(before);
        match key.and_then(KnownKey::of) {
            Some(known) if known.is_of_credentials() => set_field(&mut fields, known, value),
            Some(known) => {
                let certainty = match known {
                    KnownKey::IdentityService => Certainty::Sure,
                    _ => Certainty::Possible,
                };
                let value = Field::Text(value.clone());
                (fields.identity_service).add(certainty, name, value);
            }
            None => {}
        }
    }
    fields
}

/// Returns the part of a name that has this normalised form, with the separator after it.
fn written_prefix(name: &str, before: &str) -> String {
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    let prefixes = ends.map(|end| &name[..end]);
    let mut matching = prefixes.filter(|prefix| normalized(prefix) == before);
    matching.next_back().unwrap_or_default().to_owned()
}

fn is_of_adobe(group: &Group) -> bool {
    let has_word = group
        .prefix
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| {
            WORDS_OF_ADOBE
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        });
    has_word || group.fields.is_of_adobe()
}
