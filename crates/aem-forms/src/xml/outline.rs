use super::start_tag::StartTag;

/// The root element of a text and its children, read without parsing the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outline<'a> {
    pub(crate) root: TagName<'a>,
    text: &'a str,
    namespaces: Vec<(&'a str, &'a str)>,
    /// The offset after the root's start tag, unless it is empty.
    content: Option<usize>,
}

/// The name of an element and its namespace, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TagName<'a> {
    pub(crate) name: &'a str,
    pub(crate) namespace: Option<&'a str>,
}

impl<'a> Outline<'a> {
    /// Reads the root element. Returns `None` if the text has none that ends.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        let mut tags = Tags { text, at: 0 };
        let Tag::Start(start, tag) = tags.next()? else {
            return None;
        };
        let written = &text[start..start + tag.length];
        let namespaces = StartTag::namespaces(written);
        Some(Self {
            root: TagName::of(written, &[&namespaces]),
            text,
            content: (!tag.is_empty).then_some(start + tag.length),
            namespaces,
        })
    }

    /// Returns the children of the root, in their order.
    pub(crate) fn children(&self) -> impl Iterator<Item = TagName<'a>> {
        let tags = Tags {
            text: self.text,
            at: self.content.unwrap_or(self.text.len()),
        };
        let mut depth = 0_usize;
        tags.map_while(move |tag| match tag {
            Tag::End if depth == 0 => None,
            Tag::End => {
                depth -= 1;
                Some(None)
            }
            Tag::Start(start, tag) => {
                let is_child = depth == 0;
                depth += usize::from(!tag.is_empty);
                let written = &self.text[start..start + tag.length];
                Some(is_child.then(|| {
                    let own = StartTag::namespaces(written);
                    TagName::of(written, &[&own, &self.namespaces])
                }))
            }
        })
        .flatten()
    }
}

impl<'a> TagName<'a> {
    fn of(written: &'a str, namespaces: &[&[(&'a str, &'a str)]]) -> Self {
        let name = StartTag::name(written);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let mut all = namespaces.iter().flat_map(|list| list.iter());
        let namespace = all.find(|(declared, _)| *declared == prefix);
        Self {
            name: local,
            namespace: namespace.map(|(_, uri)| *uri),
        }
    }
}

enum Tag {
    Start(usize, StartTag),
    End,
}

/// The tags of a text.
struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            let start = self.at + self.text[self.at..].find('<')?;
            let rest = &self.text[start..];
            let skipped = [
                ("<!--", "-->"),
                ("<![CDATA[", "]]>"),
                ("<?", "?>"),
                ("<!", ">"),
            ];
            if let Some((_, end)) = skipped.iter().find(|(mark, _)| rest.starts_with(mark)) {
                self.at = start + rest.find(end)? + end.len();
                continue;
            }
            if rest.starts_with("</") {
                self.at = start + rest.find('>')? + 1;
                return Some(Tag::End);
            }
            let tag = StartTag::read(rest)?;
            self.at = start + tag.length;
            return Some(Tag::Start(start, tag));
        }
    }
}
