//! The names of aio's variables.

use super::aliases::FieldNames;
use super::partial::{Kind, PartialCredentials};

/// Returns true for a variable that names the current context, in either form.
pub(super) fn is_current_context(name: &str) -> bool {
    ["AIO_ims_config_current", "AIO_$ims_$current"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Returns the context, the key and everything before the key of one of aio's variables.
///
/// A single `_` separates levels. Two of them stand for one literal `_` (documented by Adobe). The older form is
/// `AIO_$ims_NAME_KEY`.
pub(super) fn context_and_key(name: &str) -> Option<(String, String, &str)> {
    let mut levels = vec![String::new()];
    let mut rest = name;
    let mut prefix = "";
    while let Some(at) = rest.find('_') {
        let run = rest[at..].len() - rest[at..].trim_start_matches('_').len();
        let last = levels.last_mut()?;
        last.push_str(&rest[..at]);
        match run {
            1 => {
                levels.push(String::new());
                prefix = &name[..name.len() - rest.len() + at + 1];
            }
            _ => last.push_str(&"_".repeat(run.div_ceil(2))),
        }
        rest = &rest[at + run..];
    }
    levels.last_mut()?.push_str(rest);
    let is = |level: &str, word| level.eq_ignore_ascii_case(word);
    match levels.as_slice() {
        [aio, ims, contexts, context, key]
            if is(aio, "AIO") && is(ims, "ims") && is(contexts, "contexts") =>
        {
            Some((context.clone(), key.clone(), prefix))
        }
        [aio, ims, context, key] if is(aio, "AIO") && is(ims, "$ims") => {
            Some((context.clone(), key.clone(), prefix))
        }
        _ => None,
    }
}

/// Returns the names of the fields of a context, as aio writes them in variables.
pub(super) fn names(partial: &PartialCredentials) -> FieldNames {
    FieldNames {
        client_id: "client__id",
        client_secret: match partial.kind {
            Kind::Assertion => "client__secret",
            _ => "client__secrets",
        },
        metascopes: "meta__scopes",
        organization_id: "ims__org__id",
        technical_account_id: "technical__account__id",
        private_key: "private__key",
        ..FieldNames::AIO
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn single_underscores_separate_levels() {
        for (name, expected) in [
            (
                "AIO_ims_contexts_my__name_client__id",
                Some(("my_name", "client_id", "AIO_ims_contexts_my__name_")),
            ),
            (
                "AIO_IMS_CONTEXTS_x_SCOPES",
                Some(("x", "SCOPES", "AIO_IMS_CONTEXTS_x_")),
            ),
            (
                "AIO_$ims_x_client__id",
                Some(("x", "client_id", "AIO_$ims_x_")),
            ),
            (
                "AIO_ims_contexts_x_a____b",
                Some(("x", "a__b", "AIO_ims_contexts_x_")),
            ),
            ("AIO_ims_contexts_x_access__token_token", None),
            ("AIO_ims_contexts_x", None),
            ("AIO_runtime_auth", None),
            ("", None),
        ] {
            let parts = context_and_key(name);
            let parts = parts
                .as_ref()
                .map(|(context, key, prefix)| (context.as_str(), key.as_str(), *prefix));
            assert_eq!(parts, expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_split_or_ignored(name in "(AIO_(ims_contexts|\\$ims)_)?[_aü]{0,12}") {
            if let Some((_, _, prefix)) = context_and_key(&name) {
                prop_assert!(name.starts_with(prefix));
            }
        }
    }
}
