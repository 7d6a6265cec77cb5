//! Checks of files before they are sent. They are pure functions: they read no file and no network.
//!
//! Each returns its [`Finding`]s; [`verdict`] says what follows from them.

mod summary;
mod template;
mod data;
mod kind;
mod ddx;
mod options;
mod target;
mod batch;

pub use batch::{batch_configuration, batch_data};
pub use data::data;
pub use ddx::ddx;
pub use kind::FileKind;
pub use options::options;
pub use target::{Api, Login, target};
pub use template::{Template, TemplateKind, TemplateUse, pdf};

use crate::error::{Finding, FormsProblem, Grade, Place};

/// The length in bytes up to which an XML file is checked.
pub const MAX_LENGTH: u64 = 64 << 20;

/// Returns the note that a file is sent without a check, if it is longer than [`MAX_LENGTH`].
pub fn too_long(file: &str, length: u64) -> Option<Finding> {
    (length > MAX_LENGTH).then(|| {
        let message = format!(
            "the file has {length} bytes and is not checked: {MAX_LENGTH} bytes are the most that is"
        );
        let place = Place::file(file);
        Finding::new(FormsProblem::NotChecked, Grade::Note, place, message)
    })
}

/// The strictness of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strictness {
    /// Warnings are shown.
    #[default]
    Usual,
    /// Warnings refuse.
    Strict,
}

/// Returns the highest grade of findings. If a check is strict, a warning counts as a refusal.
///
/// ```
/// use aem_forms::error::Grade;
/// use aem_forms::lint::{self, Strictness};
///
/// let findings = lint::data("data.xml", b"<form1>");
/// assert_eq!(lint::verdict(&findings, Strictness::Usual), Some(Grade::Refusal));
/// ```
pub fn verdict(findings: &[Finding], strictness: Strictness) -> Option<Grade> {
    let grade = findings.iter().map(|finding| finding.grade).max();
    match (grade, strictness) {
        (Some(Grade::Warning), Strictness::Strict) => Some(Grade::Refusal),
        (grade, _) => grade,
    }
}
