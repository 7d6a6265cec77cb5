//! Ids of clients: which console issued them.

/// The console that a client id is from, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientForm {
    /// The AEM Developer Console: `cm-p1-e2-integration-0` (observed).
    Aem { is_stage: bool },
    /// The Adobe Developer Console: 32 hex digits (observed).
    Console,
    /// Another form. Internal services of Adobe have names.
    Other,
}

impl ClientForm {
    pub(crate) fn of(client_id: &str) -> Self {
        let is_number = |part: Option<&str>, letter: char| {
            let digits = part.and_then(|part| part.strip_prefix(letter));
            digits.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
        };
        if let Some(rest) = client_id.strip_prefix("cm-") {
            let mut parts = rest.split('-');
            if is_number(parts.next(), 'p') && is_number(parts.next(), 'e') {
                let is_stage = parts.next() == Some("cmstg");
                return Self::Aem { is_stage };
            }
        }
        if client_id.len() == 32 && client_id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Self::Console
        } else {
            Self::Other
        }
    }

    pub(crate) fn is_of_aem(self) -> bool {
        matches!(self, Self::Aem { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn console_is_known_by_the_form_of_the_client_id() {
        let aem = |is_stage| ClientForm::Aem { is_stage };
        for (id, form) in [
            ("cm-p1-e2-integration-0", aem(false)),
            ("cm-p11-e22-integration", aem(false)),
            ("cm-p123-e1234", aem(false)),
            ("cm-p1-e2-cmstg-integration-0", aem(true)),
            ("0123456789abcdef0123456789abcdef", ClientForm::Console),
            ("cm-p-e2", ClientForm::Other),
            ("cm-pro-everything", ClientForm::Other),
            ("client!+ID", ClientForm::Other),
            ("", ClientForm::Other),
        ] {
            assert_eq!(ClientForm::of(id), form, "{id}");
        }
    }
}
