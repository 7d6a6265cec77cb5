//! The API that a token is sent to.

use adobe_ims::token::AllowedHosts;
use adobe_ims_config::{ConfigError, ConfigProblem, Profile};
use http::Uri;

use crate::error::Failure;

/// Refuses a URL that the token may not be sent to. `allow_host` are the other hosts that the flag of this name allows.
pub(crate) fn check_target(
    target: &Uri,
    allow_host: &[String],
    profile: Option<&Profile>,
) -> Result<(), Failure> {
    let mut allowed = AllowedHosts::adobe().allow_this_machine();
    for place in allow_host {
        allowed = allowed.allow(place)?;
    }
    let Some(profile) = profile else {
        return Ok(allowed.check(target)?);
    };
    let Some(targets) = profile.allowed_hosts()? else {
        return Ok(allowed.check(target)?);
    };
    let name = &profile.name;
    let is_target = |place: &&String| place.parse().is_ok_and(|uri| targets.permits(&uri));
    if let Some(other) = allow_host.iter().find(|place| !is_target(place)) {
        let message = format!("--allow-host {other} adds to the `targets` of the profile {name}");
        return Err(ConfigError::new(ConfigProblem::ProfileBound, message)
            .with_hint(only_targets_hint(name))
            .into());
    }
    targets
        .check(target)
        .map_err(|error| Failure::from(error).with_only_hint(only_targets_hint(name)))
}

fn only_targets_hint(profile: &str) -> String {
    format!(
        "the profile {profile} sends its tokens to its `targets` only; if you trust this host with them, add it to `targets` in [profiles.{profile}]"
    )
}

/// Returns scheme, host and port of a URL, for messages. The rest of a URL may hold secrets.
pub(crate) fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map(|it| it.as_str()).unwrap_or_default();
    format!("{scheme}://{authority}")
}

/// Returns the URL with another path and query. Its host stays.
pub(crate) fn with_path(target: &Uri, path: &str) -> Option<Uri> {
    let mut parts = target.clone().into_parts();
    parts.path_and_query = Some(path.parse().ok()?);
    Uri::from_parts(parts).ok()
}
