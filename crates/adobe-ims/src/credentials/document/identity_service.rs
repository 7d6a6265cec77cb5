//! The identity service that credentials name.

use super::field::Field;
use super::field_reader::FieldReader;
use super::known_key::KnownKey;
use crate::environment::Environment;
use crate::error::{Error, Problem, Result};
use crate::util::distance::distance;

/// The certainty that a name means the identity service. A more certain name counts more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// A variable such as `HOST` or `ENV`, which may belong to another program. A value that is not understood is
    /// ignored.
    Possible,
    /// A key such as `environment` in a document of credentials. A value that is not understood is refused.
    Likely,
    /// A key such as `IMS_HOST`. A value that is not understood is refused.
    Sure,
}

/// The values of credentials that name the identity service, under their keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdentityServiceFields(Vec<(Certainty, String, Field)>);

/// The meaning of a value.
enum Meaning {
    Named(Environment),
    /// A server of Adobe's that is no identity service.
    OtherServer,
    Refused(Error),
}

impl IdentityServiceFields {
    pub(super) fn add(&mut self, certainty: Certainty, key: &str, value: Field) {
        if value.is_present() {
            self.0.push((certainty, key.to_owned(), value));
        }
    }

    /// Adds the value of a key of a document.
    pub(super) fn add_known(&mut self, known: KnownKey, key: &str, value: Field) {
        match known {
            KnownKey::IdentityService => self.add(Certainty::Sure, key, value),
            KnownKey::Environment | KnownKey::Server => self.add(Certainty::Likely, key, value),
            _ => {}
        }
    }

    pub(super) fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }

    /// Returns true if a key is there that means the identity service.
    pub(super) fn is_named(&self) -> bool {
        self.0
            .iter()
            .any(|(certainty, ..)| *certainty > Certainty::Possible)
    }

    /// Returns the key of an environment whose value means no identity service, if no other key names one.
    pub(super) fn ignored(&self) -> Option<String> {
        let is_ignored = |(certainty, key, value): &&(Certainty, String, Field)| {
            KnownKey::of(key) == Some(KnownKey::Environment)
                && matches!(meaning(*certainty, key, value.clone()), Meaning::Refused(_))
        };
        let found = self.0.iter().find(is_ignored)?;
        (!self.is_named()).then(|| shown(&found.1))
    }

    /// Returns the value of the surest key.
    pub(super) fn field(&self) -> Field {
        let surest = self.0.iter().max_by_key(|(certainty, ..)| *certainty);
        surest
            .map(|(_, _, value)| value.clone())
            .unwrap_or_default()
    }

    /// Returns the identity service, or `None` if the credentials name none.
    ///
    /// A document that somebody has changed could send its secrets to any server. So the host that a document names
    /// counts only if it is a known one.
    pub(crate) fn resolve(mut self) -> Result<Option<Environment>> {
        self.0
            .sort_by_key(|(certainty, ..)| core::cmp::Reverse(*certainty));
        let mut found: Option<(Certainty, String, Environment)> = None;
        for (certainty, key, value) in self.0 {
            if found.as_ref().is_some_and(|(surer, ..)| *surer > certainty) {
                break;
            }
            let environment = match meaning(certainty, &key, value) {
                Meaning::Named(environment) => environment,
                Meaning::OtherServer => continue,
                Meaning::Refused(_) if certainty == Certainty::Possible => continue,
                Meaning::Refused(error) => return Err(error),
            };
            match &found {
                Some((_, first, known)) if *known != environment => {
                    let message = format!(
                        "the credentials name two identity services, in {} and in {}",
                        shown(first),
                        shown(&key)
                    );
                    return Err(Error::new(Problem::EndpointInvalid, message).with_hint(
                        "Leave out one of them, or name the identity service yourself.",
                    ));
                }
                Some(_) => {}
                None => found = Some((certainty, key, environment)),
            }
        }
        Ok(found.map(|(.., environment)| environment))
    }
}

fn meaning(certainty: Certainty, key: &str, value: Field) -> Meaning {
    let Some(text) = FieldReader::optional(value) else {
        return Meaning::Refused(not_understood(key));
    };
    let text = text.expose();
    match text.to_ascii_lowercase().as_str() {
        "prod" | "production" | "prd" => return Meaning::Named(Environment::production()),
        "stage" | "staging" | "stg" | "stg1" => return Meaning::Named(Environment::stage()),
        name => {
            if let Some(environment) = Environment::from_authorization_server(name) {
                return Meaning::Named(environment);
            }
        }
    }
    // A name that is not understood is not made into a host.
    if !text.contains(['.', ':']) && text != "localhost" {
        return Meaning::Refused(not_understood(key));
    }
    // A whole request URL has parameters, which say nothing about the host.
    let address = text.split(['?', '#']).next().unwrap_or_default();
    let named = match Environment::parse(address) {
        Ok(named) => named,
        Err(error) if certainty == Certainty::Sure => return Meaning::Refused(error),
        Err(_) => return Meaning::Refused(not_understood(key)),
    };
    if certainty == Certainty::Possible && !named.is_of_adobe_login() {
        return Meaning::OtherServer;
    }
    if named.is_known() {
        return Meaning::Named(named);
    }
    if certainty < Certainty::Sure && named.is_other_server_of_adobe() {
        return Meaning::OtherServer;
    }
    if KnownKey::of(key) == Some(KnownKey::Environment) {
        return Meaning::Refused(not_understood(key));
    }
    let message = format!(
        "the credentials name the identity service {named}, which is neither Adobe's nor on this machine"
    );
    let error = Error::new(Problem::IdentityServiceNotNamed, message);
    let error = match meant(&named) {
        Some(hint) => error.with_hint(hint),
        None => error,
    };
    Meaning::Refused(error.with_hint("If you trust it with the secrets, name it yourself."))
}

/// Returns what a server probably is that is no identity service.
fn meant(server: &Environment) -> Option<String> {
    if server.is_other_server_of_adobe() {
        return Some(format!(
            "{server} is an API or an AEM environment, and no identity service; that of production is ims-na1.adobelogin.com"
        ));
    }
    let host = server.base_url().split_once("://")?.1;
    let known = ["ims-na1.adobelogin.com", "ims-na1-stg1.adobelogin.com"];
    let nearest = known.into_iter().find(|known| distance(known, host) <= 4)?;
    Some(format!("{host} is nearly {nearest}: correct the spelling"))
}

fn not_understood(key: &str) -> Error {
    let message = format!(
        "{} is neither prod nor stage nor the address of an identity service",
        shown(key)
    );
    Error::new(Problem::EndpointInvalid, message).with_hint(
        "It is not ignored, because the secrets could go to the wrong environment: correct it, or name the identity service yourself.",
    )
}

/// Returns the key for a message. It is a known name, or one of a person's that ends in a known name.
fn shown(key: &str) -> String {
    let printable = |c: char| if c.is_control() { '?' } else { c };
    key.chars().take(120).map(printable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(fields: &[(Certainty, &str, &str)]) -> Result<Option<String>> {
        let mut service = IdentityServiceFields::default();
        for (certainty, key, value) in fields {
            service.add(*certainty, key, Field::text(*value));
        }
        let environment = service.resolve()?;
        Ok(environment.map(|it| it.base_url().to_owned()))
    }

    const STAGE: &str = "https://ims-na1-stg1.adobelogin.com";
    const PRODUCTION: &str = "https://ims-na1.adobelogin.com";

    #[test]
    fn every_form_of_stage_is_understood() {
        for value in [
            "stage",
            "STAGE",
            "stg",
            "ims-na1-stg1",
            "ims-na1-stg1.adobelogin.com",
            "https://ims-na1-stg1.adobelogin.com/ims/token/",
            "https://ims-na1-stg1.adobelogin.com/ims/token/v3?client_id=x",
            "https://ims-na1-stg1.adobelogin.com/ims/exchange/jwt/",
        ] {
            for certainty in [Certainty::Possible, Certainty::Likely, Certainty::Sure] {
                let found = resolved(&[(certainty, "ims_host", value)]).unwrap();
                assert_eq!(found.as_deref(), Some(STAGE), "{value}");
            }
        }
    }

    #[test]
    fn value_that_is_not_understood_is_refused_where_it_means_the_identity_service() {
        for (certainty, key, value, problem) in [
            (Certainty::Sure, "IMS_ENV", "qa", Problem::EndpointInvalid),
            (
                Certainty::Likely,
                "environment",
                "qa",
                Problem::EndpointInvalid,
            ),
            (
                Certainty::Likely,
                "env",
                "qa.example.com",
                Problem::EndpointInvalid,
            ),
            (
                Certainty::Sure,
                "IMS_HOST",
                "ims.example.com",
                Problem::IdentityServiceNotNamed,
            ),
            (
                Certainty::Sure,
                "IMS_URL",
                "http://ims-na1.adobelogin.com",
                Problem::EndpointInsecure,
            ),
            (
                Certainty::Likely,
                "host",
                "gateway.example.com",
                Problem::IdentityServiceNotNamed,
            ),
        ] {
            let error = resolved(&[(certainty, key, value)]).unwrap_err();
            assert_eq!(error.problem(), problem, "{key}: {error}");
        }
        for (certainty, key, value) in [
            (Certainty::Possible, "ENV", "development"),
            (Certainty::Possible, "HOST", "localhost"),
            (Certainty::Possible, "HOST", "0.0.0.0"),
            (Certainty::Possible, "BASE_URL", "https://shop.example.com"),
            (Certainty::Likely, "host", "usermanagement.adobe.io"),
            (
                Certainty::Likely,
                "url",
                "https://author-p1-e2.adobeaemcloud.com",
            ),
        ] {
            assert_eq!(resolved(&[(certainty, key, value)]).unwrap(), None, "{key}");
        }
    }

    #[test]
    fn surer_name_counts_and_equally_sure_names_must_agree() {
        let surer = resolved(&[
            (Certainty::Possible, "ENV", "stage"),
            (Certainty::Sure, "IMS_HOST", "ims-na1.adobelogin.com"),
        ]);
        assert_eq!(surer.unwrap().as_deref(), Some(PRODUCTION));
        let error = resolved(&[
            (Certainty::Sure, "IMS_ENV", "stage"),
            (Certainty::Sure, "IMS_HOST", "ims-na1.adobelogin.com"),
        ]);
        let error = error.unwrap_err().to_string();
        assert!(error.contains("in IMS_ENV and in IMS_HOST"), "{error}");
    }
}
