//! Web pages in place of an answer.

/// The kind of a web page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    /// The sign-in of Adobe or of AEM: it has the title, and its own scripts or addresses.
    AdobeLogin,
    /// A page with a login form, or with the scripts of Adobe's sign-in, which other pages may have, too.
    SomeLogin,
    /// The error page of the network in front of AEM (Fastly; observed with `Error 403 …` and `Trace-id`).
    Edge,
    /// A page of a proxy or filter between this machine and the API.
    Intermediary,
    /// The page of AEM's default handler about content that was created or changed.
    SlingStored,
    Other,
}

/// Parts of addresses and scripts that only the sign-in of Adobe and AEM has (relied upon by published clients).
const ADOBE_LOGIN: [&str; 6] = [
    "j_security_check",
    "/libs/granite/core/content/login",
    "adobelogin.com",
    "auth.services.adobe.com",
    "adobeid-na1.services.adobe.com",
    "imslib.min.js",
];

const INTERMEDIARIES: [&str; 9] = [
    "zscaler",
    "forcepoint",
    "fortiguard",
    "fortigate",
    "netskope",
    "squid",
    "blue coat",
    "mcafee web gateway",
    "captive portal",
];

/// Returns the kind of a page. `lower` is its text in lower case.
pub(super) fn kind(lower: &str) -> PageKind {
    let has = |part: &&str| lower.contains(*part);
    let title = title(lower).unwrap_or_default();
    let titled = |names: &[&str]| names.iter().any(|name| title.contains(name));
    let is_titled_login = titled(&["sign in", "sign-in", "log in", "login"]);
    let is_adobe = ADOBE_LOGIN.iter().any(&has);
    if is_adobe && is_titled_login {
        PageKind::AdobeLogin
    } else if titled(&["content created", "content modified"]) {
        PageKind::SlingStored
    } else if INTERMEDIARIES.iter().any(&has) {
        PageKind::Intermediary
    } else if has(&"trace-id")
        || has(&"varnish cache server")
        || has(&"guru mediation")
        || has(&"guru meditation")
    {
        PageKind::Edge
    } else if is_adobe || is_titled_login || has(&"type=\"password\"") {
        PageKind::SomeLogin
    } else {
        PageKind::Other
    }
}

/// Returns the title of a page.
pub(super) fn title(html: &str) -> Option<&str> {
    // ASCII lower case keeps every byte offset.
    let lower = html.to_ascii_lowercase();
    let tag = lower.find("<title")?;
    let start = tag + lower[tag..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    Some(html[start..end].trim()).filter(|title| !title.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_is_told_by_what_it_holds() {
        for (text, expected) in [
            (
                "<title>aem sign in</title><form action=\"/libs/granite/core/content/login.html/j_security_check\">",
                PageKind::AdobeLogin,
            ),
            (
                "<title>assets</title><script src=\"https://auth.services.adobe.com/imslib/imslib.min.js\">",
                PageKind::SomeLogin,
            ),
            ("<title>sign in to the portal</title>", PageKind::SomeLogin),
            ("<input type=\"password\">", PageKind::SomeLogin),
            (
                "<title>403 not allowed.</title><p>trace-id: 1</p>",
                PageKind::Edge,
            ),
            ("<h1>blocked by zscaler</h1>", PageKind::Intermediary),
            (
                "<title id=\"t\">content created /content/x</title>",
                PageKind::SlingStored,
            ),
            ("<title>my blog</title>", PageKind::Other),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }

    #[test]
    fn title_is_found_in_any_case() {
        assert_eq!(title("<TITLE lang=de> Ü x </TITLE>"), Some("Ü x"));
        assert_eq!(title("<title></title>"), None);
        assert_eq!(title("<title>cut"), None);
    }
}
