//! The references by which a template names data: `$.order.items[*]`.

/// The data that a reference names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DataRef {
    /// These names below the data of the enclosing subform.
    BelowScope(Vec<String>),
    /// These names below the record.
    BelowRecord(Vec<String>),
    /// This name at any depth.
    Anywhere(String),
    /// Something outside of the record, or a form that is not understood.
    Elsewhere,
}

/// Names in one another that are followed.
const MAX_NAMES: usize = 64;

impl DataRef {
    /// Reads a reference. Positions and predicates in brackets do not matter.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() || text.starts_with('!') {
            return Self::Elsewhere;
        }
        let names = split(text);
        let mut rest = names.as_slice();
        let is_absolute = match rest {
            [first, tail @ ..] if first == "$" => {
                rest = tail;
                false
            }
            [first, tail @ ..] if first == "$record" => {
                rest = tail;
                true
            }
            // The name after it is that of the record.
            [first, _, tail @ ..] if first == "$data" => {
                rest = tail;
                true
            }
            [xfa, record, tail @ ..] if xfa == "xfa" && record == "record" => {
                rest = tail;
                true
            }
            [xfa, datasets, data, _, tail @ ..]
                if xfa == "xfa" && datasets == "datasets" && data == "data" =>
            {
                rest = tail;
                true
            }
            [first, ..] if first.starts_with('$') || first == "xfa" => return Self::Elsewhere,
            _ => false,
        };
        Self::of_names(rest, is_absolute)
    }

    fn of_names(names: &[String], is_absolute: bool) -> Self {
        let is_plain = |name: &String| {
            !name.is_empty() && !name.starts_with(['#', '$', '@', '*']) && name != "parent"
        };
        if names.len() > MAX_NAMES {
            return Self::Elsewhere;
        }
        if names.iter().all(is_plain) {
            let names = names.to_vec();
            return if is_absolute {
                Self::BelowRecord(names)
            } else {
                Self::BelowScope(names)
            };
        }
        match names.last() {
            Some(last) if is_plain(last) => Self::Anywhere(last.clone()),
            _ => Self::Elsewhere,
        }
    }
}

/// Splits at dots outside of brackets. A backslash takes the next character as it is. Brackets are left out.
fn split(text: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut depth = 0_usize;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let name = names.last_mut().map(|name| (name, depth));
        match (character, name) {
            ('[', _) => depth += 1,
            (']', _) => depth = depth.saturating_sub(1),
            ('.', Some((_, 0))) => names.push(String::new()),
            ('\\', Some((name, 0))) => name.extend(characters.next()),
            (other, Some((name, 0))) => name.push(other),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::DataRef::{self, Anywhere, BelowRecord, BelowScope, Elsewhere};

    #[test]
    fn references_are_read() {
        let names = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let rows = [
            ("$.a.b[*]", BelowScope(names(&["a", "b"]))),
            ("a[0].b", BelowScope(names(&["a", "b"]))),
            ("$", BelowScope(names(&[]))),
            (" $record.a ", BelowRecord(names(&["a"]))),
            ("$data.form1.a", BelowRecord(names(&["a"]))),
            ("xfa.record.a", BelowRecord(names(&["a"]))),
            ("xfa.datasets.data.form1.a", BelowRecord(names(&["a"]))),
            (
                "$.a\\.b[(c.d == \"x\")].e",
                BelowScope(names(&["a.b", "e"])),
            ),
            ("$..a", Anywhere("a".to_owned())),
            ("$.parent.a", Anywhere("a".to_owned())),
            ("$.a.*", Elsewhere),
            ("!lookup.a", Elsewhere),
            ("$template.a", Elsewhere),
            ("", Elsewhere),
            ("a\\", BelowScope(names(&["a"]))),
            ("]]a", BelowScope(names(&["a"]))),
        ];
        for (text, expected) in rows {
            assert_eq!(DataRef::parse(text), expected, "{text}");
        }
    }
}
