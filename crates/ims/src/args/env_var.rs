//! The parser of `--var`: an environment variable for the command of `ims exec`.

/// A variable and the value that it gets: `NAME=VALUE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvVarSpec {
    pub(crate) name: String,
    pub(crate) value: EnvVarValue,
}

/// The part of a token that a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnvVarValue {
    Token,
    Header,
    ExpiresAt,
    ClientId,
    Organization,
}

const VALUES: &[(&str, EnvVarValue)] = &[
    ("token", EnvVarValue::Token),
    ("header", EnvVarValue::Header),
    ("expires-at", EnvVarValue::ExpiresAt),
    ("client-id", EnvVarValue::ClientId),
    ("org", EnvVarValue::Organization),
];

/// Parses `NAME` or `NAME=VALUE`. It does not repeat the argument, which may be a secret.
pub(super) fn parse(text: &str) -> Result<EnvVarSpec, String> {
    let (name, value) = text.split_once('=').unwrap_or((text, "token"));
    let is_name = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match VALUES.iter().find(|(known, _)| *known == value) {
        Some((_, value)) if is_name => Ok(EnvVarSpec {
            name: name.to_owned(),
            value: *value,
        }),
        _ => {
            let known: Vec<_> = VALUES.iter().map(|(known, _)| *known).collect();
            Err(format!("give NAME or NAME={}", known.join("|")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_alone_means_the_token() {
        let spec = |name: &str, value| EnvVarSpec {
            name: name.to_owned(),
            value,
        };
        for (text, expected) in [
            ("TOKEN", spec("TOKEN", EnvVarValue::Token)),
            ("_t1=token", spec("_t1", EnvVarValue::Token)),
            ("A=header", spec("A", EnvVarValue::Header)),
            ("A=expires-at", spec("A", EnvVarValue::ExpiresAt)),
            ("A=client-id", spec("A", EnvVarValue::ClientId)),
            ("A=org", spec("A", EnvVarValue::Organization)),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn name_that_no_shell_takes_and_unknown_value_are_refused() {
        for text in [
            "",
            "=",
            "=token",
            "1A",
            "A B",
            "A-B",
            "ü",
            "A=",
            "A=Token",
            "A=token=x",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
