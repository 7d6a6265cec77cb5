//! The comparison of the elements of data with the names that a template takes.

use std::collections::{HashMap, HashSet};

use roxmltree::Node;

use crate::lint::template::{Kind, NodeId, Shape};

/// The nodes of one name that a scope has at most. Forms with more subforms of one name in one group are not known.
const MAX_NODES: usize = 256;

/// The matches of data and template.
#[derive(Debug)]
pub(super) struct Matching<'i> {
    /// For each node of the template, true if the data has it.
    pub(super) filled: Vec<bool>,
    /// The elements that the template does not take, each name of a place once.
    pub(super) unbound: Vec<Unbound<'i>>,
}

/// An element that the template does not take.
#[derive(Debug)]
pub(super) struct Unbound<'i> {
    pub(super) name: &'i str,
    pub(super) around: &'i str,
    pub(super) offset: usize,
    pub(super) is_group: bool,
    pub(super) count: usize,
}

/// The group of the template that an element of the data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scope {
    /// Groups of the template, by the index of their list.
    Groups(usize),
    /// The template takes everything in it, or it is the rich text of a field.
    Open,
    /// The template does not know it.
    Unknown,
}

/// The meaning of an element of the data.
#[derive(Clone, Copy, Debug)]
struct Found {
    is_taken: bool,
    inner: Scope,
}

impl<'i> Matching<'i> {
    /// Compares records with what the template takes.
    pub(super) fn of(shape: &Shape, records: &[Node<'_, 'i>]) -> Self {
        let mut matcher = Matcher {
            shape,
            scopes: vec![vec![0]],
            known: HashMap::new(),
            reported: HashMap::new(),
            filled_globals: HashSet::new(),
            matching: Self {
                filled: vec![false; shape.len()],
                unbound: Vec::new(),
            },
        };
        for record in records {
            matcher.record(record);
        }
        matcher.matching
    }
}

struct Matcher<'s, 'i> {
    shape: &'s Shape,
    scopes: Vec<Vec<NodeId>>,
    /// The meaning of the elements of a name in a scope.
    known: HashMap<(usize, &'i str), Found>,
    reported: HashMap<(Scope, &'i str), usize>,
    filled_globals: HashSet<&'i str>,
    matching: Matching<'i>,
}

impl<'i> Matcher<'_, 'i> {
    fn record(&mut self, record: &Node<'_, 'i>) {
        self.matching.filled[0] = true;
        let scope = match self.shape.node(0).kind {
            Kind::Open => Scope::Open,
            _ => Scope::Groups(0),
        };
        self.attributes(record, scope);
        // The ends of the elements around the current one, and their scopes.
        let mut around = vec![(record.range().end, scope)];
        for node in record.descendants().skip(1).filter(Node::is_element) {
            let range = node.range();
            while around.len() > 1 && around.last().is_some_and(|(end, _)| *end <= range.start) {
                around.pop();
            }
            let scope = around.last().map_or(Scope::Unknown, |(_, scope)| *scope);
            let inner = self.element(&node, scope);
            if node.has_children() {
                around.push((range.end, inner));
            }
        }
    }

    /// Takes in an element. Returns the scope of its children.
    fn element(&mut self, node: &Node<'_, 'i>, scope: Scope) -> Scope {
        let name = name_of(node);
        let found = match scope {
            Scope::Open => return Scope::Open,
            Scope::Unknown => {
                if self.shape.is_global(name) {
                    self.fill(name);
                }
                return Scope::Unknown;
            }
            Scope::Groups(index) => self.find(index, name),
        };
        let is_group = node.has_children() && node.children().any(|child| child.is_element());
        if !found.is_taken {
            self.report(node, scope, is_group);
        }
        if is_group {
            self.attributes(node, found.inner);
        }
        found.inner
    }

    /// Groups have attributes that fields may take. They need not.
    fn attributes(&mut self, node: &Node<'_, 'i>, scope: Scope) {
        let Scope::Groups(index) = scope else {
            return;
        };
        for attribute in node.attributes() {
            if attribute.namespace().is_none() {
                self.find(index, attribute.name());
            }
        }
    }

    fn find(&mut self, scope: usize, name: &'i str) -> Found {
        if let Some(found) = self.known.get(&(scope, name)) {
            return *found;
        }
        let found = self.resolve(scope, name);
        self.known.insert((scope, name), found);
        found
    }

    fn resolve(&mut self, scope: usize, name: &'i str) -> Found {
        let candidates = self.candidates(scope, name);
        let mut groups: Vec<NodeId> = Vec::new();
        let (mut is_open, mut is_taken) = (false, false);
        for id in candidates {
            let kind = self.shape.node(id).kind;
            is_taken = true;
            self.matching.filled[id] = true;
            is_open |= matches!(kind, Kind::Open | Kind::Value);
            // Of groups in one another the outer one is the nearest.
            let is_nested = groups
                .last()
                .is_some_and(|last| self.shape.below(*last).contains(&id));
            if matches!(kind, Kind::Group | Kind::Choice) && !is_nested && groups.len() < MAX_NODES
            {
                groups.push(id);
            }
        }
        let inner = if !groups.is_empty() {
            self.scopes.push(groups);
            Scope::Groups(self.scopes.len() - 1)
        } else if is_open {
            Scope::Open
        } else {
            Scope::Unknown
        };
        if !is_taken && self.shape.is_global(name) {
            self.fill(name);
            return Found {
                is_taken: true,
                inner: Scope::Open,
            };
        }
        Found { is_taken, inner }
    }

    /// Returns the nodes of a name below the groups of a scope.
    fn candidates(&self, scope: usize, name: &str) -> Vec<NodeId> {
        let named = self.shape.named(name);
        let mut candidates = Vec::new();
        for group in &self.scopes[scope] {
            let below = self.shape.below(*group);
            let start = named.partition_point(|id| *id < below.start);
            let end = named.partition_point(|id| *id < below.end);
            candidates.extend_from_slice(&named[start..end]);
        }
        candidates
    }

    /// Notes that the fields which take a name from any place have data.
    fn fill(&mut self, name: &'i str) {
        if !self.filled_globals.insert(name) {
            return;
        }
        for id in self.shape.named(name) {
            self.matching.filled[*id] = true;
        }
    }

    fn report(&mut self, node: &Node<'_, 'i>, scope: Scope, is_group: bool) {
        let name = name_of(node);
        if let Some(index) = self.reported.get(&(scope, name)) {
            let unbound = &mut self.matching.unbound[*index];
            unbound.count += 1;
            unbound.is_group |= is_group;
            return;
        }
        self.reported
            .insert((scope, name), self.matching.unbound.len());
        self.matching.unbound.push(Unbound {
            name,
            around: node.parent_element().map_or("", |parent| name_of(&parent)),
            offset: node.range().start,
            is_group,
            count: 1,
        });
    }
}

/// Returns the local name of an element.
fn name_of<'i>(node: &Node<'_, 'i>) -> &'i str {
    node.tag_name().name()
}
