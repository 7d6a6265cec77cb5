//! Assignments of variables in the syntax of shells.

use adobe_ims::Secret;

use crate::args::Shell;

/// Returns a line that sets an environment variable, or `None` if the syntax has no safe quoting for the value.
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
        // A quote ends the quoting; the other characters differ in meaning between the prompt and a batch file.
        Shell::Cmd if value.contains(['"', '%', '!', '^']) => None,
        Shell::Cmd => line(&["set \"", name, "=", value, "\""]),
        // The readers of such files differ in their quoting, so only a value without quotes is safe.
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
    fn empty_value_is_quoted_in_each_syntax() {
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
