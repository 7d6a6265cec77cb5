//! A token for later steps of a GitHub Actions job.

use std::fs::{File, OpenOptions};
use std::io::Write;

use zeroize::Zeroizing;

use super::formats;
use crate::auth::AcquiredToken;
use crate::console::Console;
use crate::environment::{Variables, variables};
use crate::error::{CommandProblem, Failure};

/// The files that a step writes variables and outputs to.
pub(crate) struct StepFiles(Vec<StepFile>);

struct StepFile {
    variable: &'static str,
    file: File,
    /// The names of the token and of its expiry in the file.
    names: [&'static str; 2],
}

impl StepFiles {
    /// Opens the files that exist. The runner creates them.
    pub(crate) fn open(variables: &Variables) -> Result<Self, Failure> {
        let mut files = Vec::new();
        for (variable, names) in [
            (
                variables::GITHUB_ENV,
                [variables::ACCESS_TOKEN, variables::EXPIRES_AT],
            ),
            (variables::GITHUB_OUTPUT, ["access_token", "expires_at"]),
        ] {
            let Some(path) = variables.os(variable) else {
                continue;
            };
            let file = OpenOptions::new().append(true).open(path);
            files.push(StepFile {
                variable,
                file: file.map_err(|error| unwritable(variable, &error))?,
                names,
            });
        }
        if files.is_empty() {
            return Err(Failure::new(
                CommandProblem::GithubFilesMissing,
                "neither GITHUB_ENV nor GITHUB_OUTPUT names a file",
            )
            .with_hint("`-o github` is for the steps of GitHub Actions, where both are set"));
        }
        Ok(Self(files))
    }

    /// Masks the token in the logs before anything else can print it, then writes it to the files.
    pub(crate) fn write(self, found: &AcquiredToken, console: &Console) -> Result<(), Failure> {
        let token = found.token.as_secret().expose();
        // The runner decodes percent signs in the value of a command. A token has no line ends.
        let escaped = Zeroizing::new(token.replace('%', "%25"));
        console.result(&Zeroizing::new(["::add-mask::", &escaped].concat()))?;
        let expires_at = formats::expires_at(found).unwrap_or_default();
        for mut to in self.0 {
            let [token_name, expiry_name] = to.names;
            let lines = Zeroizing::new(
                [
                    token_name,
                    "=",
                    token,
                    "\n",
                    expiry_name,
                    "=",
                    &expires_at,
                    "\n",
                ]
                .concat(),
            );
            to.file
                .write_all(lines.as_bytes())
                .map_err(|error| unwritable(to.variable, &error))?;
        }
        Ok(())
    }
}

fn unwritable(variable: &str, error: &std::io::Error) -> Failure {
    let what = format!("the file that {variable} names cannot be written: {error}");
    Failure::new(CommandProblem::FileUnwritable, what)
}
