//! The data nodes that an element of a template is bound to.

use roxmltree::Node;

use crate::xfa::content::child;
use crate::xfa::data::{NodeId, ROOT, Record};

/// The binding of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    None,
    /// By name, within the data of the enclosing subform.
    Name(String),
    /// By name, wherever the data has it.
    Global(String),
    /// By a path.
    Path(String),
    /// An element without name is transparent.
    Transparent,
}

impl Binding {
    pub(crate) fn of(node: Node<'_, '_>) -> Self {
        let bind = child(node, "bind");
        let path = bind.and_then(|bind| bind.attribute("ref"));
        let name = node.attribute("name").filter(|name| !name.is_empty());
        let name = name.map(str::to_owned);
        match (bind.and_then(|bind| bind.attribute("match")), path, name) {
            (Some("none"), _, _) => Self::None,
            (Some("dataRef"), Some(path), _) => Self::Path(path.to_owned()),
            (Some("global"), _, Some(name)) => Self::Global(name),
            (_, _, Some(name)) => Self::Name(name),
            (_, _, None) => Self::Transparent,
        }
    }
}

/// Returns the nodes of a path such as `$.order.item[*]`, `$record.a`, `$data.form1.a[2].b` or
/// `xfa.datasets.data.form1.a`. A step without index means the first node.
pub(crate) fn resolve(record: &Record, scope: NodeId, path: &str) -> Vec<NodeId> {
    let path = path.trim();
    let mut steps = path.split('.').filter(|step| !step.is_empty()).peekable();
    let mut current = vec![scope];
    match steps.peek().copied() {
        Some("$") => {
            steps.next();
        }
        Some("$record") => {
            steps.next();
            current = vec![ROOT];
        }
        // The name of the record follows. It need not be right, as the root subform's need not.
        Some("$data") => {
            steps.next();
            steps.next();
            current = vec![ROOT];
        }
        Some("xfa") => {
            for word in ["xfa", "datasets", "data"] {
                if steps.next() != Some(word) {
                    return Vec::new();
                }
            }
            steps.next();
            current = vec![ROOT];
        }
        _ => {}
    }
    for step in steps {
        current = follow(record, &current, step);
    }
    current
}

fn follow(record: &Record, current: &[NodeId], step: &str) -> Vec<NodeId> {
    let (name, index) = match step.split_once('[') {
        Some((name, index)) => (name, index.trim_end_matches(']').trim()),
        None => (step, "0"),
    };
    let mut found = Vec::new();
    for node in current {
        let children = record.children(*node, name);
        if index == "*" {
            found.extend(children);
        } else if let Ok(index) = index.parse::<usize>() {
            found.extend(children.get(index));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;

    use super::*;

    #[test]
    fn paths_lead_to_nodes() {
        let text = "<r><a><b>1</b><b>2</b></a><a><b>3</b></a><c d='4'/></r>";
        let document = Document::parse(text).unwrap();
        let record = Record::new(document.root_element());
        let a = record.children(ROOT, "a")[1];
        for (scope, path, expected) in [
            (ROOT, "$.a.b[*]", vec!["1", "2"]),
            (ROOT, "$.a[*].b[*]", vec!["1", "2", "3"]),
            (ROOT, "a.b[1]", vec!["2"]),
            (a, "$.b", vec!["3"]),
            (a, "b", vec!["3"]),
            (a, "$record.c.d", vec!["4"]),
            (a, "$data.other.a[1].b[0]", vec!["3"]),
            (a, "xfa.datasets.data.r.c.d", vec!["4"]),
            (a, "xfa.form.r.c.d", vec![]),
            (ROOT, "$.x.b", vec![]),
            (ROOT, "a[9].b", vec![]),
            (ROOT, "a[x]", vec![]),
        ] {
            let nodes = resolve(&record, scope, path).into_iter();
            let texts: Vec<_> = nodes.map(|id| record.text(id)).collect();
            assert_eq!(texts, expected, "{path}");
        }
    }

    #[test]
    fn bind_element_decides_about_the_binding() {
        let name = |name: &str| Binding::Name(name.to_owned());
        for (text, expected) in [
            ("<field name='a'/>", name("a")),
            ("<field/>", Binding::Transparent),
            ("<field name='a'><bind match='once'/></field>", name("a")),
            (
                "<field name='a'><bind match='none'/></field>",
                Binding::None,
            ),
            (
                "<field name='a'><bind match='global'/></field>",
                Binding::Global("a".into()),
            ),
            (
                "<field name='a'><bind match='dataRef' ref='$.b'/></field>",
                Binding::Path("$.b".into()),
            ),
            ("<field name='a'><bind match='dataRef'/></field>", name("a")),
        ] {
            let document = Document::parse(text).unwrap();
            assert_eq!(Binding::of(document.root_element()), expected, "{text}");
        }
    }
}
