//! `GET /ims/keys`: the public keys for signatures of tokens.

use std::time::Duration;

use http::HeaderMap;
use http::header::CACHE_CONTROL;
use serde_json::Value;

use super::KeySet;
use super::{ImsClient, refusal, request, response};
use crate::crypto::Crypto;
use crate::environment::Environment;
use crate::error::{Error, Result, ServerResponse};

const PATH: &str = "/ims/keys";

/// The key set of IMS, and the time for which it may be kept.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FetchedKeys {
    /// The keys.
    pub keys: KeySet,
    /// `max-age` of the header `Cache-Control`: the time for which the server allows to keep the keys.
    pub max_age: Option<Duration>,
    /// The status, the `x-debug-id` and the URL.
    pub server: ServerResponse,
}

impl ImsClient {
    /// Fetches the public keys of IMS: one GET of `/ims/keys` (documented by Adobe). Sources disagree about the key
    /// of access tokens: one says that it is in this set, another does not.
    ///
    /// A program that checks more than one token keeps the keys in a [`KeyCache`](crate::verify::KeyCache).
    ///
    /// # Errors
    /// [`Problem::AnswerWithoutKeys`](crate::error::Problem::AnswerWithoutKeys) when the response has no usable key;
    /// everything of class refused, throttled, unavailable, unusable and unreachable.
    pub async fn key_set(&self, environment: &Environment, crypto: &Crypto) -> Result<FetchedKeys> {
        let endpoint = environment.endpoint(PATH);
        let request = request::get(&endpoint, None)?;
        let response = self.transport.send(request).await?;
        let max_age = max_age(response.headers());
        let response = response::read(&endpoint, &response, &[], self.clock.now())
            .map_err(refusal::without_assertion)?;
        let server = response.server;
        let keys = KeySet::from_json(&Value::Object(response.body), crypto)
            .map_err(|error: Error| error.with_server(server.clone()))?;
        Ok(FetchedKeys {
            keys,
            max_age,
            server,
        })
    }
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL).iter();
    let mut directives = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let seconds = value.trim().trim_matches('"').parse().ok()?;
        name.trim()
            .eq_ignore_ascii_case("max-age")
            .then(|| Duration::from_secs(seconds))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn max_age_is_found_among_the_directives() {
        for (value, seconds) in [
            ("max-age=60", Some(60)),
            ("public, Max-Age = \"3600\" , s-maxage=7", Some(3600)),
            ("no-store", None),
            ("s-maxage=7", None),
            ("max-age=-1", None),
            ("max-age=x", None),
            ("max-age", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, value.parse().unwrap());
            assert_eq!(
                max_age(&headers),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
        assert_eq!(max_age(&HeaderMap::new()), None);
    }
}
