//! The URL that is asked.

use adobe_ims::internal::ApiPlace;
use adobe_ims::internal::value::may_be_secret;
use http::Uri;

use crate::http::target::{origin, with_path};

/// The folder that Adobe's documentation asks AEM for to try a token.
const AEM_FOLDER: &str = "/content/dam.json";

/// In characters. The path of a URL is shown up to here.
const MAX_PATH: usize = 100;

/// The way in which a path came into the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathChoice {
    /// The user named the path.
    User,
    /// The user named a host of Adobe only. What the path answers counts where it holds for the whole host.
    Doctor,
    /// The user named another host only. It may be one of AEM, such as a domain of a customer, the emulator or a tunnel.
    Guess,
}

/// The API whose answer is examined.
#[derive(Clone, Debug)]
pub(super) struct Destination {
    pub(super) url: Uri,
    pub(super) place: ApiPlace,
    pub(super) path: PathChoice,
    /// Client and organisation are sent beside the token. AEM does not ask for them.
    pub(super) sends_identity: bool,
}

impl Destination {
    /// Creates the destination. For a host without a path, a path of AEM is chosen: `/` leads every visitor of author to
    /// the login.
    pub(super) fn of(target: &Uri) -> Self {
        let is_bare = matches!(target.path(), "" | "/") && target.query().is_none();
        let named = ApiPlace::of(target);
        let path = match (is_bare, named.is_aem() || named.is_gateway()) {
            (false, _) => PathChoice::User,
            (true, true) => PathChoice::Doctor,
            (true, false) => PathChoice::Guess,
        };
        let is_chosen = is_bare && !named.is_gateway();
        let chosen = is_chosen.then(|| with_path(target, AEM_FOLDER));
        let url = chosen.flatten().unwrap_or_else(|| target.clone());
        Self {
            sends_identity: !named.is_aem(),
            place: ApiPlace::of(&url),
            url,
            path,
        }
    }

    /// Returns scheme, host and port.
    pub(super) fn origin(&self) -> String {
        origin(&self.url)
    }

    /// Returns the host with its tier, for a summary.
    pub(super) fn host(&self) -> String {
        match self.place.tier_name() {
            Some(tier) => format!("{} ({tier})", self.origin()),
            None => self.origin(),
        }
    }
}

/// Returns a URL for a message: without its query, and without parts of its path that may be secrets.
pub(super) fn shown(url: &Uri) -> String {
    // A name such as generatePDFOutput has capitals as a secret has, but no digits.
    let is_hidden = |part: &str| may_be_secret(part) && part.contains(|c: char| c.is_ascii_digit());
    let part = |part| if is_hidden(part) { "…" } else { part };
    let path: Vec<_> = url.path().split('/').map(part).collect();
    let path: String = path.join("/").chars().take(MAX_PATH).collect();
    format!("{}{path}", origin(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_without_a_path_gets_one_of_aem() {
        for (target, asked, path) in [
            (
                "https://author-p1-e2.adobeaemcloud.com",
                "https://author-p1-e2.adobeaemcloud.com/content/dam.json",
                PathChoice::Doctor,
            ),
            (
                "https://author-p1-e2.adobeaemcloud.com/api/assets.json",
                "https://author-p1-e2.adobeaemcloud.com/api/assets.json",
                PathChoice::User,
            ),
            (
                "https://author-p1-e2.adobeaemcloud.com/?x=y",
                "https://author-p1-e2.adobeaemcloud.com/?x=y",
                PathChoice::User,
            ),
            (
                "https://platform.adobe.io/",
                "https://platform.adobe.io/",
                PathChoice::Doctor,
            ),
            (
                "http://127.0.0.1:1",
                "http://127.0.0.1:1/content/dam.json",
                PathChoice::Guess,
            ),
        ] {
            let found = Destination::of(&target.parse().unwrap());
            assert_eq!((found.url.to_string().as_str(), found.path), (asked, path));
        }
    }

    #[test]
    fn shown_url_has_no_query_and_no_secret() {
        let shown = |url: &str| shown(&url.parse().unwrap());
        assert_eq!(
            shown("https://a.adobe.io/data/p8e-0aB1cD2eF3/x?sig=1"),
            "https://a.adobe.io/data/…/x"
        );
        let forms = "https://author-p1-e2.adobeaemcloud.com/adobe/forms/doc/v1/generatePDFOutput";
        assert_eq!(shown(forms), forms);
    }
}
