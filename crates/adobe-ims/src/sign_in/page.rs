//! The pages that the browser shows. A page loads nothing and does not show the parameters of the redirect.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Removes the parameters from the address bar and from the history.
const CLEAR: &str = r#"history.replaceState(null,"",location.pathname)"#;

/// Sends the fragment of the address, which browsers do not send, to the listener once.
const RELAY: &str = r#"const answer=location.hash.slice(1);
history.replaceState(null,"",location.pathname);
const show=text=>{const [title,...rest]=text.split("\n");document.title=title;
document.querySelector("h1").textContent=title;document.querySelector("p").textContent=rest.join(" ")};
if(answer)fetch(location.pathname,{method:"POST",body:answer,cache:"no-store",
headers:{"content-type":"application/x-www-form-urlencoded"}}).then(it=>it.text()).then(show)
.catch(()=>show("The sign-in failed\nThe program no longer waits for it. You can close this window."))"#;

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;color:#222;background:#fff;margin:15vh auto;\
max-width:36rem;padding:0 1rem}h1{font-size:1.6rem}@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1a1a}}";

/// A page, or its text for the relaying script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    title: String,
    text: String,
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Html,
    /// HTML whose script relays the fragment.
    Relaying,
    /// Two lines for that script.
    PlainText,
}

impl Page {
    pub(super) fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            format: Format::Html,
        }
    }

    /// Creates the page that relays the fragment of the address.
    pub(super) fn relaying() -> Self {
        Self {
            format: Format::Relaying,
            ..Self::new(
                "One moment",
                "This page hands the result of the sign-in to the program that waits for it. \
                 It needs JavaScript.",
            )
        }
    }

    /// Returns the text of the page for the relaying script.
    pub(super) fn into_plain_text(self) -> Self {
        Self {
            format: Format::PlainText,
            ..self
        }
    }

    /// Returns the page as an HTTP response. `allow` is the value of the header `Allow`.
    pub(super) fn to_response(&self, status: http::StatusCode, allow: Option<&str>) -> Vec<u8> {
        let (content_type, body) = match self.format {
            Format::PlainText => ("text/plain", format!("{}\n{}", self.title, self.text)),
            Format::Html | Format::Relaying => ("text/html", self.html()),
        };
        let allow = allow.map_or(String::new(), |methods| format!("Allow: {methods}\r\n"));
        let head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {content_type}; charset=utf-8\r\nContent-Length: {}\r\n\
             Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: same-origin\r\nContent-Security-Policy: {}\r\n{allow}\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len(),
            self.content_security_policy(),
        );
        [head, body].concat().into_bytes()
    }

    fn html(&self) -> String {
        let (title, text) = (escape(&self.title), escape(&self.text));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main role=\"status\"><h1>{title}</h1><p>{text}</p></main>\
             <script>{}</script></body></html>\n",
            self.script()
        )
    }

    fn script(&self) -> &'static str {
        match self.format {
            Format::Relaying => RELAY,
            Format::Html | Format::PlainText => CLEAR,
        }
    }

    /// Allows the one script of the page, and connections of the relaying script to this listener.
    fn content_security_policy(&self) -> String {
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        let connect = match self.format {
            Format::Relaying => " connect-src 'self';",
            Format::Html | Format::PlainText => "",
        };
        format!(
            "default-src 'none'; script-src {}; style-src {};{connect} base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
            hash(self.script()),
            hash(STYLE)
        )
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let page = Page::new("<script>", "a\"b'c&d</p>");
        let response = page.to_response(http::StatusCode::OK, None);
        let text = String::from_utf8(response).unwrap();
        assert_eq!(text.matches("<script>").count(), 1);
        assert!(text.contains("&lt;script&gt;") && text.contains("a&quot;b&#39;c&amp;d&lt;/p&gt;"));
    }

    #[test]
    fn policy_allows_the_script_of_the_page() {
        for page in [Page::new("a", "b"), Page::relaying()] {
            let response = String::from_utf8(page.to_response(http::StatusCode::OK, None)).unwrap();
            let (head, body) = response.split_once("\r\n\r\n").unwrap();
            for tag in ["script", "style"] {
                let start = body.find(&format!("<{tag}>")).unwrap() + tag.len() + 2;
                let end = body.find(&format!("</{tag}>")).unwrap();
                let digest = STANDARD.encode(Sha256::digest(&body[start..end]));
                assert!(
                    head.contains(&format!("{tag}-src 'sha256-{digest}'")),
                    "{head}"
                );
            }
            let length = format!("Content-Length: {}\r\n", body.len());
            assert!(head.contains(&length), "{head}");
        }
    }
}
