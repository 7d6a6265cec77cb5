//! Assignments that a shell reads back as what they were made from.

use adobe_ims::Secret;

use crate::args::Shell;

/// One line that sets an environment variable; `None` when no quoting is sure for the value there.
/// The value is visible ASCII, as tokens and times are.
pub(crate) fn assignment(shell: Shell, name: &str, value: &str) -> Option<Secret> {
    let line = |parts: &[&str]| Some(Secret::new(parts.concat()));
    match shell {
        Shell::Posix => line(&["export ", name, "='", &value.replace('\'', r"'\''"), "'"]),
        Shell::Fish => {
            let value = value.replace('\\', r"\\").replace('\'', r"\'");
            line(&["set -gx ", name, " '", &value, "'"])
        }
        Shell::Powershell => line(&["$env:", name, " = '", &value.replace('\'', "''"), "'"]),
        // A quote ends the quoting; the others mean one thing at the prompt and another in a file.
        Shell::Cmd if value.contains(['"', '%', '!', '^']) => None,
        Shell::Cmd => line(&["set \"", name, "=", value, "\""]),
        // Readers of such files agree on what needs no quotes, and on little else.
        Shell::Dotenv if !value.bytes().all(is_plain) => None,
        Shell::Dotenv => line(&[name, "=", value]),
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.:+/=@,".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_values_are_quoted_or_refused() {
        let hostile = r#"a'b\c"d$(e)`%PATH%!^&;#"#;
        for (shell, expected) in [
            (
                Shell::Posix,
                Some(r#"export X='a'\''b\c"d$(e)`%PATH%!^&;#'"#),
            ),
            (
                Shell::Fish,
                Some(r#"set -gx X 'a\'b\\c"d$(e)`%PATH%!^&;#'"#),
            ),
            (
                Shell::Powershell,
                Some(r#"$env:X = 'a''b\c"d$(e)`%PATH%!^&;#'"#),
            ),
            (Shell::Cmd, None),
            (Shell::Dotenv, None),
        ] {
            let line = assignment(shell, "X", hostile);
            assert_eq!(line.as_ref().map(Secret::expose), expected, "{shell:?}");
        }
        for (shell, expected) in [
            (Shell::Cmd, "set \"X=a&b|c\""),
            (Shell::Posix, "export X='a&b|c'"),
        ] {
            let line = assignment(shell, "X", "a&b|c");
            assert_eq!(line.as_ref().map(Secret::expose), Some(expected));
        }
    }

    #[test]
    fn what_is_unknown_is_empty_everywhere() {
        for (shell, expected) in [
            (Shell::Posix, "export X=''"),
            (Shell::Fish, "set -gx X ''"),
            (Shell::Powershell, "$env:X = ''"),
            (Shell::Cmd, "set \"X=\""),
            (Shell::Dotenv, "X="),
        ] {
            let line = assignment(shell, "X", "");
            assert_eq!(line.as_ref().map(Secret::expose), Some(expected));
        }
    }
}
