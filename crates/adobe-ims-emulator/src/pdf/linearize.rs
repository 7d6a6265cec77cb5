//! Linearized files: the first page and its index come first (ISO 32000-1, annex F).

use std::collections::{HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, Writer, dictionary};

use super::hint_tables::{Hints, PageHint};

/// Returns the bytes of a document as a linearized file. All its objects have the generation 0.
pub(super) fn linearize(document: &Document) -> Vec<u8> {
    let Some(plan) = Plan::of(document) else {
        return Vec::new();
    };
    plan.write(document)
}

/// The objects in the order of the file.
struct Plan {
    pages: Vec<ObjectId>,
    catalog: ObjectId,
    /// The first page and all that it uses.
    first_page: Vec<ObjectId>,
    /// For each further page the page and what only it uses.
    private: Vec<Vec<ObjectId>>,
    /// The objects that several further pages use.
    shared: Vec<ObjectId>,
    rest: Vec<ObjectId>,
    /// The objects of each further page, in order.
    used: Vec<Vec<ObjectId>>,
    numbers: HashMap<ObjectId, u32>,
}

/// The first objects of the part that readers load first: the parameters, the catalogue, the hints.
const FIXED_OBJECTS: u32 = 3;

impl Plan {
    fn of(document: &Document) -> Option<Self> {
        let catalog = document
            .trailer
            .get(b"Root")
            .and_then(Object::as_reference)
            .ok()?;
        let pages: Vec<ObjectId> = document.page_iter().collect();
        let page_set: HashSet<ObjectId> = pages.iter().copied().collect();
        let mut used = pages.iter().map(|page| used_by(document, *page, &page_set));
        let first_page = used.next()?;
        let used: Vec<Vec<ObjectId>> = used.collect();
        let mut users: HashMap<ObjectId, usize> = HashMap::new();
        for id in used.iter().flatten() {
            *users.entry(*id).or_default() += 1;
        }
        let mut placed: HashSet<ObjectId> = first_page.iter().copied().chain([catalog]).collect();
        let mut private = Vec::new();
        let mut shared = Vec::new();
        for page in &used {
            let mut own = Vec::new();
            for id in page {
                if placed.insert(*id) {
                    let place = if users[id] == 1 {
                        &mut own
                    } else {
                        &mut shared
                    };
                    place.push(*id);
                }
            }
            private.push(own);
        }
        let rest = document
            .objects
            .keys()
            .copied()
            .filter(|id| placed.insert(*id))
            .collect();
        let mut plan = Self {
            pages,
            catalog,
            first_page,
            private,
            shared,
            rest,
            used,
            numbers: HashMap::new(),
        };
        plan.number();
        Some(plan)
    }

    /// Returns the objects of the second part, which has the lower numbers.
    fn second_part(&self) -> impl Iterator<Item = ObjectId> {
        self.private
            .iter()
            .flatten()
            .chain(&self.shared)
            .chain(&self.rest)
            .copied()
    }

    fn number(&mut self) {
        let second: Vec<ObjectId> = self.second_part().collect();
        let parameters = self.parameters_number();
        let numbers = second.into_iter().zip(1..);
        let catalog = (self.catalog, parameters + 1);
        let first_page = self
            .first_page
            .iter()
            .copied()
            .zip(parameters + FIXED_OBJECTS..);
        self.numbers = numbers.chain([catalog]).chain(first_page).collect();
    }

    fn parameters_number(&self) -> u32 {
        count(self.second_part().count()) + 1
    }

    fn hints_number(&self) -> u32 {
        self.parameters_number() + 2
    }

    fn size(&self) -> u32 {
        self.parameters_number() + FIXED_OBJECTS + count(self.first_page.len())
    }

    fn object(&self, document: &Document, id: ObjectId) -> Vec<u8> {
        let mut object = document.objects.get(&id).cloned().unwrap_or(Object::Null);
        renumber(&mut object, &self.numbers);
        serialize(self.numbers[&id], &object)
    }

    fn write(&self, document: &Document) -> Vec<u8> {
        let objects = |ids: &[ObjectId]| -> Vec<Vec<u8>> {
            ids.iter().map(|id| self.object(document, *id)).collect()
        };
        let second: Vec<ObjectId> = self.second_part().collect();
        let parts = Parts {
            header: [
                b"%PDF-",
                document.version.as_bytes(),
                b"\n%\xbb\xad\xc0\xde\n",
            ]
            .concat(),
            catalog: self.object(document, self.catalog),
            first_page: objects(&self.first_page),
            second: objects(&second),
        };
        let mut trailer = document.trailer.clone();
        for (_, value) in &mut trailer {
            renumber(value, &self.numbers);
        }
        // Parameters and tables have a fixed length, so the layout follows from those without places.
        let nowhere = Layout::default();
        let parameters = self.parameters(&nowhere).len();
        let first_table = self.first_table(&nowhere, &parts, &trailer).len();
        let hints_at = parts.header.len() + parameters + first_table + parts.catalog.len();
        let hints = self.hints(&parts, hints_at);
        let main_table = self.main_table(&nowhere, &parts, &trailer).len();
        let layout = Layout::new(&parts, [parameters, first_table, hints.len(), main_table]);
        [
            self.parameters(&layout),
            self.first_table(&layout, &parts, &trailer),
            parts.catalog.clone(),
            hints,
            parts.first_page.concat(),
            parts.second.concat(),
            self.main_table(&layout, &parts, &trailer),
        ]
        .into_iter()
        .fold(parts.header.clone(), |mut file, part| {
            file.extend(part);
            file
        })
    }

    /// Writes the linearization parameters, padded to a fixed length.
    fn parameters(&self, layout: &Layout) -> Vec<u8> {
        let text = format!(
            "{} 0 obj\n<< /Linearized 1 /L {:<10} /H [ {:<10} {:<10} ] /O {} /E {:<10} /N {} /T {:<10} >>\nendobj\n",
            self.parameters_number(),
            layout.end,
            layout.hints,
            layout.first_page - layout.hints,
            self.numbers[&self.pages[0]],
            layout.second,
            self.pages.len(),
            layout.main_entries.saturating_sub(1),
        );
        text.into_bytes()
    }

    /// Writes the table of the first part, and its trailer.
    fn first_table(&self, layout: &Layout, parts: &Parts, trailer: &Dictionary) -> Vec<u8> {
        let first = self.parameters_number();
        let mut table = format!("xref\n{first} {}\n", self.size() - first);
        let places = [layout.parameters, layout.catalog, layout.hints].into_iter();
        for place in places.chain(places_of(layout.first_page, &parts.first_page)) {
            table.push_str(&entry(place));
        }
        let mut trailer = trailer.clone();
        trailer.set("Size", i64::from(self.size()));
        // The place of the main table is padded to a fixed length, so it goes before the last `>>`.
        let mut bytes = table.into_bytes();
        bytes.extend(b"trailer\n");
        let dictionary = serialized(&trailer.into());
        bytes.extend(&dictionary[..dictionary.len().saturating_sub(2)]);
        bytes.extend(
            format!("/Prev {:<10}>>\nstartxref\n0\n%%EOF\n", layout.main_table).into_bytes(),
        );
        bytes
    }

    /// Writes the table of the second part, and the place of the first one.
    fn main_table(&self, layout: &Layout, parts: &Parts, trailer: &Dictionary) -> Vec<u8> {
        let size = self.parameters_number();
        let mut table = main_table_head(size);
        table.push_str("0000000000 65535 f \n");
        for place in places_of(layout.second, &parts.second) {
            table.push_str(&entry(place));
        }
        let mut trailer = trailer.clone();
        trailer.set("Size", i64::from(size));
        let mut bytes = table.into_bytes();
        bytes.extend(b"trailer\n");
        bytes.extend(serialized(&trailer.into()));
        bytes.extend(format!("\nstartxref\n{:<10}\n%%EOF\n", layout.first_table).into_bytes());
        bytes
    }

    /// Writes the hints. Their offsets do not count the hints themselves, which stand before the
    /// first page at `first_page`.
    fn hints(&self, parts: &Parts, first_page: usize) -> Vec<u8> {
        let lengths =
            |objects: &[Vec<u8>]| -> Vec<usize> { objects.iter().map(Vec::len).collect() };
        let second = lengths(&parts.second);
        let places: HashMap<ObjectId, usize> = self
            .first_page
            .iter()
            .chain(&self.shared)
            .copied()
            .zip(0..)
            .collect();
        let mut pages = vec![PageHint {
            objects: parts.first_page.len(),
            length: lengths(&parts.first_page).iter().sum(),
            shared: Vec::new(),
        }];
        let mut done = 0;
        for (own, used) in self.private.iter().zip(&self.used) {
            pages.push(PageHint {
                objects: own.len(),
                length: second[done..done + own.len()].iter().sum(),
                shared: used
                    .iter()
                    .filter_map(|id| places.get(id).copied())
                    .collect(),
            });
            done += own.len();
        }
        let first_page_end = first_page + pages[0].length;
        let before_shared: usize = second[..done].iter().sum();
        let first_shared = self
            .shared
            .first()
            .map(|id| (self.numbers[id], first_page_end + before_shared));
        let (tables, second_table) = Hints {
            pages,
            first_page_offset: first_page,
            first_page_lengths: lengths(&parts.first_page),
            shared_lengths: second[done..done + self.shared.len()].to_vec(),
            first_shared: first_shared.unwrap_or((0, 0)),
        }
        .write();
        let second_table = i64::try_from(second_table).unwrap_or(0);
        let stream = Stream::new(dictionary! { "S" => second_table }, tables);
        serialize(self.hints_number(), &stream.into())
    }
}

/// The objects as they are written.
struct Parts {
    header: Vec<u8>,
    catalog: Vec<u8>,
    first_page: Vec<Vec<u8>>,
    second: Vec<Vec<u8>>,
}

/// The places of the parts in the file.
#[derive(Default)]
struct Layout {
    parameters: usize,
    first_table: usize,
    catalog: usize,
    hints: usize,
    first_page: usize,
    second: usize,
    main_table: usize,
    main_entries: usize,
    end: usize,
}

impl Layout {
    fn new(parts: &Parts, [parameters, first_table, hints, main_table]: [usize; 4]) -> Self {
        let total = |objects: &[Vec<u8>]| objects.iter().map(Vec::len).sum::<usize>();
        let mut layout = Self {
            parameters: parts.header.len(),
            ..Self::default()
        };
        layout.first_table = layout.parameters + parameters;
        layout.catalog = layout.first_table + first_table;
        layout.hints = layout.catalog + parts.catalog.len();
        layout.first_page = layout.hints + hints;
        layout.second = layout.first_page + total(&parts.first_page);
        layout.main_table = layout.second + total(&parts.second);
        layout.main_entries =
            layout.main_table + main_table_head(count(parts.second.len()) + 1).len();
        layout.end = layout.main_table + main_table;
        layout
    }
}

/// Returns a page and all objects that it uses, without other pages and the page tree.
fn used_by(document: &Document, page: ObjectId, pages: &HashSet<ObjectId>) -> Vec<ObjectId> {
    let mut seen = HashSet::from([page]);
    let mut used = vec![page];
    let mut next = 0;
    while let Some(id) = used.get(next) {
        let mut found = Vec::new();
        if let Some(object) = document.objects.get(id) {
            references(object, &mut found);
        }
        let is_new = |id: &ObjectId| {
            document.objects.contains_key(id) && !pages.contains(id) && seen.insert(*id)
        };
        used.extend(found.into_iter().filter(is_new));
        next += 1;
    }
    used
}

/// Collects the references of an object, except those to its parent.
fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(entries) | Object::Stream(Stream { dict: entries, .. }) => {
            let entries = entries.iter().filter(|(key, _)| *key != b"Parent");
            entries.for_each(|(_, value)| references(value, found));
        }
        _ => {}
    }
}

fn renumber(object: &mut Object, numbers: &HashMap<ObjectId, u32>) {
    match object {
        Object::Reference(id) => match numbers.get(id) {
            Some(number) => *id = (*number, 0),
            None => *object = Object::Null,
        },
        Object::Array(items) => items.iter_mut().for_each(|item| renumber(item, numbers)),
        Object::Dictionary(entries) | Object::Stream(Stream { dict: entries, .. }) => {
            entries
                .iter_mut()
                .for_each(|(_, value)| renumber(value, numbers));
        }
        _ => {}
    }
}

fn serialize(number: u32, object: &Object) -> Vec<u8> {
    let mut bytes = format!("{number} 0 obj\n").into_bytes();
    bytes.extend(serialized(object));
    bytes.extend(b"\nendobj\n");
    bytes
}

fn serialized(object: &Object) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail.
    let _ = Writer::write_object(&mut bytes, object);
    bytes
}

/// Returns the places of objects that stand one behind the other.
fn places_of(start: usize, objects: &[Vec<u8>]) -> impl Iterator<Item = usize> {
    objects.iter().scan(start, |next, object| {
        let place = *next;
        *next += object.len();
        Some(place)
    })
}

fn main_table_head(size: u32) -> String {
    format!("xref\n0 {size}\n")
}

fn entry(place: usize) -> String {
    format!("{place:010} 00000 n \n")
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
