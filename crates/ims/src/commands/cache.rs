//! `ims cache`: the tokens that are stored between calls.

use std::time::SystemTime;

use adobe_ims::cache::{FileStore, StoredFile};
use adobe_ims::internal::time;
use serde::Serialize;

use crate::args::{CacheCommand, CacheList, TextFormat};
use crate::auth::stores;
use crate::console::table;
use crate::context::Context;
use crate::error::Failure;
use crate::settings::{CommonSettings, ConfigurationSource, SettingFlags};

pub(super) fn run(
    command: &CacheCommand,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    match command {
        CacheCommand::List(args) => list(args, source, context),
        CacheCommand::Clear => clear(context),
    }
}

fn clear(context: &Context) -> Result<(), Failure> {
    let deleted = match stores::token_cache(None, &context.variables)? {
        Some(store) => store.clear()?,
        None => 0,
    };
    context.console.result(&match deleted {
        1 => "1 token deleted".to_owned(),
        other => format!("{other} tokens deleted"),
    })
}

/// `ims.cache/1`: fields are added, never removed.
#[derive(Serialize)]
struct CacheJson<'a> {
    schema: &'static str,
    folder: Option<&'a str>,
    tokens: Vec<TokenJson>,
}

#[derive(Serialize)]
struct TokenJson {
    file: String,
    readable: bool,
    ims_url: Option<String>,
    client_id: Option<String>,
    grant: Option<String>,
    scopes: Vec<String>,
    subject: Option<String>,
    obtained_at: Option<String>,
    expires_at: Option<String>,
    expires_in: Option<u64>,
}

fn list(
    args: &CacheList,
    source: &ConfigurationSource<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let flags = SettingFlags {
        cache_key_file: args.cache_key_file.as_deref(),
        ..SettingFlags::default()
    };
    let settings = CommonSettings::resolve_cache(flags, source)?;
    let store = stores::token_cache(settings.key_file.as_deref(), &context.variables)?;
    let files = store.as_ref().map(FileStore::list).transpose()?;
    let files = files.unwrap_or_default();
    let now = context.now();
    let folder = store.as_ref().and_then(|store| store.folder().to_str());
    match args.output {
        TextFormat::Json => context.console.json(&CacheJson {
            schema: "ims.cache/1",
            folder,
            tokens: files.iter().map(|file| as_json(file, now)).collect(),
        }),
        TextFormat::Text if files.is_empty() => Ok(()),
        TextFormat::Text => context.console.result(&as_table(&files, now)),
    }
}

fn as_json(file: &StoredFile, now: SystemTime) -> TokenJson {
    let about = file.metadata.as_ref();
    TokenJson {
        file: file.path.display().to_string(),
        readable: about.is_some(),
        ims_url: about.map(|about| about.environment.clone()),
        client_id: about.map(|about| about.client_id.clone()),
        grant: about.map(|about| about.grant.clone()),
        scopes: about.map(|about| about.scopes.clone()).unwrap_or_default(),
        subject: about.map(|about| about.subject.clone()),
        obtained_at: about.and_then(|about| time::rfc3339(about.obtained_at?)),
        expires_at: about.and_then(|about| time::rfc3339(about.expires_at?)),
        expires_in: about.and_then(|about| {
            let left = about.expires_at?.duration_since(now);
            Some(left.unwrap_or_default().as_secs())
        }),
    }
}

fn as_table(files: &[StoredFile], now: SystemTime) -> String {
    let mut rows =
        vec![["client", "subject", "environment", "scopes", "expires"].map(str::to_owned)];
    rows.extend(files.iter().map(|file| match &file.metadata {
        None => {
            let name = file.path.file_name().unwrap_or_default().to_string_lossy();
            let none = String::new;
            let what = format!("({name} cannot be read)");
            [what, none(), none(), none(), none()]
        }
        Some(about) => [
            about.client_id.clone(),
            about.subject.clone(),
            about.environment.clone(),
            about.scopes.join(","),
            match about.expires_at.map(|end| end.duration_since(now)) {
                None => "(no token; asking failed)".to_owned(),
                Some(Err(_)) => "expired".to_owned(),
                Some(Ok(left)) => format!("in {}", time::human(left)),
            },
        ],
    }));
    table::aligned(&rows)
}
