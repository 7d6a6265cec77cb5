//! Merging data with a template.

use std::collections::HashMap;

use roxmltree::Node;

use crate::xfa::binding::{Binding, resolve};
use crate::xfa::budget::{Budget, MAX_ITEMS, TooLarge};
use crate::xfa::choices::{button, shown_choice, unknown_choice, values};
use crate::xfa::content::{
    area, breaks, caption, child, columns, font_size, is_hidden, layout, text_content,
};
use crate::xfa::data::{NodeId, ROOT, Record};
use crate::xfa::item::{Container, FieldContent, FieldStyle, Item, Kind, Piece};
use crate::xfa::occur::Occur;
use crate::xml::is_named;

/// The data that is in reach of an element: the node to which the enclosing subform is bound.
type Scope = Option<NodeId>;

/// Merges a record with the objects of a template.
pub(crate) struct Merge {
    record: Option<Record>,
    /// The values of the fields that have an id.
    values_by_id: HashMap<String, String>,
    pub(crate) budget: Budget,
}

impl Merge {
    pub(crate) fn new(record: Option<Record>) -> Self {
        Self {
            record,
            values_by_id: HashMap::new(),
            budget: Budget::default(),
        }
    }

    /// Returns the root subform, filled. It takes the record, whatever the two are called.
    pub(crate) fn root(&mut self, subform: Node<'_, '_>) -> Result<Item, TooLarge> {
        let scope = self.record.is_some().then_some(ROOT);
        self.container(subform, scope)
    }

    /// Returns the objects of a page area. They take nothing that the rest of the form needs.
    pub(crate) fn page_area(&mut self, page_area: Node<'_, '_>) -> Result<Vec<Item>, TooLarge> {
        self.children(page_area, None)
    }

    /// Puts the values of floating fields into the texts that name them.
    pub(crate) fn fill_texts(&mut self, item: &mut Item) -> Result<(), TooLarge> {
        match &mut item.kind {
            Kind::Container(container) => {
                for child in &mut container.children {
                    self.fill_texts(child)?;
                }
            }
            Kind::Text(text) => {
                for piece in &mut text.pieces {
                    if let Piece::FieldId(id) = piece {
                        let value = self.values_by_id.get(id);
                        self.budget.text(value.map_or(0, String::len))?;
                        *piece = Piece::Literal(value.cloned().unwrap_or_default());
                    }
                }
            }
            Kind::Field(_) | Kind::Rectangle => {}
        }
        Ok(())
    }

    fn children(&mut self, parent: Node<'_, '_>, scope: Scope) -> Result<Vec<Item>, TooLarge> {
        let mut items = Vec::new();
        for node in parent.children().filter(Node::is_element) {
            match node.tag_name().name() {
                "subform" => items.extend(self.subforms(node, scope)?),
                "subformSet" => items.extend(self.subform_set(node, scope)?),
                "area" => items.push(self.container(node, scope)?),
                "exclGroup" => items.extend(self.button_group(node, scope)?),
                "field" => items.extend(self.field(node, scope)?),
                "draw" => items.extend(self.draw(node)?),
                _ => {}
            }
        }
        Ok(items)
    }

    /// Returns the instances of a subform.
    fn subforms(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Vec<Item>, TooLarge> {
        let occur = Occur::of(node);
        let scopes = self.scopes_of_instances(node, scope, occur);
        let mut items = Vec::new();
        for scope in scopes {
            let item = self.container(node, scope)?;
            if !is_hidden(node) {
                items.push(item);
            }
        }
        Ok(items)
    }

    /// Returns the data of each instance of a subform.
    ///
    /// A subform without data of its own leaves its fields to the data around it.
    fn scopes_of_instances(
        &mut self,
        node: Node<'_, '_>,
        scope: Scope,
        occur: Occur,
    ) -> Vec<Scope> {
        let (Some(record), Some(parent)) = (&mut self.record, scope) else {
            return vec![scope; occur.initial.min(MAX_ITEMS + 1)];
        };
        let bound: Vec<Scope> = match Binding::of(node) {
            Binding::None | Binding::Transparent => {
                return vec![scope; occur.min.min(MAX_ITEMS + 1)];
            }
            Binding::Name(name) => {
                let next = || record.take(parent, &name).map(Some);
                std::iter::from_fn(next).take(occur.max).collect()
            }
            Binding::Global(name) => record.anywhere(&name).map(Some).into_iter().collect(),
            Binding::Path(path) => {
                let nodes = resolve(record, parent, &path).into_iter();
                nodes.map(Some).take(occur.max).collect()
            }
        };
        let missing = occur.min.saturating_sub(bound.len()).min(MAX_ITEMS + 1);
        let around = if bound.is_empty() { scope } else { None };
        bound.into_iter().chain(vec![around; missing]).collect()
    }

    /// Returns the subforms of a set. Of a choice only those that have data, if there is one.
    fn subform_set(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Vec<Item>, TooLarge> {
        if node.attribute("relation") != Some("choice") {
            return self.children(node, scope);
        }
        let subforms: Vec<_> = node
            .children()
            .filter(|child| is_named(*child, "subform"))
            .collect();
        let mut items = Vec::new();
        while let Some(chosen) = subforms
            .iter()
            .find(|subform| self.has_data(**subform, scope))
        {
            let before = items.len();
            items.extend(self.subforms(*chosen, scope)?);
            if items.len() == before {
                break;
            }
        }
        match subforms.first() {
            Some(first) if items.is_empty() => self.subforms(*first, scope),
            _ => Ok(items),
        }
    }

    fn has_data(&self, subform: Node<'_, '_>, scope: Scope) -> bool {
        match (&self.record, scope, Binding::of(subform)) {
            (Some(record), Some(parent), Binding::Name(name)) => record.has(parent, &name),
            _ => false,
        }
    }

    fn container(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Item, TooLarge> {
        self.budget.item()?;
        let children = self.children(node, scope)?;
        Ok(Item {
            area: area(node),
            breaks: breaks(node),
            kind: Kind::Container(Container {
                layout: layout(node),
                columns: columns(node),
                children,
            }),
        })
    }

    fn draw(&mut self, node: Node<'_, '_>) -> Result<Option<Item>, TooLarge> {
        self.budget.item()?;
        if is_hidden(node) {
            return Ok(None);
        }
        let content = text_content(node, font_size(node));
        self.budget.text(content.len())?;
        let value = child(node, "value");
        let kind = if value.is_some_and(|value| child(value, "rectangle").is_some()) {
            Kind::Rectangle
        } else {
            Kind::Text(content)
        };
        Ok(Some(Item {
            area: area(node),
            kind,
            breaks: breaks(node),
        }))
    }

    fn field(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Option<Item>, TooLarge> {
        self.budget.item()?;
        let bound = self.value(node, scope)?;
        let value = bound.unwrap_or_else(|| text_content(node, 0.0).plain());
        let caption = caption(node);
        let shown = caption.as_ref().map_or(0, |caption| caption.text.len());
        self.budget.text(value.len() + shown)?;
        if let Some(id) = node.attribute("id") {
            self.values_by_id.insert(id.to_owned(), value.clone());
        }
        if is_hidden(node) || is_floating(node) {
            return Ok(None);
        }
        let ui = child(node, "ui").and_then(|ui| {
            ui.children()
                .find(|child| child.is_element() && child.tag_name().name() != "extras")
        });
        let ui = ui.map(|ui| ui.tag_name().name()).unwrap_or_default();
        let style = if ui == "button" {
            FieldStyle::Button
        } else {
            FieldStyle::Box
        };
        let value = match ui {
            "button" => String::new(),
            "passwordEdit" => "*".repeat(value.chars().count()),
            "choiceList" => shown_choice(node, value),
            _ => value,
        };
        Ok(Some(Item {
            area: area(node),
            breaks: breaks(node),
            kind: Kind::Field(FieldContent {
                caption,
                value,
                size: font_size(node),
                style,
            }),
        }))
    }

    /// Returns the value that the data has for a field or a group of buttons.
    fn value(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Option<String>, TooLarge> {
        let Some(record) = self.record.as_mut() else {
            return Ok(None);
        };
        let found = match Binding::of(node) {
            Binding::None | Binding::Transparent => None,
            Binding::Name(name) => scope.and_then(|scope| record.take(scope, &name)),
            Binding::Global(name) => scope
                .and_then(|scope| record.take(scope, &name))
                .or_else(|| record.anywhere(&name)),
            Binding::Path(path) => {
                let scope = scope.unwrap_or(ROOT);
                resolve(record, scope, &path).first().copied()
            }
        };
        let Some(text) = found.map(|id| record.text(id)) else {
            return Ok(None);
        };
        self.budget.text(text.len())?;
        Ok(Some(text.to_owned()))
    }

    /// Returns the buttons of a group, of which one shows the value of the group.
    fn button_group(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Option<Item>, TooLarge> {
        self.budget.item()?;
        let value = self.value(node, scope)?;
        let mut buttons = Vec::new();
        let mut is_shown = false;
        for field in node.children().filter(|child| is_named(*child, "field")) {
            self.budget.item()?;
            let own = self.value(field, scope)?;
            let on = values(field).into_iter().next();
            let default = || text_content(field, 0.0).plain();
            let state = value.clone().or(own).unwrap_or_else(default);
            let is_on = !state.is_empty() && (on.as_ref() == Some(&state));
            is_shown |= is_on;
            buttons.push(button(field, is_on.then_some(state)));
        }
        if let Some(value) = value.filter(|value| !is_shown && !value.is_empty()) {
            // No button has this value. It is shown all the same, so that nobody misses it.
            buttons.push(unknown_choice(value));
        }
        if is_hidden(node) {
            return Ok(None);
        }
        Ok(Some(Item {
            area: area(node),
            breaks: breaks(node),
            kind: Kind::Container(Container {
                layout: layout(node),
                columns: columns(node),
                children: buttons,
            }),
        }))
    }
}

/// Returns whether a field is shown within a text only. Designers leave such a field in its
/// container, without a place.
fn is_floating(node: Node<'_, '_>) -> bool {
    let id = node.attribute("id").unwrap_or_default();
    id.starts_with("floatingField")
}
