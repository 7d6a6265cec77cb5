//! The endpoints of AEM Forms, and the checks that all of them make.

use bytes::Bytes;
use http::{Method, Request};

use crate::aem::access::{Caller, Refusal, enter, not_allowlisted, unknown_host};
use crate::aem::forms::error::{Family, FormsError};
use crate::aem::forms::{assemble, batch, generate_afp, generate_pdf, generate_print, pdfa};
use crate::aem::problem::unknown_api;
use crate::aem::site::site;
use crate::behaviour::{Area, Behaviour, source};
use crate::http::response::Response;
use crate::identities::aem_group::AemGroup;
use crate::identities::aem_tier::AemTier;
use crate::state::State;

/// An endpoint of AEM Forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormsEndpoint<'a> {
    GeneratePdf,
    GeneratePrint,
    GenerateAfp,
    InvokeDdx,
    ConvertToPdfa,
    ValidatePdfa,
    /// The part of the path below `/adobe/forms/batch/output/`.
    Batch(&'a str),
}

impl<'a> FormsEndpoint<'a> {
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        Some(match path {
            "/adobe/forms/doc/v1/generatePDFOutput" => Self::GeneratePdf,
            "/adobe/forms/doc/v1/generatePrintedOutput" => Self::GeneratePrint,
            "/adobe/forms/doc/v1/generate/afp" => Self::GenerateAfp,
            "/adobe/forms/assembler/ddx/invoke" => Self::InvokeDdx,
            "/adobe/forms/assembler/pdfa/convert" => Self::ConvertToPdfa,
            "/adobe/forms/assembler/pdfa/validate" => Self::ValidatePdfa,
            _ => Self::Batch(path.strip_prefix("/adobe/forms/batch/output/")?),
        })
    }

    fn family(self) -> Family {
        match self {
            Self::GeneratePdf | Self::GeneratePrint | Self::GenerateAfp => Family::Generation,
            Self::InvokeDdx | Self::ConvertToPdfa | Self::ValidatePdfa => Family::Assembler,
            Self::Batch(_) => Family::Batch,
        }
    }

    /// Returns the group whose members may call the endpoint.
    fn group(self) -> AemGroup {
        match self {
            Self::Batch(_) => AemGroup::Administrators,
            _ => AemGroup::FormsUsers,
        }
    }
}

/// Returns the answer of an endpoint.
pub(crate) fn respond(
    state: &State,
    http: &Request<Bytes>,
    endpoint: FormsEndpoint<'_>,
) -> Response {
    let Some(site) = site(state, http) else {
        return unknown_host(http);
    };
    let is_batch = matches!(endpoint, FormsEndpoint::Batch(_));
    if is_batch && site.tier != AemTier::Author {
        return unknown_api(state);
    }
    let caller = match enter(state, http) {
        Ok(visit) => visit.caller,
        // The proxy in front of AEM refuses such a client, before Forms does.
        Err(Refusal::NotAllowlisted) => return not_allowlisted(),
        Err(Refusal::UnknownHost | Refusal::Token) => Caller::Anonymous,
    };
    let answer = check(http, &caller, endpoint).and_then(|()| match endpoint {
        FormsEndpoint::GeneratePdf => generate_pdf::handle(state, http),
        FormsEndpoint::GeneratePrint => generate_print::handle(state, http),
        FormsEndpoint::GenerateAfp => generate_afp::handle(state, http),
        FormsEndpoint::InvokeDdx => assemble::handle(state, http),
        FormsEndpoint::ConvertToPdfa => pdfa::convert(state, http),
        FormsEndpoint::ValidatePdfa => pdfa::validate(state, http),
        FormsEndpoint::Batch(path) => batch::endpoint::handle(state, http, path),
    });
    answer.unwrap_or_else(|error| error.into_response(endpoint.family()))
}

/// Returns the answer to a body that is too large.
pub(crate) fn refuse_size(endpoint: FormsEndpoint<'_>, limit: usize) -> Response {
    FormsError::too_large(limit).into_response(endpoint.family())
}

/// Checks the token, the rights and the method of a request, in this order (inferred).
fn check(
    http: &Request<Bytes>,
    caller: &Caller,
    endpoint: FormsEndpoint<'_>,
) -> Result<(), FormsError> {
    let group = endpoint.group();
    match caller {
        Caller::Anonymous => return Err(FormsError::unauthorized()),
        Caller::User(groups) if groups.allow(group) => {}
        Caller::User(_) => return Err(FormsError::forbidden(group.name())),
    }
    if !matches!(endpoint, FormsEndpoint::Batch(_)) && http.method() != Method::POST {
        return Err(FormsError::method_not_allowed("POST"));
    }
    Ok(())
}

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Forms.documented(
        "forms-paths",
        "The paths are those of Adobe's specifications, with POST and `multipart/form-data`.",
        source::FORMS_API,
    ),
    Area::Forms.documented(
        "forms-users",
        "The calls need the group `forms-users`; without it 403. Without a valid token they get 401, on publish too.",
        "Adobe, tutorial on document generation with Forms (2024)",
    ),
    Area::Forms.documented(
        "forms-batch-administrators",
        "The batch API needs `administrators`. That publish and preview have no batch API, and answer 404, is inferred.",
        "Adobe, AEM Forms as a Cloud Service: batch processing",
    ),
];
