//! The command line of `ims token`, read without the argument parser: setting that up takes longer than
//! all else that a call does which is answered from the cache (see `benches`).
//!
//! It knows the usual flags in their usual form. Whatever else there is, a mistake above all, is left to
//! the parser; where both understand a command line they understand the same.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::ValueEnum;

use crate::args::duration;
use crate::args::{Arguments, Command, IdentityFlags, TokenArgs, TokenFormat};

/// The arguments, if they are those of a plain `ims token`.
pub(crate) fn parse(mut words: impl Iterator<Item = OsString>) -> Option<Arguments> {
    if words.nth(1)? != "token" {
        return None;
    }
    let mut arguments = (false, false, None, TokenArgs::default());
    let (quiet, verbose, config, token) = &mut arguments;
    let identity = &mut token.identity;
    let mut has_format = false;
    while let Some(word) = words.next() {
        match word.to_str()? {
            "-q" | "--quiet" => set(quiet)?,
            "-v" | "--verbose" => set(verbose)?,
            "--cached-only" => set(&mut identity.freshness.cached_only)?,
            "-c" | "--credentials" => path(&mut identity.credentials, words.next()?)?,
            "-p" | "--profile" => once(
                &mut identity.profile,
                value(words.next()?)?.into_string().ok()?,
            )?,
            "--config" => path(config, words.next()?)?,
            "--passphrase-file" => path(&mut identity.passphrase_file, words.next()?)?,
            "--cache-key-file" => path(&mut identity.freshness.cache_key_file, words.next()?)?,
            "--context" => once(&mut identity.fields.context, text(words.next()?)?)?,
            "--client-id" => once(&mut identity.fields.client_id, text(words.next()?)?)?,
            "--client-secret-file" => {
                path(&mut identity.fields.client_secret_file, words.next()?)?;
            }
            "--scope" => identity.fields.scope.push(text(words.next()?)?),
            "--ca-file" => identity
                .connection
                .ca_file
                .push(value(words.next()?)?.into()),
            "--url" => once(&mut identity.connection.url, text(words.next()?)?)?,
            "--min-ttl" => once(&mut identity.freshness.min_ttl, time(words.next()?)?)?,
            "--timeout" => once(&mut identity.connection.timeout, time(words.next()?)?)?,
            "-o" | "--output" => {
                set(&mut has_format)?;
                token.form.output =
                    TokenFormat::from_str(value(words.next()?)?.to_str()?, false).ok()?;
            }
            _ => return None,
        }
    }
    let (quiet, verbose, config, token) = arguments;
    let IdentityFlags {
        profile,
        credentials,
        fields,
        ..
    } = &token.identity;
    if profile.is_some() && (credentials.is_some() || !fields.is_empty()) {
        return None;
    }
    Some(Arguments {
        quiet,
        verbose,
        config,
        command: Command::Token(token),
    })
}

fn set(flag: &mut bool) -> Option<()> {
    (!std::mem::replace(flag, true)).then_some(())
}

fn once<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

fn path(place: &mut Option<PathBuf>, word: OsString) -> Option<()> {
    once(place, value(word)?.into())
}

fn text(word: OsString) -> Option<String> {
    value(word)?.into_string().ok()
}

fn time(word: OsString) -> Option<std::time::Duration> {
    duration::parse(value(word)?.to_str()?).ok()
}

/// What may stand after a flag; a second flag may not.
fn value(word: OsString) -> Option<OsString> {
    let is_flag = word.as_encoded_bytes().starts_with(b"-") && word != OsStr::new("-");
    (!is_flag && !word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use proptest::prelude::*;

    use super::*;

    fn words(line: &[&str]) -> impl Iterator<Item = OsString> {
        let line = ["ims"].iter().chain(line);
        line.map(OsString::from).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn the_usual_call_is_understood() {
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
        ] {
            assert!(parse(words(line)).is_some(), "{line:?}");
        }
        for line in [
            &[][..],
            &["demo"],
            &["token", "--help"],
            &["token", "-ojson"],
        ] {
            assert!(parse(words(line)).is_none(), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn it_understands_nothing_that_the_parser_understands_otherwise(
            line in proptest::collection::vec(proptest::sample::select(vec![
                "token", "-c", "--credentials", "-o", "--output", "json", "header", "--url", "-q",
                "--quiet", "-v", "-p", "--profile", "--config", "author", "-pa", "--cached-only", "--force", "--no-cache", "--min-ttl", "10m", "-",
                "--ca-file", "a.json", "", "--", "--timeout", "30s", "-ojson", "--url=x", "--shell",
                "fish", "--context", "--client-id", "--client-secret-file", "--scope", "a,b", "--metascope",
                "--private-key-file", "--org", "--cache-key-file", "--passphrase-file", "--retries", "2", "-5", "ü",
            ]), 0..7)
        ) {
            let line: Vec<_> = ["token"].into_iter().chain(line).collect();
            if let Some(quick) = parse(words(&line)) {
                let full = Arguments::try_parse_from(words(&line));
                let full = full.map_err(|error| error.kind());
                prop_assert_eq!(format!("{:?}", Ok::<_, ()>(quick)), format!("{full:?}"));
            }
        }
    }
}
