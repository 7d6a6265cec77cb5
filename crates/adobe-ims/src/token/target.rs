//! The environment of a token, and checks that it is not used in another one.

use http::Uri;

use super::access_token::AccessToken;
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result};

impl AccessToken {
    /// Returns the environment of Adobe's that the claim `as` names.
    pub fn environment(&self) -> Option<Environment> {
        let name = self.claims()?.authorization_server.as_deref()?;
        Environment::from_authorization_server(name)
    }

    /// Refuses a token of stage for production, and the reverse. A token that does not name its environment, and an
    /// environment that is not Adobe's, are accepted.
    ///
    /// # Errors
    /// [`Problem::EnvironmentMismatch`].
    pub fn check_environment(&self, environment: &Environment) -> Result<()> {
        match self.environment() {
            Some(named) if environment.is_adobe() && named != *environment => {
                let message = format!("the token is of {named}, and {environment} is meant");
                Err(Error::new(Problem::EnvironmentMismatch, message))
            }
            _ => Ok(()),
        }
    }

    /// Refuses to send a token of stage to an API of production behind Adobe's gateway (`adobe.io`), which cannot know
    /// it.
    ///
    /// APIs of stage have it in their names (`platform-stage.adobe.io`, `cloudmanager-stage.adobe.io`: relied upon by
    /// clients of Adobe's). Some of them are sandboxes for customers and take tokens of production. The names of AEM
    /// hosts say nothing of stage. So nothing else is refused.
    ///
    /// # Errors
    /// [`Problem::EnvironmentMismatch`].
    pub fn check_target(&self, target: &Uri) -> Result<()> {
        let host = target.host().unwrap_or_default().to_ascii_lowercase();
        let is_production = is_production_api(&host);
        match self.environment() {
            Some(named) if named == Environment::stage() && is_production => {
                let message =
                    format!("the token was not sent: it is of {named}, and {host} is production");
                Err(Error::new(Problem::EnvironmentMismatch, message))
            }
            _ => Ok(()),
        }
    }
}

/// Returns true for a host of Adobe's gateway whose name does not tell of another stage. `host` is in lower case.
pub(crate) fn is_production_api(host: &str) -> bool {
    host.ends_with(".adobe.io") && !names_another_stage(host)
}

/// Returns true if a part of the host name is the name of a stage before production. `host` is in lower case.
pub(crate) fn names_another_stage(host: &str) -> bool {
    let mut parts = host.split(['.', '-']);
    parts.any(|part| {
        [
            "dev", "int", "qa", "sandbox", "stage", "staging", "stg", "stg1", "test",
        ]
        .contains(&part)
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn token(claims: &str) -> AccessToken {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let jws = format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(claims));
        AccessToken::new(jws.into()).unwrap()
    }

    #[test]
    fn token_of_stage_is_refused_for_production_and_the_reverse() {
        let stage = token(r#"{"as":"ims-na1-stg1"}"#);
        let production = token(r#"{"as":"ims-na1"}"#);
        let unknown = token(r#"{"as":"ims-na2"}"#);
        let silent = token("{}");
        let local = Environment::parse("http://127.0.0.1:1").unwrap();
        let mismatch = |token: &AccessToken, environment| {
            let checked = token.check_environment(&environment);
            checked.is_err_and(|error| error.problem() == Problem::EnvironmentMismatch)
        };
        assert!(mismatch(&stage, Environment::production()));
        assert!(mismatch(&production, Environment::stage()));
        for token in [&stage, &production, &unknown, &silent] {
            assert!(!mismatch(token, local.clone()));
        }
        for token in [&unknown, &silent, &production] {
            assert!(!mismatch(token, Environment::production()));
        }
        assert!(!mismatch(&stage, Environment::stage()));
    }

    #[test]
    fn token_of_stage_is_refused_for_an_api_of_production() {
        let stage = token(r#"{"as":"ims-na1-stg1"}"#);
        for (target, refused) in [
            ("https://platform.adobe.io/data", true),
            ("https://PLATFORM.adobe.IO:443/data", true),
            ("https://platform-stage.adobe.io/data", false),
            ("https://lb.edge-stage-graph.adobe.io/", false),
            ("https://author-p1-e2.adobeaemcloud.com/", false),
            ("http://127.0.0.1:1/", false),
        ] {
            let target: Uri = target.parse().unwrap();
            assert_eq!(stage.check_target(&target).is_err(), refused, "{target}");
            let production = token(r#"{"as":"ims-na1"}"#);
            assert!(production.check_target(&target).is_ok(), "{target}");
        }
    }
}
