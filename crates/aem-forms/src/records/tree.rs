//! The element that a record becomes.

use std::collections::HashMap;

use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::xml::{escape_text, is_element_name};

/// The elements in one another that a record may have.
pub(super) const MAX_DEPTH: usize = 64;

/// Elements in one another. Each leaf has a value of the type `T`.
#[derive(Clone, Debug)]
pub(super) struct Tree<T> {
    nodes: Vec<TreeNode<T>>,
}

#[derive(Clone, Debug)]
struct TreeNode<T> {
    name: Box<str>,
    content: Content<T>,
}

#[derive(Clone, Debug)]
enum Content<T> {
    Leaf(T),
    Group {
        children: Vec<usize>,
        /// The last child of each name.
        last: HashMap<Box<str>, usize>,
    },
}

/// The group that holds all others.
pub(super) const ROOT: usize = 0;

/// Why a name cannot become an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameFault {
    NotXml(String),
    TooDeep,
    /// The name is that of a value and of a group.
    Both(String),
}

impl NameFault {
    /// Returns the finding. `what` is the column or the member.
    pub(super) fn finding(&self, place: Place, what: &str) -> Finding {
        let (problem, reason) = match self {
            Self::NotXml(name) => (
                FormsProblem::NameNotXml,
                format!("{name:?} cannot be the name of an XML element"),
            ),
            Self::TooDeep => (
                FormsProblem::RecordUnreadable,
                format!("more than {MAX_DEPTH} elements would stand in one another"),
            ),
            Self::Both(name) => (
                FormsProblem::RecordUnreadable,
                format!("{name:?} is a value in one place and a group of values in another"),
            ),
        };
        Finding::new(problem, Grade::Refusal, place, format!("{what}: {reason}"))
    }
}

impl<T> Tree<T> {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![TreeNode {
                name: Box::default(),
                content: Content::group(),
            }],
        }
    }

    /// Adds a value below a group.
    pub(super) fn add_leaf(&mut self, group: usize, name: &str, value: T) -> Result<(), NameFault> {
        self.add(group, name, Content::Leaf(value)).map(|_| ())
    }

    /// Adds a group below a group.
    pub(super) fn add_group(&mut self, group: usize, name: &str) -> Result<usize, NameFault> {
        self.add(group, name, Content::group())
    }

    /// Returns the last group of a name below a group, or adds one.
    pub(super) fn group(&mut self, group: usize, name: &str) -> Result<usize, NameFault> {
        match self.last(group, name) {
            Some(index) if matches!(self.nodes[index].content, Content::Group { .. }) => Ok(index),
            _ => self.add_group(group, name),
        }
    }

    /// Returns true if a group has a child of this name.
    pub(super) fn has(&self, group: usize, name: &str) -> bool {
        self.last(group, name).is_some()
    }

    fn last(&self, group: usize, name: &str) -> Option<usize> {
        match &self.nodes[group].content {
            Content::Group { last, .. } => last.get(name).copied(),
            Content::Leaf(_) => None,
        }
    }

    fn add(&mut self, group: usize, name: &str, content: Content<T>) -> Result<usize, NameFault> {
        if !is_element_name(name) {
            return Err(NameFault::NotXml(name.chars().take(80).collect()));
        }
        let index = self.nodes.len();
        let is_leaf = matches!(content, Content::Leaf(_));
        if let Some(other) = self.last(group, name)
            && matches!(self.nodes[other].content, Content::Leaf(_)) != is_leaf
        {
            return Err(NameFault::Both(name.to_owned()));
        }
        if let Content::Group { children, last } = &mut self.nodes[group].content {
            children.push(index);
            last.insert(name.into(), index);
        }
        self.nodes.push(TreeNode {
            name: name.into(),
            content,
        });
        Ok(index)
    }

    /// Returns the only group below the root, if nothing else stands there and it has this name.
    pub(super) fn only_group(&self, name: &str) -> Option<usize> {
        match &self.nodes[ROOT].content {
            Content::Group { children, .. } => match children.as_slice() {
                [only] if &*self.nodes[*only].name == name => {
                    matches!(self.nodes[*only].content, Content::Group { .. }).then_some(*only)
                }
                _ => None,
            },
            Content::Leaf(_) => None,
        }
    }

    /// Writes a group as the element `root`. Returns the number of characters that XML cannot hold and that are left out.
    pub(super) fn write<'a>(
        &'a self,
        group: usize,
        root: &str,
        value: impl Fn(&'a T) -> &'a str,
        xml: &mut String,
    ) -> usize {
        enum Step<'a> {
            Open(usize),
            Close(&'a str),
        }
        let mut dropped = 0;
        let mut steps = vec![Step::Open(group)];
        while let Some(step) = steps.pop() {
            let index = match step {
                Step::Close(name) => {
                    let name = if name.is_empty() { root } else { name };
                    xml.extend(["</", name, ">"]);
                    continue;
                }
                Step::Open(index) => index,
            };
            let node = &self.nodes[index];
            let own = if index == group { "" } else { &node.name };
            let name = if index == group { root } else { own };
            xml.extend(["<", name, ">"]);
            steps.push(Step::Close(own));
            match &node.content {
                Content::Leaf(leaf) => dropped += escape_text(value(leaf), xml),
                Content::Group { children, .. } => {
                    steps.extend(children.iter().rev().map(|child| Step::Open(*child)));
                }
            }
        }
        dropped
    }
}

impl<T> Content<T> {
    fn group() -> Self {
        Self::Group {
            children: Vec::new(),
            last: HashMap::new(),
        }
    }
}
