//! The paths of batches.

use http::{HeaderMap, header::LOCATION};

const BASE: &str = "/adobe/forms/batch/output";

/// Returns a path below the base of the API. Names are encoded.
pub(super) fn path(segments: &[&str]) -> String {
    let mut path = BASE.to_owned();
    for segment in segments {
        path.push('/');
        // A segment of dots would lead to another path.
        let all_dots = !segment.is_empty() && segment.bytes().all(|byte| byte == b'.');
        for byte in segment.bytes() {
            let is_plain = byte.is_ascii_alphanumeric() || b"-_~.".contains(&byte) && !all_dots;
            if is_plain {
                path.push(char::from(byte))
            } else {
                path.push_str(&format!("%{byte:02X}"))
            }
        }
    }
    path
}

/// Returns the last segment of `Location`, which may be a URL or a path, absolute or relative.
pub(super) fn id_in_location(headers: &HeaderMap) -> Option<String> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let path = location.split(['?', '#']).next()?.trim_end_matches('/');
    let path = path.split_once("://").map_or(path, |(_, rest)| {
        rest.split_once('/').map_or("", |(_, path)| path)
    });
    let id = path.rsplit('/').next().filter(|id| !id.is_empty())?;
    decoded(id).filter(|id| !id.is_empty() && !id.contains(char::is_control))
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(crate::multipart::header::percent_decoded(text)?).ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        for (name, expected) in [
            ("letters", "letters"),
            ("a b/c?d#e%", "a%20b%2Fc%3Fd%23e%25"),
            ("..", "%2E%2E"),
            ("ü", "%C3%BC"),
            ("a.b", "a.b"),
        ] {
            let path = path(&["config", name]);
            assert_eq!(path, format!("{BASE}/config/{expected}"));
        }
    }

    #[test]
    fn id_is_the_last_segment_of_any_location() {
        for (location, expected) in [
            (
                "https://author/adobe/forms/batch/output/config/a/execution/e-1",
                Some("e-1"),
            ),
            (
                "/adobe/forms/batch/output/config/a/execution/e-1/",
                Some("e-1"),
            ),
            ("execution/e%201?x=/y#z", Some("e 1")),
            ("e-1", Some("e-1")),
            ("https://author/", None),
            ("https://author", None),
            ("/", None),
            ("", None),
            ("e%zz", None),
            ("e%0A", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, HeaderValue::from_static(location));
            let id = id_in_location(&headers);
            assert_eq!(id.as_deref(), expected, "{location}");
        }
        assert_eq!(id_in_location(&HeaderMap::new()), None);
    }
}
