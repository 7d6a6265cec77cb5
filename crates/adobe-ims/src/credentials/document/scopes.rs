use crate::util::secret::Secret;

/// Returns the names in lists that are separated by commas, blanks or both. A list may also be JSON, or JSON in JSON.
/// No name contains any of these separators.
pub(super) fn split_scopes(lists: &[Secret]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let ends = |c: char| c == ',' || c.is_whitespace();
    let fields = lists.iter().flat_map(|list| list.expose().split(ends));
    for part in fields {
        let name = part.trim_matches(['"', '\'', '[', ']', '\\']);
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// Returns the names in lists of metascopes, which have the forms of [`split_scopes`]. A metascope may be the full
/// claim (`https://HOST/s/NAME`) or its path (`/s/NAME`), as other clients want it. The host is always that of the
/// environment.
pub(super) fn split_metascopes(lists: &[Secret]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in split_scopes(lists) {
        let name = part.rsplit_once("/s/").map_or(&*part, |(_, name)| name);
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metascopes_are_split_trimmed_and_named_once() {
        for (list, names) in [
            ("ent_aem_cloud_api", &["ent_aem_cloud_api"][..]),
            (" a , b,,a ,", &["a", "b"]),
            ("a b", &["a", "b"]),
            ("https://ims-na1.adobelogin.com/s/a,/s/b", &["a", "b"]),
            ("[\"a\", \"b\"]", &["a", "b"]),
            (r#""[\"/s/a\",\"b\"]""#, &["a", "b"]),
            (" , ", &[]),
        ] {
            assert_eq!(split_metascopes(&[Secret::new(list)]), names, "{list}");
        }
    }

    #[test]
    fn scopes_are_found_in_json_in_json() {
        let once = serde_json::to_string(&["openid", "AdobeID"]).unwrap();
        let twice = serde_json::to_string(&once).unwrap();
        let thrice = serde_json::to_string(&twice).unwrap();
        for list in [once, twice, thrice] {
            let scopes = split_scopes(&[Secret::new(list.as_str())]);
            assert_eq!(scopes, ["openid", "AdobeID"], "{list}");
        }
    }
}
