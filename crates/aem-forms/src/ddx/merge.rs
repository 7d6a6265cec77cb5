use crate::xml::{escape_attribute, escape_text};

use super::NAMESPACE;

/// A DDX that puts documents together in the order of its sources.
///
/// The footer may hold `{page}` and `{pages}`: the number of the page, and that of the last page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    result: String,
    sources: Vec<String>,
    title: Option<String>,
    footer: Option<String>,
    watermark: Option<String>,
}

impl Merge {
    /// Creates a DDX whose result has this name, such as `all.pdf`.
    pub fn new(result: impl Into<String>) -> Self {
        Self {
            result: result.into(),
            sources: Vec::new(),
            title: None,
            footer: None,
            watermark: None,
        }
    }

    /// Adds a document by its name. One document may be added twice.
    #[must_use]
    pub fn source(mut self, name: impl Into<String>) -> Self {
        self.sources.push(name.into());
        self
    }

    /// Gives the result a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Gives each page a footer, such as `Page {page} of {pages}`.
    #[must_use]
    pub fn footer(mut self, text: impl Into<String>) -> Self {
        self.footer = Some(text.into());
        self
    }

    /// Writes a text across each page.
    #[must_use]
    pub fn watermark(mut self, text: impl Into<String>) -> Self {
        self.watermark = Some(text.into());
        self
    }

    /// Returns the DDX. Characters that XML cannot hold are left out.
    pub fn to_xml(&self) -> String {
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DDX xmlns=\"{NAMESPACE}\">\n  <PDF result=\""
        );
        escape_attribute(&self.result, &mut xml);
        xml.push_str("\">\n");
        if let Some(title) = &self.title {
            xml.push_str("    <Title value=\"");
            escape_attribute(title, &mut xml);
            xml.push_str("\"/>\n");
        }
        if let Some(text) = &self.footer {
            xml.push_str("    <Footer><Center><StyledText><p>");
            push_footer(text, &mut xml);
            xml.push_str("</p></StyledText></Center></Footer>\n");
        }
        if let Some(text) = &self.watermark {
            xml.push_str(
                "    <Watermark rotation=\"45\" opacity=\"15%\" scale=\"150%\"><StyledText><p>",
            );
            escape_text(text, &mut xml);
            xml.push_str("</p></StyledText></Watermark>\n");
        }
        for source in &self.sources {
            xml.push_str("    <PDF source=\"");
            escape_attribute(source, &mut xml);
            xml.push_str("\"/>\n");
        }
        xml.push_str("  </PDF>\n</DDX>\n");
        xml
    }
}

fn push_footer(text: &str, xml: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        escape_text(before, xml);
        rest = if let Some(after) = after.strip_prefix("{page}") {
            xml.push_str("<_PageNumber/>");
            after
        } else if let Some(after) = after.strip_prefix("{pages}") {
            xml.push_str("<_LastPageNumber/>");
            after
        } else {
            xml.push('{');
            &after[1..]
        };
    }
    escape_text(rest, xml);
}
