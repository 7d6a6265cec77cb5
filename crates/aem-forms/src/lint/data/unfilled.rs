//! Fields of a template that get no data.

use std::iter;

use super::matching::Matching;
use crate::error::{Finding, FormsProblem, Grade, Place};
use crate::lint::summary::Summary;
use crate::lint::template::{Kind, Shape, Template};

/// Returns a finding for each field and each whole subform that expects data and gets none.
pub(super) fn unfilled(
    matching: &Matching<'_>,
    template: &Template,
    shape: &Shape,
) -> Vec<Finding> {
    let place = Place::file(&template.file);
    let mut summary = Summary::new(FormsProblem::FieldUnfilled, Grade::Warning);
    let nodes = Nodes::new(matching, shape);
    if let Some((message, hint)) = nodes.empty_document() {
        summary.add(|| (nodes.place(&place, 0), message, Some(hint.to_owned())));
        return summary.finish(place, "");
    }
    for (id, message) in nodes.without_data() {
        summary.add(|| (nodes.place(&place, id), message.text(shape, id), None));
    }
    summary.finish(place, "fields and subforms without data")
}

/// A part of the template that gets no data.
enum Gap {
    /// A subform with this number of fields.
    Subform(usize),
    Field,
}

impl Gap {
    fn text(&self, shape: &Shape, id: usize) -> String {
        let path = shape.path(id);
        match self {
            Self::Field => format!("the field {path:?} gets no data"),
            Self::Subform(1) => format!("the subform {path:?} and its field get no data"),
            Self::Subform(_) => format!("the subform {path:?} and its fields get no data"),
        }
    }
}

/// The nodes of a template, with the numbers of filled nodes and of expected fields before each.
struct Nodes<'a> {
    shape: &'a Shape,
    matching: &'a Matching<'a>,
    filled: Vec<usize>,
    expected: Vec<usize>,
}

impl<'a> Nodes<'a> {
    fn new(matching: &'a Matching<'a>, shape: &'a Shape) -> Self {
        let mut nodes = Self {
            shape,
            matching,
            filled: vec![0],
            expected: vec![0],
        };
        for id in 0..shape.len() {
            let (filled, expected) = (nodes.is_filled(id), nodes.is_expected(id));
            nodes.filled.push(nodes.filled[id] + usize::from(filled));
            nodes
                .expected
                .push(nodes.expected[id] + usize::from(expected));
        }
        nodes
    }

    fn is_filled(&self, id: usize) -> bool {
        self.matching.filled[id]
    }

    fn is_expected(&self, id: usize) -> bool {
        let node = self.shape.node(id);
        let is_field = matches!(node.kind, Kind::Value | Kind::Choice);
        is_field && !node.is_optional && !self.is_filled(id)
    }

    /// Counts the nodes below one.
    fn count(&self, sums: &[usize], id: usize) -> usize {
        let below = self.shape.below(id);
        sums[below.end] - sums[below.start]
    }

    fn place(&self, file: &Place, id: usize) -> Place {
        let (line, column) = self.shape.node(id).position;
        file.clone().at(line, column)
    }

    /// Returns the message and the hint if no field at all gets data.
    fn empty_document(&self) -> Option<(String, &'static str)> {
        let fields = self.count(&self.expected, 0);
        let is_empty = self.count(&self.filled, 0) == 0 && fields > 0;
        is_empty.then(|| {
            let message = format!(
                "no field gets data, of {fields} that expect some: the document would be empty"
            );
            let hint = "The data may be that of another template, or one level too deep.";
            (message, hint)
        })
    }

    /// Returns the fields without data. A subform without any is one gap.
    fn without_data(&self) -> impl Iterator<Item = (usize, Gap)> {
        let mut next = 1;
        iter::from_fn(move || {
            while next < self.shape.len() {
                let id = next;
                let node = self.shape.node(id);
                let is_unfilled_group = node.kind == Kind::Group && !self.is_filled(id);
                if is_unfilled_group && self.count(&self.filled, id) == 0 {
                    next = self.shape.below(id).end;
                    let fields = self.count(&self.expected, id);
                    if fields > 0 && !node.is_optional {
                        return Some((id, Gap::Subform(fields)));
                    }
                } else {
                    next += 1;
                    if self.is_expected(id) {
                        return Some((id, Gap::Field));
                    }
                }
            }
            None
        })
    }
}
