//! A browser of very little: it follows the sign-in page.

use adobe_ims_emulator::Emulator;
use http::Request;

use crate::support::{Answer, FORM, form, send};

/// One with the cookies that it was given.
pub(crate) struct Browser<'e> {
    emulator: &'e Emulator,
    cookie: Option<String>,
}

/// Where a redirect leads: the URI before the answer, the separator, and the answer.
#[derive(Debug)]
pub(crate) struct Landing {
    pub(crate) uri: String,
    pub(crate) pairs: Vec<(String, String)>,
}

impl Landing {
    pub(crate) fn of(answer: &Answer, separator: char) -> Self {
        assert!(matches!(answer.status, 302 | 303), "{}", answer.text);
        let location = answer.headers["location"].to_str().unwrap();
        let (uri, rest) = location.rsplit_once(separator).unwrap();
        // The redirect URI of the tests has a query of its own, `?a=b`.
        let pairs = form_urlencoded::parse(rest.as_bytes()).into_owned();
        Self {
            uri: uri.to_owned(),
            pairs: pairs.filter(|(name, _)| name != "a").collect(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| &**value)
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.pairs.iter().map(|(name, _)| &**name).collect()
    }
}

impl<'e> Browser<'e> {
    pub(crate) fn new(emulator: &'e Emulator) -> Self {
        Self {
            emulator,
            cookie: None,
        }
    }

    pub(crate) fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    pub(crate) fn open(&mut self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let request = Request::get(format!("{path}?{}", form(pairs)));
        self.send(request, "")
    }

    /// Sends the form that `page` shows.
    pub(crate) fn submit(&mut self, page: &Answer, email: &str, action: &str) -> Answer {
        let value = |before: &str| {
            let (_, rest) = page.text.split_once(before).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        let request = Request::post(value("action=\"")).header("content-type", FORM);
        let ticket = value("name=\"ticket\" value=\"");
        let body = form(&[("ticket", &ticket), ("email", email), ("action", action)]);
        self.send(request, &body)
    }

    fn send(&mut self, mut request: http::request::Builder, body: &str) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        let answer = send(self.emulator, request, body.as_bytes());
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }
}
