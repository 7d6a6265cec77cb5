//! A minimal browser that uses the sign-in page.

use adobe_ims_emulator::Emulator;
use http::Request;

use crate::support::{FORM, TestResponse, form, send};

/// A browser with its cookies.
pub(crate) struct Browser<'e> {
    emulator: &'e Emulator,
    cookie: Option<String>,
}

/// A redirect: the URI, the separator, and the parameters.
#[derive(Debug)]
pub(crate) struct RedirectParameters {
    pub(crate) uri: String,
    pub(crate) pairs: Vec<(String, String)>,
}

impl RedirectParameters {
    pub(crate) fn of(response: &TestResponse, separator: char) -> Self {
        assert!(matches!(response.status, 302 | 303), "{}", response.text);
        let location = response.headers["location"].to_str().unwrap();
        let (uri, rest) = location.rsplit_once(separator).unwrap();
        // The redirect URI of the tests has the query `?a=b`.
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

    pub(crate) fn open(&mut self, path: &str, pairs: &[(&str, &str)]) -> TestResponse {
        let request = Request::get(format!("{path}?{}", form(pairs)));
        self.send(request, "")
    }

    /// Sends the form of a page.
    pub(crate) fn submit(
        &mut self,
        page: &TestResponse,
        email: &str,
        action: &str,
    ) -> TestResponse {
        let value = |before: &str| {
            let (_, rest) = page.text.split_once(before).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        let request = Request::post(value("action=\"")).header("content-type", FORM);
        let ticket = value("name=\"ticket\" value=\"");
        let body = form(&[("ticket", &ticket), ("email", email), ("action", action)]);
        self.send(request, &body)
    }

    fn send(&mut self, mut request: http::request::Builder, body: &str) -> TestResponse {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        let response = send(self.emulator, request, body.as_bytes());
        if let Some(cookie) = response.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.contains("; HttpOnly; SameSite=Lax"), "{cookie}");
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        response
    }
}
