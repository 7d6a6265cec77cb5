//! Which environment of IMS a token is of, and where it counts for nothing.

use http::Uri;

use super::access_token::AccessToken;
use crate::environment::Environment;
use crate::error::Problem;
use crate::error::{Error, Result};

impl AccessToken {
    /// The environment of Adobe's that the token says it is of, by its claim `as`.
    pub fn environment(&self) -> Option<Environment> {
        let name = self.claims()?.authorization_server.as_deref()?;
        Environment::of_authorization_server(name)
    }

    /// Refuses a token of stage where production is meant, and the reverse. A token that does not say, and
    /// an environment that is none of Adobe's two, are not judged.
    ///
    /// # Errors
    /// [`Problem::EnvironmentMismatch`].
    pub fn check_environment(&self, environment: &Environment) -> Result<()> {
        match self.environment() {
            Some(own) if environment.is_adobe() && own != *environment => {
                let what = format!("the token is of {own}, and {environment} is meant");
                Err(Error::new(Problem::EnvironmentMismatch, what))
            }
            _ => Ok(()),
        }
    }

    /// Refuses to take a token of stage to an API of production behind Adobe's gateway (`adobe.io`), which
    /// cannot know it.
    ///
    /// APIs of stage have it in their names (`platform-stage.adobe.io`, `cloudmanager-stage.adobe.io`:
    /// relied upon by clients of Adobe's). Some of them are sandboxes for customers, to which tokens of
    /// production go, and AEM's names tell nothing; so no more than this is refused.
    ///
    /// # Errors
    /// [`Problem::EnvironmentMismatch`].
    pub fn check_target(&self, target: &Uri) -> Result<()> {
        let host = target.host().unwrap_or_default().to_ascii_lowercase();
        let is_production = host.ends_with(".adobe.io") && !names_another_stage(&host);
        match self.environment() {
            Some(own) if own == Environment::stage() && is_production => {
                let what =
                    format!("the token was not sent: it is of {own}, and {host} is production");
                Err(Error::new(Problem::EnvironmentMismatch, what))
            }
            _ => Ok(()),
        }
    }
}

fn names_another_stage(host: &str) -> bool {
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
    fn production_and_stage_do_not_mix() {
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
    fn a_token_of_stage_does_not_go_to_an_api_of_production() {
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
