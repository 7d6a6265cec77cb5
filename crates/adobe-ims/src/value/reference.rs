//! References, placeholders and masks: texts that stand where a program was to write the value.

use super::content::Content;

/// The schemes of secret stores, at the beginning of a reference.
const SCHEMES: &[(&str, &str)] = &[
    ("op://", "op://…"),
    ("vault:", "vault:…"),
    ("vault://", "vault://…"),
    ("ref+", "ref+…"),
    ("arn:aws:", "arn:aws:…"),
    ("awssm://", "awssm://…"),
    ("aws-secretsmanager://", "aws-secretsmanager://…"),
    ("gcp-secretmanager://", "gcp-secretmanager://…"),
    ("gcpsm://", "gcpsm://…"),
    ("secretsmanager://", "secretsmanager://…"),
    ("azurekeyvault://", "azurekeyvault://…"),
    ("keyvault://", "keyvault://…"),
    ("keyring:", "keyring:…"),
    ("keychain:", "keychain:…"),
    ("bws://", "bws://…"),
    ("doppler://", "doppler://…"),
    ("akeyless:", "akeyless:…"),
    ("sops://", "sops://…"),
    ("env://", "env://…"),
    ("file://", "file://…"),
    ("!vault", "!vault …"),
    ("!sops", "!sops …"),
    ("$ansible_vault;", "$ANSIBLE_VAULT;…"),
    ("@microsoft.keyvault(", "@Microsoft.KeyVault(…)"),
    ("enc[", "ENC[…]"),
    ("enc(", "ENC(…)"),
    ("process.env.", "process.env.NAME"),
    ("os.environ", "os.environ…"),
];

/// The brackets of references: begin, end, form.
const BRACKETS: &[(&str, &str, &str)] = &[
    ("${{", "}}", "${{ … }}"),
    ("{{", "}}", "{{ … }}"),
    ("${", "}", "${NAME}"),
    ("$(", ")", "$(NAME)"),
    ("#{", "}", "#{NAME}"),
    ("((", "))", "((NAME))"),
    ("<%", "%>", "<% … %>"),
];

/// The words that programs write where they have no value.
const NOTHING: &[&str] = &[
    "null",
    "undefined",
    "none",
    "nil",
    "<nil>",
    "(null)",
    "<null>",
    "<none>",
    "<no value>",
    "[object object]",
];

/// The words that logs show in the place of a secret.
const MASKS: &[&str] = &[
    "[redacted]",
    "<redacted>",
    "(redacted)",
    "redacted",
    "[masked]",
    "[hidden]",
    "<hidden>",
    "(hidden)",
    "<sensitive>",
    "(sensitive value)",
    "(sensitive)",
    "secret([redacted])",
    "[filtered]",
    "<secret>",
];

/// Returns what stands in the place of a value; `None` if the text may be one.
pub(super) fn find(text: &str) -> Option<Content> {
    let lower = text.to_ascii_lowercase();
    if let Some(word) = NOTHING.iter().find(|word| **word == lower) {
        return Some(Content::Nothing(word));
    }
    if is_mask(text, &lower) {
        return Some(Content::Mask);
    }
    if let Some(form) = form(text, &lower) {
        return Some(Content::Reference(form));
    }
    is_placeholder(text, &lower).then_some(Content::Placeholder)
}

fn is_mask(text: &str, lower: &str) -> bool {
    let all = |of: &[char]| text.chars().all(|c| of.contains(&c));
    let is_row = text.chars().count() >= 3 && (all(&['*']) || all(&['•', '●', '∙', '·', '…']));
    is_row || MASKS.contains(&lower)
}

fn form(text: &str, lower: &str) -> Option<&'static str> {
    let scheme = SCHEMES
        .iter()
        .find(|(scheme, _)| lower.len() > scheme.len() && lower.starts_with(scheme));
    if let Some((_, form)) = scheme {
        return Some(form);
    }
    let bracket = BRACKETS.iter().find(|(begin, end, _)| {
        let inner = text
            .strip_prefix(begin)
            .and_then(|rest| rest.strip_suffix(end));
        inner.is_some_and(is_expression)
    });
    if let Some((_, _, form)) = bracket {
        return Some(form);
    }
    if text.strip_prefix('$').is_some_and(is_variable_name) {
        return Some("$NAME");
    }
    if lower.strip_prefix("$env:").is_some_and(is_variable_name) {
        return Some("$env:NAME");
    }
    if text.strip_prefix("env:").is_some_and(is_variable_name) {
        return Some("env:NAME");
    }
    let between = |mark: &str| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark);
        inner.filter(|inner| is_variable_name(inner))
    };
    if between("%").is_some() {
        return Some("%NAME%");
    }
    if between("__").is_some() || between("@@").is_some() {
        return Some("__NAME__");
    }
    None
}

/// Returns true for the inside of a reference: a name, a path or a call, and no text of random characters.
fn is_expression(text: &str) -> bool {
    let text = text.trim();
    let is_usual = |c: char| c.is_ascii_alphanumeric() || " _-.:/[]'\"|()$,?=#@{}".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || "_.$\"'".contains(c))
        && text.chars().all(is_usual)
}

/// Returns true for the name of a variable. A name in one case is sure; one in both has to say what it means.
fn is_variable_name(text: &str) -> bool {
    let is_name = text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let lower = text.to_ascii_lowercase();
    let says = [
        "secret", "token", "client", "org", "account", "key", "cred", "ims",
    ];
    is_name && (!is_mixed || says.iter().any(|word| lower.contains(word)))
}

/// Returns true for a placeholder of an example: `<your client id>`, `YOUR_CLIENT_ID`, `REPLACE_ME` and so on.
fn is_placeholder(text: &str, lower: &str) -> bool {
    let is_words = |text: &str| {
        let usual = |byte: u8| byte.is_ascii_alphabetic() || b" _-.".contains(&byte);
        text.bytes().any(|byte| byte.is_ascii_alphabetic()) && text.bytes().all(usual)
    };
    let inner = text
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    if inner.is_some_and(is_words) {
        return true;
    }
    // Nearly every id and secret has a digit. The rest of the function takes long.
    if !is_words(text) {
        return false;
    }
    let plain = lower.replace(['-', ' ', '.'], "_");
    let about = [
        "client", "secret", "token", "org", "account", "key", "id", "code",
    ];
    let is_about = plain.split('_').any(|word| about.contains(&word));
    let is_order = ["replace_me", "replaceme", "fill_me_in"];
    let is_example = plain.starts_with("your_") || plain.ends_with("_here");
    is_example && is_about || is_order.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_recognised_by_their_form() {
        for (text, form) in [
            ("$IMS_SECRET", "$NAME"),
            ("$secret", "$NAME"),
            ("$clientSecret", "$NAME"),
            ("${X}", "${NAME}"),
            ("${SECRET:-}", "${NAME}"),
            ("${{ secrets.IMS_SECRET }}", "${{ … }}"),
            ("$(IMS_SECRET)", "$(NAME)"),
            ("{{ .Values.secret }}", "{{ … }}"),
            ("{{ lookup('env', 'X') }}", "{{ … }}"),
            ("%IMS_SECRET%", "%NAME%"),
            ("op://vault/item/field", "op://…"),
            ("vault:secret/data/ims#secret", "vault:…"),
            ("#{ImsSecret}", "#{NAME}"),
            ("((ims-secret))", "((NAME))"),
            ("$env:SECRET", "$env:NAME"),
            ("__IMS_SECRET__", "__NAME__"),
        ] {
            assert_eq!(find(text), Some(Content::Reference(form)), "{text}");
        }
    }

    #[test]
    fn placeholders_masks_and_words_for_nothing_are_recognised() {
        for text in [
            "<your client secret>",
            "<CLIENT_SECRET>",
            "YOUR_CLIENT_ID",
            "your-api-key",
            "PUT_SECRET_HERE",
            "REPLACE_ME",
        ] {
            assert_eq!(find(text), Some(Content::Placeholder), "{text}");
        }
        for text in ["***", "••••••", "[REDACTED]", "(sensitive value)"] {
            assert_eq!(find(text), Some(Content::Mask), "{text}");
        }
        for text in [
            "null",
            "NULL",
            "undefined",
            "None",
            "<nil>",
            "[object Object]",
        ] {
            assert!(matches!(find(text), Some(Content::Nothing(_))), "{text}");
        }
    }

    #[test]
    fn every_other_text_may_be_a_value() {
        for text in [
            "client!+ID",
            "SECRET?%&=ü",
            "p8e-AbCdEf0123456789_-",
            "0f3c1b1a-1111-4222-8333-444455556666",
            "0123456789abcdef0123456789abcdef",
            "$tr0ngPassw0rd!",
            "$Ab3xY9",
            "${",
            "%41%42",
            "**",
            "nullable",
            "cm-p1-e2-integration-3",
            "my-private-key-backend",
            "your-service",
            "changeme",
            "$env:CLIENT_SECRET = 'x'",
            "here",
            "<a1>",
            "((9))",
            "{abc}",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
