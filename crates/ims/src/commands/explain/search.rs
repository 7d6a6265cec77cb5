//! Finds what a person means: an id, a code or words of an answer.

use adobe_ims::error::Symptom;
use adobe_ims::internal::distance;

use crate::error::Cause;

/// More suggestions are a list, not a help.
const MOST_SUGGESTIONS: usize = 6;

/// The results for a query.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The query names this entry.
    Entry(Cause),
    /// These causes look like the query, the closest first. There is at least one.
    LooksLike(Vec<Cause>),
    /// There is no such entry. These ids are near.
    Nothing(Vec<&'static str>),
}

/// Searches for an id, then in the texts, the codes and the statuses that are known, then for an id that is near.
pub(super) fn search(query: &str) -> Found {
    let query = Query::new(query);
    if let Some(cause) = query.named() {
        return Found::Entry(cause);
    }
    let looks_like = query.looks_like();
    if looks_like.is_empty() {
        return Found::Nothing(query.near_ids());
    }
    Found::LooksLike(looks_like)
}

struct Query {
    /// In lower case.
    text: String,
    words: Vec<String>,
    /// The words are enough to find a text that contains them.
    is_telling: bool,
}

impl Query {
    fn new(text: &str) -> Self {
        let is_telling = is_telling(&words(text));
        let text = text.trim().to_lowercase();
        let words = words(&text);
        Self {
            text,
            words,
            is_telling,
        }
    }

    /// Returns the entry whose id the query is, or the one in the brackets of a whole error message.
    fn named(&self) -> Option<Cause> {
        let id = self.text.trim_matches(['[', ']', '`', '"', '\'']);
        let in_brackets = || {
            let parts = self.text.split('[').skip(1);
            let ids = parts.filter_map(|part| part.split_once(']'));
            ids.filter_map(|(id, _)| Cause::from_id(id)).next()
        };
        Cause::from_id(&id.replace(['_', ' '], "-")).or_else(in_brackets)
    }

    /// Returns the causes with a symptom like this. Texts say more than codes, and codes more than statuses.
    fn looks_like(&self) -> Vec<Cause> {
        let measures: [fn(&Self, &Symptom) -> bool; 3] =
            [Self::has_text, Self::has_code, Self::is_status];
        for is_like in measures {
            let mut found: Vec<(bool, Cause)> = Cause::all()
                .filter(|cause| cause.symptoms().any(|it| is_like(self, &it)))
                .map(|cause| {
                    let agrees = |it: &Symptom| is_like(self, it) && self.has_rest(it);
                    (cause.symptoms().any(|it| agrees(&it)), cause)
                })
                .collect();
            if found.iter().any(|(agrees, _)| *agrees) {
                found.retain(|(agrees, _)| *agrees);
            }
            found.sort_by_key(|(_, cause)| cause.certainty());
            if !found.is_empty() {
                return found.into_iter().map(|(_, cause)| cause).collect();
            }
        }
        Vec::new()
    }

    /// Tells whether the query contains the text of the symptom, or a part of it that says enough.
    fn has_text(&self, symptom: &Symptom) -> bool {
        let Some(text) = symptom.text else {
            return false;
        };
        let text = words(&text.to_lowercase());
        let is_part = self.is_telling && contains(&text, &self.words);
        is_part || contains(&self.words, &text)
    }

    fn has_code(&self, symptom: &Symptom) -> bool {
        let code = symptom.code.map(str::to_lowercase);
        code.is_some_and(|code| contains(&self.words, &words(&code)))
    }

    /// Tells whether the query is the status of the symptom, and nothing else.
    fn is_status(&self, symptom: &Symptom) -> bool {
        let mut others = self
            .words
            .iter()
            .filter(|word| !["http", "status", "code", "error"].contains(&word.as_str()));
        let status = symptom.status.map(|status| status.to_string());
        status.is_some() && others.next() == status.as_ref() && others.next().is_none()
    }

    /// Tells whether status and code of the symptom are those of the query, as far as the query has them.
    fn has_rest(&self, symptom: &Symptom) -> bool {
        let is_status = |word: &&String| word.len() == 3 && word.parse::<u16>().is_ok();
        let stated = self.words.iter().find(is_status);
        let is_of_status = match (stated, symptom.status) {
            (Some(stated), Some(status)) => *stated == status.to_string(),
            _ => true,
        };
        is_of_status && (symptom.code.is_none() || self.has_code(symptom))
    }

    /// Returns the ids that have all words of the query, else the one that is a misspelling away.
    fn near_ids(&self) -> Vec<&'static str> {
        let parts: Vec<_> = self.words.iter().flat_map(|word| word.split('_')).collect();
        let has_all = |id: &str| {
            let mut parts = parts.iter();
            parts.len() > 0 && parts.all(|part| id.split('-').any(|of_id| is_form(part, of_id)))
        };
        let ids = || Cause::all().map(Cause::id);
        let found: Vec<_> = ids().filter(|id| has_all(id)).collect();
        if (1..=MOST_SUGGESTIONS).contains(&found.len()) {
            return found;
        }
        let typed = parts.join("-");
        let nearest = ids().map(|id| (distance(&typed, id), id)).min();
        let is_near = |(changes, id): &(usize, &str)| *changes <= 1 + id.len() / 8;
        nearest
            .filter(is_near)
            .map(|(_, id)| id)
            .into_iter()
            .collect()
    }
}

/// Returns the words of a text: letters, digits and the characters that codes have.
fn words(text: &str) -> Vec<String> {
    let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split(|c| !is_of_word(c)).filter(|it| !it.is_empty());
    words.map(str::to_owned).collect()
}

/// Tells whether the words of a part follow one another in a whole.
fn contains(whole: &[String], part: &[String]) -> bool {
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

/// Tells whether words are enough to find a text by: two words, or one that no language has, such as `ENOTFOUND`.
fn is_telling(words: &[String]) -> bool {
    let is_of_a_program = |c: char| c == '_' || c.is_ascii_digit() || c.is_ascii_uppercase();
    match words {
        [] => false,
        [word] => word.len() >= 6 && word.chars().skip(1).any(is_of_a_program),
        words => words.iter().map(String::len).sum::<usize>() >= 8,
    }
}

/// Tells whether a word is a form of a part of an id, as `scopes` is of `scope` and `expire` of `expired`.
fn is_form(word: &str, part: &str) -> bool {
    let is_beginning = word.len() >= 5 && part.starts_with(word);
    word == part || word.strip_suffix('s') == Some(part) || is_beginning
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &str) -> Vec<&'static str> {
        match search(query) {
            Found::Entry(cause) => panic!("{query}: {}", cause.id()),
            Found::LooksLike(causes) => causes.into_iter().map(Cause::id).collect(),
            Found::Nothing(near) => panic!("{query}: {near:?}"),
        }
    }

    #[test]
    fn id_is_found_as_people_write_it() {
        for query in [
            "signature-not-bound",
            "[signature-not-bound]",
            " SIGNATURE_NOT_BOUND ",
            "`signature-not-bound`",
            "signature not bound",
            "ims: IMS refused (400): x [signature-not-bound]",
            "ims: a [list] of things [signature-not-bound]\nhint: x",
        ] {
            match search(query) {
                Found::Entry(cause) => assert_eq!(cause.id(), "signature-not-bound"),
                other => panic!("{query}: {other:?}"),
            }
        }
    }

    #[test]
    fn words_of_an_answer_find_the_causes_that_look_like_it() {
        let bindings = [
            "signature-not-bound",
            "certificate-expired",
            "certificate-not-yet-valid",
        ];
        for query in [
            "Could not match JWT signature",
            "could not match JWT signature to any of the bindings",
            r#"{"error_description":"Could not match JWT signature to any of the bindings","error":"invalid_token"}"#,
            "400 invalid_token Could not match JWT signature to any of the bindings",
        ] {
            assert_eq!(ids(query), bindings, "{query}");
        }
        for (query, expected) in [
            (
                "PEM routines:get_name:no start line",
                &["key-not-a-key"][..],
            ),
            ("no start line", &["key-not-a-key"]),
            (
                "java.security.InvalidKeyException: IOException : algid parse error, not a sequence",
                &["key-pkcs1"],
            ),
            ("SELF_SIGNED_CERT_IN_CHAIN", &["tls-untrusted"]),
            (
                "Error: self signed certificate in certificate chain",
                &["tls-untrusted"],
            ),
            ("unable to verify the first certificate", &["tls-untrusted"]),
            ("the environment is hibernated", &["aem-hibernated"]),
            (
                "407 Proxy Authentication Required",
                &["proxy-authentication", "api-proxy-login"],
            ),
            ("86399999", &["lifetime-contradictory"]),
            ("IMS Client ID not allowlisted", &["aem-client-not-allowed"]),
            (
                "500 internal_error please try again later",
                &["client-migrated"],
            ),
        ] {
            assert_eq!(ids(query), expected, "{query}");
        }
    }

    #[test]
    fn codes_and_statuses_find_the_causes() {
        for (query, expected) in [
            (
                "403003",
                &[
                    "gateway-api-key-of-other-client",
                    "gateway-api-not-in-project",
                ][..],
            ),
            (
                "403023 Profile is not valid",
                &["gateway-profile-missing", "gateway-profile-pending"],
            ),
            (
                "unauthorized_client",
                &["grant-not-allowed", "jwt-credentials-ended"],
            ),
            ("400 bad_request", &["identity-malformed"]),
            ("error.unauthorized", &["umapi-integration-old"]),
            ("407", &["proxy-authentication", "api-proxy-login"]),
            ("HTTP status 408", &["forms-timeout"]),
        ] {
            assert_eq!(ids(query), expected, "{query}");
        }
        let refused = ids("401013");
        assert!(refused.contains(&"api-token-expired"), "{refused:?}");
        let clients = ids("invalid_client");
        assert_eq!(clients.len(), 6, "{clients:?}");
        let with_status = ids("401 invalid_client");
        assert_eq!(with_status, ["client-invalid", "jwt-credentials-ended"]);
    }

    #[test]
    fn near_ids_are_suggested_and_far_ones_are_not() {
        for (query, expected) in [
            ("signature-not-bond", &["signature-not-bound"][..]),
            ("certificate-expird", &["certificate-expired"]),
            ("metascope", &["metascope-not-bound"]),
            ("certificate expire", &["certificate-expired"]),
            ("expired certificate", &["certificate-expired"]),
            (
                "hosts",
                &[
                    "host-not-allowed",
                    "allowed-host-invalid",
                    "aem-host-misspelt",
                    "aem-host-malformed",
                    "host-tier",
                ],
            ),
            (
                "certificate",
                &[
                    "key-is-certificate",
                    "certificate-key-mismatch",
                    "certificate-unreadable",
                    "tls-certificate-date",
                    "certificate-expired",
                    "certificate-not-yet-valid",
                ],
            ),
            ("nonsense", &[]),
            ("token", &[]),
            ("", &[]),
            ("0123456789abcdef0123456789abcdef", &[]),
            ("is", &[]),
            ("999", &[]),
            ("invalid", &[]),
        ] {
            assert_eq!(search(query), Found::Nothing(expected.to_vec()), "{query}");
        }
    }
}
