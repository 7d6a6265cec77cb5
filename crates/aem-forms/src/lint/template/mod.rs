mod data_ref;
mod pdf;
mod read;
mod shape;

use roxmltree::{Document, Node};

use self::pdf::PdfFacts;
use self::read::{Contents, Relative};
pub(super) use self::shape::{Kind, NodeId, Shape};
use super::summary::Summary;
use crate::error::{Error, Finding, FormsProblem, Grade, Place, Result};
use crate::xml::{self, Content};

/// The start of the namespace of a template; a version follows.
pub(super) const TEMPLATE_NAMESPACE: &str = "http://www.xfa.org/schema/xfa-template/";
/// The namespace of an XDP.
pub(super) const XDP_NAMESPACE: &str = "http://ns.adobe.com/xdp/";

/// A template, as far as the checks need it. It is read once for any number of records.
///
/// ```
/// use aem_forms::lint::{Template, TemplateUse};
///
/// let xdp = br#"<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/">
///   <subform name="letter"><field name="City"/></subform></template>"#;
/// let template = Template::parse("letter.xdp", xdp)?;
/// assert_eq!(template.root_name(), Some("letter"));
/// assert!(template.check(&TemplateUse::default()).is_empty());
/// let findings = template.check_data("data.xml", b"<letter><Citty>Bern</Citty></letter>");
/// assert_eq!(findings[0].problem.id(), "data-unbound");
/// # Ok::<(), aem_forms::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Template {
    pub(super) file: String,
    content: TemplateContent,
}

#[derive(Clone, Debug)]
enum TemplateContent {
    Xdp {
        contents: Box<Contents>,
        findings: Vec<Finding>,
    },
    Pdf(PdfFacts),
}

/// The form of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TemplateKind {
    /// An XDP, or a bare `template` element.
    Xdp,
    /// A PDF.
    Pdf,
}

/// The use of a template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateUse {
    /// The result is a print stream.
    pub is_print: bool,
    /// The options name a content root.
    pub has_content_root: bool,
}

impl TemplateUse {
    /// Says that the result is a print stream.
    #[must_use]
    pub fn print(mut self) -> Self {
        self.is_print = true;
        self
    }

    /// Says that the options name a content root.
    #[must_use]
    pub fn content_root(mut self) -> Self {
        self.has_content_root = true;
        self
    }
}

impl Template {
    /// Reads a template. `file` is its name for messages.
    ///
    /// # Errors
    /// [`FormsProblem::XmlMalformed`] or [`FormsProblem::NotATemplate`], with a finding that has the place.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self> {
        let content = read_content(file, bytes);
        Ok(Self {
            file: file.to_owned(),
            content: content.map_err(|finding| Error::refused(vec![finding]))?,
        })
    }

    /// Returns the form of the template.
    pub fn kind(&self) -> TemplateKind {
        match self.content {
            TemplateContent::Xdp { .. } => TemplateKind::Xdp,
            TemplateContent::Pdf(_) => TemplateKind::Pdf,
        }
    }

    /// Returns the name of the root subform, which is that of the root element of the data.
    pub fn root_name(&self) -> Option<&str> {
        match &self.content {
            TemplateContent::Xdp { contents, .. } => contents.root.as_deref(),
            TemplateContent::Pdf(_) => None,
        }
    }

    /// Checks the template for a use.
    pub fn check(&self, intended: &TemplateUse) -> Vec<Finding> {
        match &self.content {
            TemplateContent::Xdp { contents, findings } => {
                let mut findings = findings.clone();
                if !intended.has_content_root {
                    findings.extend(self.relative_references(&contents.relative));
                }
                findings
            }
            TemplateContent::Pdf(facts) => self.check_pdf(*facts, intended),
        }
    }

    fn relative_references(&self, references: &[Relative]) -> Vec<Finding> {
        let mut summary = Summary::new(FormsProblem::ReferenceRelative, Grade::Warning);
        for reference in references {
            summary.add(|| {
                let (line, column) = reference.position;
                let message = format!(
                    "the template refers to {:?}, which AEM cannot find: the template is sent without its folder",
                    reference.target
                );
                let place = Place::file(&self.file).at(line, column);
                (place, message, None)
            });
        }
        summary.finish(Place::file(&self.file), "relative references to files")
    }

    fn check_pdf(&self, facts: PdfFacts, intended: &TemplateUse) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut add = |problem, message| {
            let place = Place::file(&self.file);
            findings.push(Finding::new(problem, Grade::Warning, place, message));
        };
        if facts.is_encrypted {
            add(FormsProblem::PdfEncrypted, "the PDF is encrypted");
        }
        if intended.is_print && facts.lacks_xfa {
            let message = "the PDF has no XFA form, so no print stream can be made of it";
            add(FormsProblem::PrintNeedsXfa, message);
        }
        findings
    }

    /// Returns the data that the template takes; `None` for a PDF, whose form is compressed.
    pub(super) fn shape(&self) -> Option<&Shape> {
        match &self.content {
            TemplateContent::Xdp { contents, .. } => Some(&contents.shape),
            TemplateContent::Pdf(_) => None,
        }
    }

    /// Returns true if a script of the template reads the data by itself.
    pub(super) fn has_data_script(&self) -> bool {
        match &self.content {
            TemplateContent::Xdp { contents, .. } => contents.has_data_script,
            TemplateContent::Pdf(_) => false,
        }
    }
}

/// Checks a PDF that is not used as a template, such as a source of an assembly.
pub fn pdf(file: &str, bytes: &[u8]) -> Vec<Finding> {
    if PdfFacts::of(bytes).is_encrypted {
        let place = Place::file(file);
        let message = "the PDF is encrypted";
        return vec![Finding::new(
            FormsProblem::PdfEncrypted,
            Grade::Warning,
            place,
            message,
        )];
    }
    Vec::new()
}

fn read_content(file: &str, bytes: &[u8]) -> Result<TemplateContent, Finding> {
    let place = Place::file(file);
    match Content::of(bytes) {
        Content::Pdf => return Ok(TemplateContent::Pdf(PdfFacts::of(bytes))),
        Content::Xml => {}
        other => {
            let message = format!("the file is no template: it is {other}");
            return Err(not_a_template(place, message));
        }
    }
    let malformed = |error: xml::XmlError| error.finding(place.clone());
    let text = xml::decode(bytes).map_err(malformed)?;
    let document = xml::parse(&text).map_err(malformed)?;
    let Some(template) = find_template(&document) else {
        let root = document.root_element();
        let (line, column) = xml::position_of(&root);
        let message = describe_root(&root);
        return Err(not_a_template(place.at(line, column), message));
    };
    let findings = [document.root_element(), template]
        .iter()
        .enumerate()
        .filter(|(index, node)| *index == 0 || **node != document.root_element())
        .filter_map(|(_, node)| https_namespace(node, &place, Grade::Warning))
        .collect();
    Ok(TemplateContent::Xdp {
        contents: Box::new(read::read(&template, &text)),
        findings,
    })
}

fn not_a_template(place: Place, message: String) -> Finding {
    Finding::new(FormsProblem::NotATemplate, Grade::Refusal, place, message)
}

/// Returns the element `template` of a document: its root, or a child of an XDP.
pub(super) fn find_template<'a, 'input>(
    document: &'a Document<'input>,
) -> Option<Node<'a, 'input>> {
    let root = document.root_element();
    if is_in(&root, "template", TEMPLATE_NAMESPACE) {
        return Some(root);
    }
    if !is_in(&root, "xdp", XDP_NAMESPACE) {
        return None;
    }
    let mut children = root.children();
    children.find(|child| is_in(child, "template", TEMPLATE_NAMESPACE))
}

/// Returns true for an element of this name whose namespace begins so, also if it is written with https.
pub(super) fn is_in(node: &Node<'_, '_>, name: &str, namespace: &str) -> bool {
    let found = node.tag_name();
    found.name() == name
        && found
            .namespace()
            .is_some_and(|it| begins_with(it, namespace))
}

/// Returns true if a namespace begins with another one, also if it is written with https.
pub(super) fn begins_with(found: &str, namespace: &str) -> bool {
    let rest = namespace.strip_prefix("http").unwrap_or(namespace);
    let found = found.strip_prefix("http").unwrap_or(found);
    found.strip_prefix('s').unwrap_or(found).starts_with(rest)
}

/// Returns the finding for an element whose namespace is Adobe's with https.
pub(super) fn https_namespace(node: &Node<'_, '_>, place: &Place, grade: Grade) -> Option<Finding> {
    let namespace = node.tag_name().namespace()?;
    let rest = namespace.strip_prefix("https://")?;
    if !rest.starts_with("ns.adobe.com/") && !rest.starts_with("www.xfa.org/") {
        return None;
    }
    let (line, column) = xml::position_of(node);
    let message =
        format!("the namespace {namespace:?} is written with https://; Adobe's is http://{rest}");
    let place = place.clone().at(line, column);
    Some(Finding::new(
        FormsProblem::NamespaceHttps,
        grade,
        place,
        message,
    ))
}

fn describe_root(root: &Node<'_, '_>) -> String {
    if is_in(root, "xdp", XDP_NAMESPACE) {
        return "the XDP has no element `template`: it may hold data only".to_owned();
    }
    let name = root.tag_name();
    let namespace = name.namespace().map_or("no namespace".to_owned(), |it| {
        format!("the namespace {it:?}")
    });
    format!(
        "the file is no template: its root element is {:?} in {namespace}",
        name.name()
    )
}
