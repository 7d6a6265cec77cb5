//! The data that a template takes, as a tree of names.

use std::collections::{HashMap, HashSet};

/// The index of a node. The nodes are in document order, so those below a node are the next ones up to its end.
pub(in crate::lint) type NodeId = usize;

/// The data that a template takes. Node 0 is the record.
#[derive(Clone, Debug)]
pub(in crate::lint) struct Shape {
    nodes: Vec<ShapeNode>,
    by_name: HashMap<Box<str>, Vec<NodeId>>,
    globals: HashSet<Box<str>>,
}

/// An element that the data may have.
#[derive(Clone, Debug)]
pub(in crate::lint) struct ShapeNode {
    pub(in crate::lint) name: Box<str>,
    pub(in crate::lint) kind: Kind,
    /// True if it is no mistake that the data lacks it.
    pub(in crate::lint) is_optional: bool,
    /// Line and column in the template.
    pub(in crate::lint) position: (u32, u32),
    parent: NodeId,
    end: NodeId,
}

/// The meaning of an element of the data for the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Kind {
    /// The group of a subform.
    Group,
    /// The value of a field.
    Value,
    /// The value of an exclusion group, or the group of its fields.
    Choice,
    /// A group whose content is not known here: a fragment, or the items of a list.
    Open,
}

impl Shape {
    pub(in crate::lint) fn node(&self, id: NodeId) -> &ShapeNode {
        &self.nodes[id]
    }

    pub(in crate::lint) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Returns the nodes below a node.
    pub(in crate::lint) fn below(&self, id: NodeId) -> core::ops::Range<NodeId> {
        id + 1..self.nodes[id].end
    }

    /// Returns the nodes of a name, in document order.
    pub(in crate::lint) fn named(&self, name: &str) -> &[NodeId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns the names of all nodes.
    pub(in crate::lint) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(AsRef::as_ref)
    }

    /// Returns true for a name that a field takes from any place of the data.
    pub(in crate::lint) fn is_global(&self, name: &str) -> bool {
        self.globals.contains(name)
    }

    /// Returns the names from the record down to a node, with dots.
    pub(in crate::lint) fn path(&self, id: NodeId) -> String {
        let mut names = vec![&*self.nodes[id].name];
        let mut at = id;
        while at != 0 {
            at = self.nodes[at].parent;
            names.push(&self.nodes[at].name);
        }
        names.reverse();
        names.join(".")
    }

    /// Returns the path of the node around a node.
    pub(in crate::lint) fn path_around(&self, id: NodeId) -> String {
        self.path(self.nodes[id].parent)
    }
}

/// A [`Shape`] that is being built.
#[derive(Debug)]
pub(super) struct ShapeBuilder {
    drafts: Vec<Draft>,
    /// The groups that references name, by the group around them.
    implied: HashMap<(usize, Box<str>), usize>,
    globals: HashSet<Box<str>>,
}

#[derive(Debug)]
struct Draft {
    name: Box<str>,
    kind: Kind,
    is_optional: bool,
    position: (u32, u32),
    children: Vec<usize>,
}

/// An element of a template that takes data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taker {
    pub(super) kind: Kind,
    pub(super) is_optional: bool,
    pub(super) position: (u32, u32),
}

impl ShapeBuilder {
    /// Begins with the record, which has the name of the root subform.
    pub(super) fn new(root: &str, position: (u32, u32)) -> Self {
        let record = Draft {
            name: root.into(),
            kind: Kind::Group,
            is_optional: false,
            position,
            children: Vec::new(),
        };
        Self {
            drafts: vec![record],
            implied: HashMap::new(),
            globals: HashSet::new(),
        }
    }

    /// Makes the content of the record open.
    pub(super) fn open_record(&mut self) {
        self.drafts[0].kind = Kind::Open;
    }

    /// Adds an element below a group. Returns its index.
    pub(super) fn add(&mut self, group: usize, name: &str, taker: Taker) -> usize {
        let index = self.drafts.len();
        self.drafts.push(Draft {
            name: name.into(),
            kind: taker.kind,
            is_optional: taker.is_optional,
            position: taker.position,
            children: Vec::new(),
        });
        self.drafts[group].children.push(index);
        index
    }

    /// Adds an element by its names from a group down. Returns its index, or that of the group if there are no names.
    pub(super) fn add_path(&mut self, group: usize, names: &[String], taker: Taker) -> usize {
        let Some((last, groups)) = names.split_last() else {
            return group;
        };
        let mut at = group;
        for name in groups {
            let key = (at, name.as_str().into());
            at = match self.implied.get(&key) {
                Some(index) => *index,
                None => {
                    let implied = Taker {
                        kind: Kind::Group,
                        ..taker
                    };
                    let index = self.add(at, name, implied);
                    self.implied.insert(key, index);
                    index
                }
            };
        }
        self.add(at, last, taker)
    }

    /// Adds a name that is taken from any place of the data.
    pub(super) fn add_global(&mut self, name: &str) {
        self.globals.insert(name.into());
    }

    /// Puts the nodes into document order.
    pub(super) fn build(mut self) -> Shape {
        let mut nodes: Vec<ShapeNode> = Vec::with_capacity(self.drafts.len());
        let mut by_name: HashMap<Box<str>, Vec<NodeId>> = HashMap::new();
        // The draft and the node around it, or the node that ends.
        let mut stack = vec![(0, 0)];
        let mut open: Vec<NodeId> = Vec::new();
        while let Some((draft, parent)) = stack.pop() {
            while let Some(last) = open.last().copied()
                && last != parent
            {
                nodes[last].end = nodes.len();
                open.pop();
            }
            let id = nodes.len();
            let draft = &mut self.drafts[draft];
            let name = core::mem::take(&mut draft.name);
            if id > 0 {
                by_name.entry(name.clone()).or_default().push(id);
            }
            nodes.push(ShapeNode {
                name,
                kind: draft.kind,
                is_optional: draft.is_optional,
                position: draft.position,
                parent,
                end: id + 1,
            });
            let children = core::mem::take(&mut draft.children);
            stack.extend(children.into_iter().rev().map(|child| (child, id)));
            open.push(id);
        }
        for id in open {
            nodes[id].end = nodes.len();
        }
        Shape {
            nodes,
            by_name,
            globals: self.globals,
        }
    }
}
