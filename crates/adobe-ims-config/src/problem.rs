//! The catalogue of causes that only the configuration knows.

adobe_ims::problem_catalogue! {
    /// A cause of failure that lies in the configuration file or in a place that it names.
    ///
    /// Each entry has an [`id`](ConfigProblem::id) that stays the same over releases, a meaning and a fix.
    pub enum ConfigProblem {
    ConfigurationInvalid = "configuration-invalid", Configuration, false,
        "The configuration file cannot be understood.",
        ["Correct the file at the place that the message names."];
    ConfigurationExposed = "configuration-exposed", Configuration, false,
        "The configuration holds a secret in the clear, and other users of this machine can read it.",
        ["Make the file readable by you alone (mode 0600), and treat the secret as known to others.",
         "Better, keep the secret elsewhere and refer to the place: { file = … }, { env = … }, { command = … }, { keyring = … }."];
    ConfigurationUnwritable = "configuration-unwritable", Configuration, false,
        "The configuration cannot be written.",
        ["Check that its directory is yours and that the disk is not full."];
    ProfileUnknown = "profile-unknown", Configuration, false,
        "The configuration has no profile of this name.",
        ["Add a table [profiles.NAME] to the configuration."];
    ProfileExists = "profile-exists", Configuration, false,
        "The configuration already has a profile of this name.",
        ["Choose another name, or remove the old profile first."];
    ProfileIncomplete = "profile-incomplete", Configuration, false,
        "A profile lacks a key that its type needs.",
        ["Add the key that the message names."];
    ProfileBound = "profile-bound", Configuration, false,
        "The profile names the only identity service that gets its secrets, or the only hosts that get its tokens. A flag or a variable names another one. The program sent nothing.",
        ["Leave out the flag or the variable that the message names, or use another profile."];
    SecretUnavailable = "secret-unavailable", Configuration, false,
        "A secret cannot be fetched from the place that the configuration names.",
        ["Check the place: the file, the variable, the command or the entry that the message names."];
    KeyringUnavailable = "keyring-unavailable", Configuration, false,
        "The operating system's keyring cannot be read. This is usual on servers, in containers and in CI.",
        ["Keep the secret in another place: { file = … }, { env = … }, { command = … } or { systemd_credential = … }."];
    }
}

#[cfg(test)]
mod tests {
    use adobe_ims::{ErrorClass, Problem};

    use super::*;

    #[test]
    fn ids_are_kebab_case_and_differ_from_those_of_the_library() {
        for problem in ConfigProblem::ALL {
            let id = problem.id();
            assert!(
                id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{id}"
            );
            assert_eq!(ConfigProblem::from_id(id), Some(*problem));
            assert_eq!(Problem::from_id(id), None);
            assert!(problem.meaning().ends_with('.'), "{id}");
        }
    }

    #[test]
    fn every_cause_lies_on_this_side_and_stays_until_something_is_changed() {
        for problem in ConfigProblem::ALL {
            assert_eq!(problem.class(), ErrorClass::Configuration, "{problem}");
            assert!(!problem.is_transient(), "{problem}");
        }
    }
}
