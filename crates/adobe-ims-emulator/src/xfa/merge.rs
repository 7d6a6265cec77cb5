//! Merging data with a template.

use std::collections::HashMap;

use roxmltree::Node;

use crate::xfa::binding::{Binding, resolve};
use crate::xfa::content::{
    area, breaks, caption, child, columns, font_size, is_hidden, layout, text_content,
};
use crate::xfa::data::{NodeId, ROOT, Record};
use crate::xfa::item::{Caption, Container, FieldContent, FieldStyle, Item, Kind, Piece, Side};
use crate::xml::is_named;

/// The number of items of a form. A template of a few lines can ask for any number of subforms.
const MAX_ITEMS: usize = 200_000;

/// A form has more than 200,000 items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyItems;

/// The data that is in reach of an element: the node to which the enclosing subform is bound.
type Scope = Option<NodeId>;

/// Merges a record with the objects of a template.
pub(crate) struct Merge {
    record: Option<Record>,
    /// The values of the fields that have an id.
    values_by_id: HashMap<String, String>,
    items: usize,
}

impl Merge {
    pub(crate) fn new(record: Option<Record>) -> Self {
        Self {
            record,
            values_by_id: HashMap::new(),
            items: 0,
        }
    }

    /// Returns the root subform, filled. It takes the record, whatever the two are called.
    pub(crate) fn root(&mut self, subform: Node<'_, '_>) -> Result<Item, TooManyItems> {
        let scope = self.record.is_some().then_some(ROOT);
        self.container(subform, scope)
    }

    /// Returns the objects of a page area. They take nothing that the rest of the form needs.
    pub(crate) fn page_area(&mut self, page_area: Node<'_, '_>) -> Result<Vec<Item>, TooManyItems> {
        self.children(page_area, None)
    }

    /// Puts the values of floating fields into the texts that name them.
    pub(crate) fn fill_texts(&self, item: &mut Item) {
        match &mut item.kind {
            Kind::Container(container) => {
                for child in &mut container.children {
                    self.fill_texts(child);
                }
            }
            Kind::Text(text) => {
                for piece in &mut text.pieces {
                    if let Piece::FieldId(id) = piece {
                        let value = self.values_by_id.get(id).cloned();
                        *piece = Piece::Literal(value.unwrap_or_default());
                    }
                }
            }
            Kind::Field(_) | Kind::Rectangle => {}
        }
    }

    fn children(&mut self, parent: Node<'_, '_>, scope: Scope) -> Result<Vec<Item>, TooManyItems> {
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

    fn count_item(&mut self) -> Result<(), TooManyItems> {
        self.items += 1;
        if self.items > MAX_ITEMS {
            return Err(TooManyItems);
        }
        Ok(())
    }

    /// Returns the instances of a subform.
    fn subforms(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Vec<Item>, TooManyItems> {
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
    fn subform_set(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Vec<Item>, TooManyItems> {
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

    fn container(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Item, TooManyItems> {
        self.count_item()?;
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

    fn draw(&mut self, node: Node<'_, '_>) -> Result<Option<Item>, TooManyItems> {
        self.count_item()?;
        if is_hidden(node) {
            return Ok(None);
        }
        let content = text_content(node, font_size(node));
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

    fn field(&mut self, node: Node<'_, '_>, scope: Scope) -> Result<Option<Item>, TooManyItems> {
        self.count_item()?;
        let bound = self.value(node, scope);
        let value = bound.unwrap_or_else(|| text_content(node, 0.0).plain());
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
                caption: caption(node),
                value,
                size: font_size(node),
                style,
            }),
        }))
    }

    /// Returns the value that the data has for a field or a group of buttons.
    fn value(&mut self, node: Node<'_, '_>, scope: Scope) -> Option<String> {
        let record = self.record.as_mut()?;
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
        found.map(|id| record.text(id).to_owned())
    }

    /// Returns the buttons of a group, of which one shows the value of the group.
    fn button_group(
        &mut self,
        node: Node<'_, '_>,
        scope: Scope,
    ) -> Result<Option<Item>, TooManyItems> {
        self.count_item()?;
        let value = self.value(node, scope);
        let mut buttons = Vec::new();
        let mut is_shown = false;
        for field in node.children().filter(|child| is_named(*child, "field")) {
            self.count_item()?;
            let own = self.value(field, scope);
            let on = choices(field, "items").into_iter().next();
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

/// How often a subform occurs.
#[derive(Clone, Copy)]
struct Occur {
    min: usize,
    max: usize,
    initial: usize,
}

impl Occur {
    /// Reads `occur`, whose default is once. A negative `max` means any number.
    fn of(node: Node<'_, '_>) -> Self {
        let occur = child(node, "occur");
        let number = |name| occur.and_then(|occur| occur.attribute(name)?.parse::<i64>().ok());
        let min = usize::try_from(number("min").unwrap_or(1)).unwrap_or(1);
        let max = match number("max") {
            None => min.max(1),
            Some(max) => usize::try_from(max).unwrap_or(usize::MAX),
        };
        let initial = number("initial").and_then(|initial| usize::try_from(initial).ok());
        Self {
            min,
            max,
            initial: initial.unwrap_or(min),
        }
    }
}

/// Returns whether a field is shown within a text only. Designers leave such a field in its
/// container, without a place.
fn is_floating(node: Node<'_, '_>) -> bool {
    let id = node.attribute("id").unwrap_or_default();
    id.starts_with("floatingField")
}

/// Returns the texts of a list of items. `save` lists are the values of display lists.
fn choices(field: Node<'_, '_>, kind: &str) -> Vec<String> {
    let lists: Vec<_> = field
        .children()
        .filter(|child| is_named(*child, "items"))
        .collect();
    let is_save = |list: &Node<'_, '_>| list.attribute("save") == Some("1");
    let list = match kind {
        "display" => lists.iter().find(|list| !is_save(list)),
        _ => lists.iter().find(|list| is_save(list)).or(lists.first()),
    };
    let texts = list
        .into_iter()
        .flat_map(|list| list.children().filter(Node::is_element));
    texts
        .map(|item| item.text().unwrap_or_default().trim().to_owned())
        .collect()
}

/// Returns the display text of a choice, and its value if the two differ.
fn shown_choice(field: Node<'_, '_>, value: String) -> String {
    let saved = choices(field, "save");
    let at = saved.iter().position(|saved| *saved == value);
    let display = at.and_then(|at| choices(field, "display").into_iter().nth(at));
    match display {
        Some(display) if display != value => format!("{display} ({value})"),
        _ => value,
    }
}

/// Returns a button of a group, with its value if it is on.
fn button(field: Node<'_, '_>, state: Option<String>) -> Item {
    let mut caption = caption(field);
    let value = state.unwrap_or_default();
    if let Some(caption) = caption.as_mut() {
        let mark = if value.is_empty() { "( )" } else { "(x)" };
        caption.text = format!("{mark} {}", caption.text);
        caption.side = Side::Left;
        caption.reserve = None;
    }
    Item {
        area: area(field),
        breaks: breaks(field),
        kind: Kind::Field(FieldContent {
            caption,
            value,
            size: font_size(field),
            style: FieldStyle::Button,
        }),
    }
}

fn unknown_choice(value: String) -> Item {
    Item {
        kind: Kind::Field(FieldContent {
            caption: Some(Caption {
                text: "(x)".to_owned(),
                ..Caption::default()
            }),
            value,
            size: 10.0,
            style: FieldStyle::Button,
        }),
        ..Item::default()
    }
}
