//! The options of generation and assembly, by the names of Adobe's specification.

use serde::Deserialize;

use crate::pdf::{PdfVersion, PdfaLevel};

/// The options of `generatePDFOutput`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PdfOptions {
    pub(crate) content_root: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) is_tagged: Option<bool>,
    pub(crate) embed_fonts: Option<bool>,
    #[serde(rename = "linearizedPDF")]
    pub(crate) linearized_pdf: Option<bool>,
    retain_form_state: Option<bool>,
    retain_unsigned_signature_fields: Option<bool>,
    pub(crate) acrobat_version: Option<AcrobatVersion>,
}

/// A name such as `Acrobat_11`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct AcrobatVersion(pub(crate) PdfVersion);

impl TryFrom<String> for AcrobatVersion {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let version = PdfVersion::from_acrobat(&name).map(Self);
        version.ok_or_else(|| format!("{name} is no acrobatVersion"))
    }
}

/// The options of `generatePrintedOutput`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PrintOptions {
    pub(crate) content_root: Option<String>,
    pub(crate) print_config: Option<PrintConfig>,
    pub(crate) locale: Option<String>,
    pub(crate) copies: Option<u32>,
    pub(crate) pagination_override: Option<Pagination>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrintConfig {
    pub(crate) render_type: RenderType,
    pub(crate) xdc_uri: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum RenderType {
    PostScript,
    #[serde(rename = "PCL")]
    Pcl,
    #[serde(rename = "ZPL")]
    Zpl,
    #[serde(rename = "DPL")]
    Dpl,
    #[serde(rename = "IPL")]
    Ipl,
    #[serde(rename = "TPCL")]
    Tpcl,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Pagination {
    Simplex,
    DuplexShortEdge,
    DuplexLongEdge,
}

/// The options of `generate/afp`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AfpOptions {
    pub(crate) content_root: Option<String>,
    embed_fonts: Option<bool>,
    pub(crate) locale: Option<String>,
    pdf_version: Option<String>,
    pub(crate) resolution: Option<u32>,
}

/// The options of `ddx/invoke`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AssemblyOptions {
    default_style: Option<String>,
    pub(crate) validate_only: Option<bool>,
    pub(crate) fail_on_error: Option<bool>,
    first_bates_number: Option<i64>,
}

/// The options of `pdfa/convert` and `pdfa/validate`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PdfaOptions {
    pub(crate) compliance: Option<Compliance>,
    result_level: Option<ResultLevel>,
    optional_content: Option<OptionalContent>,
    color_space: Option<ColorSpace>,
    verify: Option<bool>,
}

/// A level such as `PDFA_1B`, which is the default.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Compliance(pub(crate) PdfaLevel);

impl Default for Compliance {
    fn default() -> Self {
        Self(PdfaLevel::new(1, 'B'))
    }
}

impl TryFrom<String> for Compliance {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let level = PdfaLevel::from_option(&name).map(Self);
        level.ok_or_else(|| format!("{name} is no compliance"))
    }
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ResultLevel {
    PassFail,
    Summary,
    Detailed,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum OptionalContent {
    Visible,
    All,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum ColorSpace {
    #[serde(rename = "S_RGB")]
    SRgb,
    #[serde(rename = "COATED_FOGRA27")]
    CoatedFogra27,
    #[serde(rename = "JAPAN_COLOR_COATED")]
    JapanColorCoated,
    #[serde(rename = "SWOP")]
    Swop,
}
