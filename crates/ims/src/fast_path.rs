//! Parsers for the usual command lines of `ims token`, which are answered from the cache, and of `ims emulator serve`.
//!
//! Setting up the argument parser for all commands takes longer than the rest of such a call, and a quarter of the start
//! of the emulator (see `benches`). These parsers leave every other command line, above all a wrong one, to the argument
//! parser. A test checks that they agree with it.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, FromArgMatches, ValueEnum};

use crate::args::{
    Arguments, Command, EmulatorCommand, ServeArgs, TokenArgs, TokenFormat, duration,
};

/// Parses the usual forms of `ims token` and `ims emulator serve`; `None` for any other command line.
pub(crate) fn parse(mut words: impl Iterator<Item = OsString>) -> Option<Arguments> {
    match words.nth(1)?.to_str()? {
        "token" => parse_token(words),
        "emulator" if words.next()? == "serve" => parse_serve(words),
        _ => None,
    }
}

/// Parses the words after `serve` with an argument parser that knows only these flags.
fn parse_serve(words: impl Iterator<Item = OsString>) -> Option<Arguments> {
    let parser = ServeArgs::augment_args(clap::Command::new("serve").no_binary_name(true));
    let matches = parser.try_get_matches_from(words).ok()?;
    let serve = ServeArgs::from_arg_matches(&matches).ok()?;
    Some(Arguments {
        quiet: false,
        verbose: false,
        config: None,
        command: Command::Emulator(EmulatorCommand::Serve(Box::new(serve))),
    })
}

/// Parses the words after `token`. This parser knows the usual flags in their usual form.
fn parse_token(mut words: impl Iterator<Item = OsString>) -> Option<Arguments> {
    let mut parser = Parser::default();
    while let Some(word) = words.next() {
        let flag = word.to_str()?;
        if parser.switch(flag).is_none() {
            parser.flag(flag, value(words.next()?)?)?;
        }
    }
    parser.finish()
}

#[derive(Default)]
struct Parser {
    quiet: bool,
    verbose: bool,
    config: Option<PathBuf>,
    has_format: bool,
    token: TokenArgs,
}

impl Parser {
    /// Sets a flag without a value.
    fn switch(&mut self, flag: &str) -> Option<()> {
        let switch = match flag {
            "-q" | "--quiet" => &mut self.quiet,
            "-v" | "--verbose" => &mut self.verbose,
            "--cached-only" => &mut self.token.identity.freshness.cached_only,
            _ => return None,
        };
        set(switch)
    }

    /// Sets a flag to its value.
    fn flag(&mut self, flag: &str, value: OsString) -> Option<()> {
        let identity = &mut self.token.identity;
        let (fields, freshness) = (&mut identity.fields, &mut identity.freshness);
        let connection = &mut identity.connection;
        match flag {
            "-c" | "--credentials" => once(&mut identity.credentials, value.into()),
            "-p" | "--profile" => once(&mut identity.profile, text(value)?),
            "--config" => once(&mut self.config, value.into()),
            "--passphrase-file" => once(&mut identity.passphrase_file, value.into()),
            "--cache-key-file" => once(&mut freshness.cache_key_file, value.into()),
            "--context" => once(&mut fields.context, text(value)?),
            "--client-id" => once(&mut fields.client_id, text(value)?),
            "--client-secret-file" => once(&mut fields.client_secret_file, value.into()),
            "--scope" => {
                fields.scope.push(text(value)?);
                Some(())
            }
            "--ca-file" => {
                connection.ca_file.push(value.into());
                Some(())
            }
            "--url" => once(&mut connection.url, text(value)?),
            "--min-ttl" => once(&mut freshness.min_ttl, time(value)?),
            "--timeout" => once(&mut connection.timeout, time(value)?),
            "-o" | "--output" => {
                set(&mut self.has_format)?;
                self.token.form.output = TokenFormat::from_str(value.to_str()?, false).ok()?;
                Some(())
            }
            _ => None,
        }
    }

    /// Returns the arguments, unless the argument parser refuses the combination.
    fn finish(self) -> Option<Arguments> {
        let identity = &self.token.identity;
        let names_credentials = identity.credentials.is_some() || !identity.fields.is_empty();
        if identity.profile.is_some() && names_credentials {
            return None;
        }
        Some(Arguments {
            quiet: self.quiet,
            verbose: self.verbose,
            config: self.config,
            command: Command::Token(self.token),
        })
    }
}

/// Sets a switch; `None` if it is set already.
fn set(flag: &mut bool) -> Option<()> {
    (!std::mem::replace(flag, true)).then_some(())
}

/// Sets a value; `None` if it is set already.
fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn text(value: OsString) -> Option<String> {
    value.into_string().ok()
}

fn time(value: OsString) -> Option<std::time::Duration> {
    duration::parse(value.to_str()?).ok()
}

/// Returns the word if it can be the value of a flag; another flag cannot.
fn value(word: OsString) -> Option<OsString> {
    let is_flag = word.as_encoded_bytes().starts_with(b"-") && word != OsStr::new("-");
    (!is_flag && !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use proptest::prelude::*;

    use super::*;

    fn words(line: &[&str]) -> impl Iterator<Item = OsString> {
        let line = ["ims"].iter().chain(line);
        line.map(OsString::from).collect::<Vec<_>>().into_iter()
    }

    fn agrees_with_the_argument_parser(line: &[&str]) {
        if let Some(fast) = parse(words(line)) {
            let full = Arguments::try_parse_from(words(line));
            let full = full.map_err(|error| error.kind());
            assert_eq!(format!("{:?}", Ok::<_, ()>(fast)), format!("{full:?}"));
        }
    }

    #[test]
    fn usual_command_lines_are_parsed() {
        for line in [
            &["token"][..],
            &["token", "-c", "a.json"],
            &["token", "-q", "--credentials", "-", "-o", "json"],
            &["token", "-p", "author", "--config", "c.toml"],
            &["token", "-c", "a.json", "--context", "b"],
            &[
                "token",
                "--client-id",
                "x",
                "--client-secret-file",
                "-",
                "--scope",
                "a,b",
                "--scope",
                "c",
            ],
            &[
                "token",
                "--min-ttl",
                "10m",
                "--url",
                "https://x",
                "--ca-file",
                "a",
                "--ca-file",
                "b",
            ],
            &["emulator", "serve"],
            &[
                "emulator",
                "serve",
                "--port=8443",
                "--tls",
                "--write-ca",
                "a",
            ],
        ] {
            assert!(parse(words(line)).is_some(), "{line:?}");
        }
        for line in [
            &[][..],
            &["demo"],
            &["token", "--help"],
            &["token", "-ojson"],
            &["emulator"],
            &["emulator", "serve", "--help"],
            &["emulator", "serve", "-q"],
            &["-q", "emulator", "serve"],
        ] {
            assert!(parse(words(line)).is_none(), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn every_parsed_command_line_means_the_same_to_the_argument_parser(
            line in proptest::collection::vec(proptest::sample::select(vec![
                "token", "-c", "--credentials", "-o", "--output", "json", "header", "--url", "-q",
                "--quiet", "-v", "-p", "--profile", "--config", "author", "-pa", "--cached-only", "--force", "--no-cache", "--min-ttl", "10m", "-",
                "--ca-file", "a.json", "", "--", "--timeout", "30s", "-ojson", "--url=x", "--shell",
                "fish", "--context", "--client-id", "--client-secret-file", "--scope", "a,b", "--metascope",
                "--private-key-file", "--org", "--cache-key-file", "--passphrase-file", "--retries", "2", "-5", "ü",
            ]), 0..7)
        ) {
            let line: Vec<_> = ["token"].into_iter().chain(line).collect();
            agrees_with_the_argument_parser(&line);
        }

        #[test]
        fn every_parsed_command_line_of_the_emulator_means_the_same_to_the_argument_parser(
            line in proptest::collection::vec(proptest::sample::select(vec![
                "serve", "--port", "--port=0", "8443", "99999", "--tls", "--write-credentials", "--write-ca", "ca.pem",
                "--scopes", "--ims-endpoint", "self", "--quiet", "-v", "--config", "--", "-", "", "--help", "ü",
            ]), 0..6)
        ) {
            let line: Vec<_> = ["emulator", "serve"].into_iter().chain(line).collect();
            agrees_with_the_argument_parser(&line);
        }
    }
}
