//! What the browser shows. Everything is inside of the page, and nothing of what came back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Neither history nor anybody who looks over a shoulder keeps what stands in the address.
const CLEAR: &str = r#"history.replaceState(null,"",location.pathname)"#;

/// Sends what only the browser sees of an address to where it came from, once.
const RELAY: &str = r#"const answer=location.hash.slice(1);
history.replaceState(null,"",location.pathname);
const show=text=>{const [title,...rest]=text.split("\n");document.title=title;
document.querySelector("h1").textContent=title;document.querySelector("p").textContent=rest.join(" ")};
if(answer)fetch(location.pathname,{method:"POST",body:answer,cache:"no-store",
headers:{"content-type":"application/x-www-form-urlencoded"}}).then(it=>it.text()).then(show)
.catch(()=>show("The sign-in failed\nThe program that waited for it is gone. You can close this window."))"#;

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;color:#222;background:#fff;margin:15vh auto;\
max-width:36rem;padding:0 1rem}h1{font-size:1.6rem}@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1a1a}}";

/// A page, or the lines of one for the script that relays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    title: String,
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Shown,
    Relaying,
    Lines,
}

impl Page {
    pub(super) fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            text: text.into(),
            kind: Kind::Shown,
        }
    }

    /// The page that sends on what the browser sees of the address.
    pub(super) fn relaying() -> Self {
        Self {
            kind: Kind::Relaying,
            ..Self::new(
                "One moment",
                "What the sign-in brought back is handed to the program that waits for it. \
                 This needs JavaScript.",
            )
        }
    }

    /// The same for the script of that page.
    pub(super) fn lines(self) -> Self {
        Self {
            kind: Kind::Lines,
            ..self
        }
    }

    /// A whole HTTP response; `allow` names the methods that there are, where another one came.
    pub(super) fn response(&self, status: http::StatusCode, allow: Option<&str>) -> Vec<u8> {
        let (content_type, body) = match self.kind {
            Kind::Lines => ("text/plain", format!("{}\n{}", self.title, self.text)),
            Kind::Shown | Kind::Relaying => ("text/html", self.html()),
        };
        let allow = allow.map_or(String::new(), |methods| format!("Allow: {methods}\r\n"));
        let head = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: {content_type}; charset=utf-8\r\nContent-Length: {}\r\n\
             Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: same-origin\r\nContent-Security-Policy: {}\r\n{allow}\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len(),
            self.policy(),
        );
        [head, body].concat().into_bytes()
    }

    fn html(&self) -> String {
        let (title, text) = (escaped(&self.title), escaped(&self.text));
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main role=\"status\"><h1>{title}</h1><p>{text}</p></main>\
             <script>{}</script></body></html>\n",
            self.script()
        )
    }

    fn script(&self) -> &'static str {
        match self.kind {
            Kind::Relaying => RELAY,
            Kind::Shown | Kind::Lines => CLEAR,
        }
    }

    /// Nothing runs but the one script, and it speaks to nobody but this listener.
    fn policy(&self) -> String {
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        let connect = match self.kind {
            Kind::Relaying => " connect-src 'self';",
            Kind::Shown | Kind::Lines => "",
        };
        format!(
            "default-src 'none'; script-src {}; style-src {};{connect} base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
            hash(self.script()),
            hash(STYLE)
        )
    }
}

fn escaped(text: &str) -> String {
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
    fn a_text_cannot_leave_its_place() {
        let page = Page::new("<script>", "a\"b'c&d</p>");
        let response = page.response(http::StatusCode::OK, None);
        let text = String::from_utf8(response).unwrap();
        assert_eq!(text.matches("<script>").count(), 1);
        assert!(text.contains("&lt;script&gt;") && text.contains("a&quot;b&#39;c&amp;d&lt;/p&gt;"));
    }

    #[test]
    fn the_policy_names_the_script_that_is_there() {
        for page in [Page::new("a", "b"), Page::relaying()] {
            let response = String::from_utf8(page.response(http::StatusCode::OK, None)).unwrap();
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
