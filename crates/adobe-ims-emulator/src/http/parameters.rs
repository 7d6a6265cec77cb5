//! The parameters of a request: query, form body or multipart body.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, Request};

use crate::http::error_response::ErrorResponse;
use crate::http::multipart::{self, MultipartError};

/// The parameters of query and body as one list.
///
/// Published clients send parameters in the query, in a urlencoded body, in a multipart body, or in
/// two of these. A parameter without a value counts as absent (RFC 6749 §3.1).
#[derive(Debug, Default)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the parameters of a request.
    pub(crate) fn from_request(request: &Request<Bytes>) -> Result<Self, ErrorResponse> {
        let mut parameters = Self::default();
        parameters.add_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        let body = request.body();
        if body.is_empty() {
            return Ok(parameters);
        }
        let content_type = content_type(request.headers()).unwrap_or_default();
        if let Some(boundary) = multipart::boundary(&content_type) {
            parameters.add_multipart(body, boundary)?;
            return Ok(parameters);
        }
        let media_type = content_type.split(';').next().unwrap_or_default();
        match media_type.trim().to_ascii_lowercase().as_str() {
            "" | "application/x-www-form-urlencoded" => parameters.add_urlencoded(body),
            _ => return Err(ErrorResponse::unsupported_media_type()),
        }
        Ok(parameters)
    }

    /// Returns the value of a parameter that may be given once. The same value twice is allowed.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, ErrorResponse> {
        let mut values = self.get_all(name);
        let Some(first) = values.next() else {
            return Ok(None);
        };
        if values.any(|other| other != first) {
            return Err(ErrorResponse::invalid_request(format!(
                "The parameter {name} has two different values."
            )));
        }
        Ok(Some(first))
    }

    /// Returns the value of a parameter that the request must have.
    pub(crate) fn required<'a>(&'a self, name: &'a str) -> Result<&'a str, ErrorResponse> {
        self.get(name)?
            .ok_or_else(|| ErrorResponse::missing_parameter(name))
    }

    /// Returns the values of a parameter that may be repeated.
    pub(crate) fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns all parameters in their order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn add_urlencoded(&mut self, text: &[u8]) {
        for (name, value) in form_urlencoded::parse(text) {
            self.add(name.into_owned(), value.into_owned());
        }
    }

    fn add_multipart(
        &mut self,
        body: &Bytes,
        boundary: Result<String, MultipartError>,
    ) -> Result<(), ErrorResponse> {
        let parts = boundary.and_then(|boundary| multipart::read(body, &boundary));
        let parts = parts.map_err(|error| {
            ErrorResponse::invalid_request(format!("The multipart body is malformed: {error}."))
        })?;
        for part in parts {
            let value = String::from_utf8_lossy(&part.body).into_owned();
            self.add(part.name, value);
        }
        Ok(())
    }

    fn add(&mut self, name: String, value: String) {
        if !name.is_empty() && !value.is_empty() {
            self.0.push((name, value));
        }
    }
}

/// Returns the bearer token of the header `Authorization`.
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// Returns the header `Content-Type`.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request(uri: &str, content_type: Option<&str>, body: &str) -> Request<Bytes> {
        let mut request = Request::post(uri);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        request
            .body(Bytes::copy_from_slice(body.as_bytes()))
            .unwrap()
    }

    fn parameters(uri: &str, content_type: Option<&str>, body: &str) -> Parameters {
        Parameters::from_request(&request(uri, content_type, body)).unwrap()
    }

    #[test]
    fn multipart_body_without_final_line_end_is_read() {
        let body = "------boundary\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n\
                    ------boundary\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n\r\n\
                    ------boundary--";
        for content_type in [
            "multipart/form-data; boundary=----boundary",
            "multipart/form-data;boundary=----boundary",
            "multipart/form-data; Boundary=\"----boundary\"",
            "Multipart/Form-Data ; charset=utf-8 ; boundary = ----boundary",
        ] {
            let parameters = parameters("/", Some(content_type), body);
            assert_eq!(parameters.get("a"), Ok(Some("b")), "{content_type}");
            assert_eq!(
                parameters.get("c"),
                Ok(None),
                "a parameter without value is absent"
            );
        }
    }

    #[test]
    fn query_and_body_are_merged_and_conflicts_refused() {
        let form = Some("application/x-www-form-urlencoded");
        let parameters = parameters("/?a=1&b=2&r=x&u=1", form, "&&a=1&=&b=&c=%C3%BC+%2B&r=y&u=2");
        assert_eq!(parameters.get("a"), Ok(Some("1")));
        assert_eq!(parameters.get("b"), Ok(Some("2")));
        assert_eq!(parameters.get("c"), Ok(Some("ü +")));
        assert_eq!(parameters.get_all("r").collect::<Vec<_>>(), ["x", "y"]);
        let conflict = parameters.get("u").unwrap_err();
        assert_eq!(
            (conflict.status.as_u16(), conflict.error),
            (400, "invalid_request")
        );
    }

    #[test]
    fn other_media_types_are_refused_unless_body_is_empty() {
        let status = |content_type, body| {
            Parameters::from_request(&request("/?a=1", Some(content_type), body))
                .map_err(|error| error.status.as_u16())
        };
        assert_eq!(status("application/json", "{}").unwrap_err(), 415);
        assert_eq!(status("multipart/form-data", "x").unwrap_err(), 400);
        assert_eq!(
            status("multipart/form-data; boundary=b", "x").unwrap_err(),
            400
        );
        assert_eq!(
            status("multipart/form-data; boundary=", "x").unwrap_err(),
            400
        );
        assert!(status("application/json", "").is_ok());
    }

    proptest! {
        #[test]
        fn arbitrary_body_does_not_panic(
            body in proptest::collection::vec(any::<u8>(), 0..400),
            content_type in "(multipart/form-data; ?boundary=\"?(b|--|)\"?|[ -~]{0,40})",
            query in "[a-z&=%+;]{0,40}",
        ) {
            let request = Request::post(format!("/?{query}"))
                .header("content-type", content_type)
                .body(Bytes::from(body))
                .unwrap();
            let _ = Parameters::from_request(&request);
        }

        #[test]
        fn malformed_multipart_body_does_not_panic(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("--b"), Just("--b--"), Just("\r\n"), Just("\n"), Just("\""),
                    Just("Content-Disposition: form-data; name=\"a\""), Just("\\\""),
                    Just("Content-Disposition: form-data; name=a;"), Just("name"), Just("="),
                    Just("value"), Just(";"), Just(" "), Just(":"), Just("\u{0}"), Just("ü"),
                ],
                0..30,
            ),
        ) {
            let body = pieces.concat();
            let _ = Parameters::from_request(&request("/", Some("multipart/form-data;boundary=b"), &body));
        }

        #[test]
        fn value_is_read_from_form_and_multipart(value in "[^\r\n]{1,60}") {
            let form: String = form_urlencoded::Serializer::new(String::new())
                .append_pair("v", &value)
                .finish();
            let parsed = parameters("/", None, &form);
            prop_assert_eq!(parsed.get("v"), Ok(Some(value.as_str())));
            let multipart = format!(
                "--b\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\n{value}\r\n--b--\r\n"
            );
            let parsed = parameters("/", Some("multipart/form-data; boundary=b"), &multipart);
            prop_assert_eq!(parsed.get("v"), Ok(Some(value.as_str())));
        }
    }
}
