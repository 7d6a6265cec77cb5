//! The request for a document, from the arguments of `ims forms generate`.

use aem_forms::Generation;
use aem_forms::error::Finding;
use aem_forms::known_options::Operation;
use aem_forms::lint::{Template, TemplateUse};
use aem_forms::options::{AfpOptions, PdfOptions, PrintFormat, PrintOptions};
use aem_forms::records::DEFAULT_ROOT;
use aem_forms::run::KeyBuilder;

use super::documents::NamedDocument;
use super::options::{self, OptionsFile};
use crate::args::forms::{OutputFlags, OutputName};
use crate::error::Failure;

/// The parts of a request that all documents of a run share, and what the checks found in them.
pub(crate) struct Shared {
    pub(crate) template: NamedDocument,
    pub(crate) xci: Option<NamedDocument>,
    options: Options,
    /// The template, if it was read.
    pub(crate) parsed: Option<Template>,
    pub(crate) findings: Vec<Finding>,
}

enum Options {
    Pdf(PdfOptions),
    Print(PrintOptions),
    Afp(AfpOptions),
}

impl Shared {
    /// Reads the template and the options, and checks them.
    pub(crate) fn read(template: &str, flags: &OutputFlags) -> Result<Self, Failure> {
        let mut findings = Vec::new();
        let file = OptionsFile::read(flags.options.as_deref())?;
        let (options, operation) = options_of(flags, file.as_ref())?;
        findings.extend(options::check(file.as_ref(), &options.to_json(), operation));
        let template = NamedDocument::parse("TEMPLATE", template)?;
        let xci = flags.xci.as_deref();
        let xci = xci
            .map(|xci| NamedDocument::parse("--xci", xci))
            .transpose()?;
        let mut parsed = None;
        if let Some(content) = template.content(&mut findings)? {
            match Template::parse(&template.shown(), &content) {
                Ok(read) => {
                    findings.extend(read.check(&intended(flags, &options)));
                    parsed = Some(read);
                }
                Err(error) => findings.extend_from_slice(error.findings()),
            }
        }
        if let Some(xci) = &xci
            && let Some(content) = xci.content(&mut findings)?
        {
            findings.extend(aem_forms::lint::data(&xci.shown(), &content));
        }
        Ok(Self {
            template,
            xci,
            options,
            parsed,
            findings,
        })
    }

    /// Reads the files into memory that each document of a run needs.
    pub(crate) fn hold(&mut self) -> Result<(), Failure> {
        self.template.hold()?;
        self.xci.as_mut().map_or(Ok(()), NamedDocument::hold)
    }

    /// Returns the request for a document without its data.
    pub(crate) fn request(&self) -> Generation {
        let template = self.template.document.clone();
        let request = match &self.options {
            Options::Pdf(options) => Generation::pdf(template, options.clone()),
            Options::Print(options) => Generation::print(template, options.clone()),
            Options::Afp(options) => Generation::afp(template, options.clone()),
        };
        match &self.xci {
            Some(xci) => request.xci(xci.document.clone()),
            None => request,
        }
    }

    /// Returns the key of what all documents of a run share.
    pub(crate) fn key(&self) -> Result<KeyBuilder, Failure> {
        let request = self.request();
        let key = KeyBuilder::new()
            .text(request.path())
            .text(&self.options_json());
        let key = self.template.key(key)?;
        match &self.xci {
            Some(xci) => xci.key(key),
            None => Ok(key),
        }
    }

    /// Returns the options as they are sent.
    pub(crate) fn options_json(&self) -> String {
        self.options.to_json()
    }

    /// Returns the name that the root element of data made here gets.
    pub(crate) fn root_name(&self) -> &str {
        let root = self.parsed.as_ref().and_then(Template::root_name);
        root.unwrap_or(DEFAULT_ROOT)
    }
}

impl Options {
    fn to_json(&self) -> String {
        match self {
            Self::Pdf(options) => options.to_json(),
            Self::Print(options) => options.to_json(),
            Self::Afp(options) => options.to_json(),
        }
    }
}

fn intended(flags: &OutputFlags, options: &Options) -> TemplateUse {
    let mut intended = TemplateUse::default();
    if flags.kind.is_print() {
        intended = intended.print();
    }
    if options.to_json().contains("\"contentRoot\"") {
        intended = intended.content_root();
    }
    intended
}

fn options_of(
    flags: &OutputFlags,
    file: Option<&OptionsFile>,
) -> Result<(Options, Operation), Failure> {
    refuse_options_of_others(flags)?;
    Ok(match print_format(flags.kind) {
        Some(format) => {
            let options = PrintOptions::new(format, flags.xdc.clone().unwrap_or_default());
            let options = set(options, flags.locale.as_ref(), |it, locale| {
                it.locale(locale)
            });
            let options = set(options, flags.content_root.as_ref(), |it, root| {
                it.content_root(root)
            });
            let options = set(options, flags.copies, PrintOptions::copies);
            (
                Options::Print(options::over(file, options, PrintOptions::over_json)?),
                Operation::Print,
            )
        }
        None if flags.kind == OutputName::Afp => {
            let options = AfpOptions::new();
            let options = set(options, flags.locale.as_ref(), |it, locale| {
                it.locale(locale)
            });
            let options = set(options, flags.content_root.as_ref(), |it, root| {
                it.content_root(root)
            });
            let options = set(options, given(flags.embed_fonts), AfpOptions::embed_fonts);
            (
                Options::Afp(options::over(file, options, AfpOptions::over_json)?),
                Operation::Afp,
            )
        }
        None => (
            Options::Pdf(options::over(
                file,
                pdf_options(flags),
                PdfOptions::over_json,
            )?),
            Operation::Pdf,
        ),
    })
}

fn pdf_options(flags: &OutputFlags) -> PdfOptions {
    let options = PdfOptions::new();
    let options = set(options, flags.locale.as_ref(), |it, locale| {
        it.locale(locale)
    });
    let options = set(options, flags.content_root.as_ref(), |it, root| {
        it.content_root(root)
    });
    let options = set(options, given(flags.tagged), PdfOptions::tagged);
    let options = set(options, given(flags.embed_fonts), PdfOptions::embed_fonts);
    let options = set(options, given(flags.linearized), PdfOptions::linearized);
    let options = set(
        options,
        given(flags.retain_form_state),
        PdfOptions::retain_form_state,
    );
    set(options, flags.acrobat_version, |it, version| {
        it.acrobat_version(version.into())
    })
}

fn set<O, T>(options: O, value: Option<T>, setter: impl FnOnce(O, T) -> O) -> O {
    match value {
        Some(value) => setter(options, value),
        None => options,
    }
}

/// Returns the value of an option that is sent only if its flag is given.
fn given(flag: bool) -> Option<bool> {
    flag.then_some(true)
}

/// Refuses flags that the type of the document does not have.
fn refuse_options_of_others(flags: &OutputFlags) -> Result<(), Failure> {
    let is_pdf = flags.kind == OutputName::Pdf;
    let is_print = flags.kind.is_print();
    let wrong = [
        (
            "--xdc",
            flags.xdc.is_some() && !is_print,
            "the print languages",
        ),
        (
            "--copies",
            flags.copies.is_some() && !is_print,
            "the print languages",
        ),
        ("--tagged", flags.tagged && !is_pdf, "--as pdf"),
        (
            "--embed-fonts",
            flags.embed_fonts && is_print,
            "--as pdf and --as afp",
        ),
        ("--linearized", flags.linearized && !is_pdf, "--as pdf"),
        (
            "--retain-form-state",
            flags.retain_form_state && !is_pdf,
            "--as pdf",
        ),
        (
            "--acrobat-version",
            flags.acrobat_version.is_some() && !is_pdf,
            "--as pdf",
        ),
        (
            "--xci",
            flags.xci.is_some() && flags.kind == OutputName::Afp,
            "PDF and the print languages",
        ),
    ];
    match wrong.iter().find(|(_, is_wrong, _)| *is_wrong) {
        Some((flag, _, of)) => Err(Failure::usage(format!("{flag} goes with {of} only"))),
        None => Ok(()),
    }
}

/// Returns the print language; `None` for PDF and AFP.
pub(crate) fn print_format(name: OutputName) -> Option<PrintFormat> {
    Some(match name {
        OutputName::Pdf | OutputName::Afp => return None,
        OutputName::Ps => PrintFormat::PostScript,
        OutputName::Pcl => PrintFormat::Pcl,
        OutputName::Zpl => PrintFormat::Zpl,
        OutputName::Dpl => PrintFormat::Dpl,
        OutputName::Ipl => PrintFormat::Ipl,
        OutputName::Tpcl => PrintFormat::Tpcl,
    })
}
