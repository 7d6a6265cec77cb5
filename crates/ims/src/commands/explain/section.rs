//! The sections of the catalogue, in the order in which they are listed.

use adobe_ims::Problem;
use adobe_ims::api_error::ApiProblem;
use adobe_ims_config::ConfigProblem;
use aem_forms::error::FormsProblem;

use crate::error::{Cause, CommandProblem};

/// Causes that belong together.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) causes: Vec<Cause>,
}

/// Returns all causes in their sections.
pub(super) fn all() -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for cause in Cause::all() {
        if let Some(title) = title_from(cause) {
            let causes = Vec::new();
            sections.push(Section { title, causes });
        }
        if let Some(section) = sections.last_mut() {
            section.causes.push(cause);
        }
    }
    sections
}

/// Returns the title of the section that begins with this cause.
fn title_from(cause: Cause) -> Option<&'static str> {
    Some(match cause {
        Cause::Library(problem) => match problem {
            Problem::FileUnreadable => "Documents and values",
            Problem::KeyMissing => "Private key, certificate and assertion",
            Problem::ProxyInvalid => "The way to IMS",
            Problem::AnswerRedirect => "Answers that are not usable",
            Problem::ServerError => "IMS cannot answer",
            Problem::ClientUnknown => "Refused by IMS",
            Problem::RedirectInvalid => "Sign-in and sessions",
            Problem::RefreshInterrupted => "Stored tokens",
            Problem::TokenShortLived => "Tokens",
            Problem::RuntimeUnsuitable => "The library in a program",
            _ => return None,
        },
        Cause::Api(problem) => match problem {
            ApiProblem::TokenExpired => "An API refuses the token",
            ApiProblem::ApiKeyMissing => "Adobe's gateway (adobe.io)",
            ApiProblem::HostMisspelt => "The way to AEM",
            ApiProblem::ClientNotAllowed => "The client and the account in AEM",
            ApiProblem::PathUnknown => "The path in AEM",
            ApiProblem::FormsRequestInvalid => "Forms Communications",
            ApiProblem::RateLimited => "Any API",
            _ => return None,
        },
        Cause::Forms(problem) => match problem {
            FormsProblem::XmlMalformed => "Files for AEM Forms",
            FormsProblem::RecordsMalformed => "Records of AEM Forms",
            FormsProblem::AnswerNotDocument => "Answers of AEM Forms",
            FormsProblem::OutputUnwritable => "Results of AEM Forms",
            _ => return None,
        },
        Cause::Configuration(ConfigProblem::ConfigurationInvalid) => "The configuration file",
        Cause::Command(CommandProblem::ApiFailed) => "The command",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_in_one_section() {
        let sections = all();
        assert_eq!(sections.len(), 23);
        let listed: usize = sections.iter().map(|it| it.causes.len()).sum();
        assert_eq!(listed, Cause::all().count());
    }
}
