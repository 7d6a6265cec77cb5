//! The paths of the remote control, and the methods of each.

use std::borrow::Cow;

use bytes::Bytes;
use http::{Method, Request};

use crate::control::aem_rights::{grant_rights, set_rights};
use crate::control::consents::{self, ConsentPath};
use crate::control::health::health;
use crate::control::openapi::openapi;
use crate::control::overview::{overview, redirect};
use crate::control::page::PageFile;
use crate::control::registry::RegistryEndpoint;
use crate::control::sign_ins::sign_in;
use crate::control::verify::verify;
use crate::control::{
    aem_allow_list, aem_files, aem_graphql, aem_settings, clock, faults, ims_settings, lifetimes,
    requests, snapshots,
};
use crate::http::content_disposition::percent_decode;
use crate::http::error_response::ErrorResponse;
use crate::http::methods::Methods;
use crate::http::response::Response;
use crate::state::State;

/// An endpoint of the remote control.
pub(crate) enum ControlEndpoint<'a> {
    /// A path that leads to the overview.
    Root,
    Overview,
    OpenApi,
    PageFile(PageFile),
    Health,
    Clock,
    AdvanceClock,
    Reset,
    Snapshots,
    /// The restoration of the snapshot with this id.
    RestoreSnapshot(Cow<'a, str>),
    ImsSettings,
    Lifetimes,
    AemRights,
    /// The rights of this account, or person.
    AemRightsOf(Cow<'a, str>),
    /// A file below `/content/dam/`.
    AemFile(Cow<'a, str>),
    AemSettings,
    AemAllowList,
    /// The entry of this client id.
    AemAllowedClient(Cow<'a, str>),
    AemQueries,
    /// The query of this configuration and name.
    AemQuery(Cow<'a, str>),
    Faults,
    /// The fault with this id.
    Fault(Cow<'a, str>),
    Requests,
    Verify,
    /// An account, a client, a person or a token that a test registers.
    Registry(RegistryEndpoint<'a>),
    /// The consent of an organization to a client.
    Consent(ConsentPath),
    SignIn,
}

impl<'a> ControlEndpoint<'a> {
    /// Returns the endpoint of a path.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        Self::for_plain_path(path)
            .or_else(|| Self::for_named_resource(path))
            .or_else(|| RegistryEndpoint::from_path(path).map(Self::Registry))
    }

    fn for_plain_path(path: &str) -> Option<Self> {
        Some(match path {
            "/" | "/_emu" => Self::Root,
            "/_emu/" => Self::Overview,
            "/_emu/openapi.json" => Self::OpenApi,
            "/_emu/health" => Self::Health,
            "/_emu/clock" => Self::Clock,
            "/_emu/clock/advance" => Self::AdvanceClock,
            "/_emu/reset" => Self::Reset,
            "/_emu/snapshots" => Self::Snapshots,
            "/_emu/settings" => Self::ImsSettings,
            "/_emu/lifetimes" => Self::Lifetimes,
            "/_emu/aem/rights" => Self::AemRights,
            "/_emu/aem/settings" => Self::AemSettings,
            "/_emu/aem/allow_list" => Self::AemAllowList,
            "/_emu/aem/graphql" => Self::AemQueries,
            "/_emu/faults" => Self::Faults,
            "/_emu/requests" => Self::Requests,
            "/_emu/verify" => Self::Verify,
            "/_emu/sign_ins" => Self::SignIn,
            _ => return None,
        })
    }

    fn for_named_resource(path: &'a str) -> Option<Self> {
        let decoded = |name: &'a str| match percent_decode(name) {
            Cow::Borrowed(_) => Some(Cow::Borrowed(name)),
            Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
        };
        if let Some(account) = path.strip_prefix("/_emu/aem/rights/") {
            return decoded(account).map(Self::AemRightsOf);
        }
        if let Some(client) = path.strip_prefix("/_emu/aem/allow_list/") {
            return decoded(client).map(Self::AemAllowedClient);
        }
        if let Some(query) = path.strip_prefix("/_emu/aem/graphql/") {
            return decoded(query).map(Self::AemQuery);
        }
        if let Some(id) = path.strip_prefix("/_emu/snapshots/") {
            let id = id.strip_suffix("/restore")?;
            return decoded(id).map(Self::RestoreSnapshot);
        }
        if let Some(id) = path.strip_prefix("/_emu/faults/") {
            return decoded(id).map(Self::Fault);
        }
        if let Some(path) = path.strip_prefix("/_emu/clients/")
            && let Some((client_id, organization)) = path.split_once("/consents/")
        {
            return Some(Self::Consent(ConsentPath {
                client_id: decoded(client_id)?.into_owned(),
                organization: decoded(organization)?.into_owned(),
            }));
        }
        if let Some(name) = path.strip_prefix("/_emu/page/") {
            return PageFile::from_name(name).map(Self::PageFile);
        }
        let file = path.strip_prefix("/_emu/aem/dam/")?;
        decoded(file).map(Self::AemFile)
    }

    /// Returns whether requests of the endpoint have documents.
    pub(crate) fn takes_documents(&self) -> bool {
        matches!(self, Self::AemFile(_))
    }

    /// Returns the methods of the endpoint.
    pub(crate) fn methods(&self) -> Methods {
        match self {
            Self::AdvanceClock
            | Self::Reset
            | Self::Snapshots
            | Self::RestoreSnapshot(_)
            | Self::AemRights
            | Self::Verify
            | Self::SignIn => Methods::new(&[Method::POST]),
            Self::Registry(endpoint) => endpoint.methods(),
            Self::AemRightsOf(_) | Self::AemAllowedClient(_) | Self::Consent(_) => {
                Methods::new(&[Method::PUT, Method::DELETE])
            }
            Self::AemFile(_) | Self::AemQuery(_) => {
                Methods::new(&[Method::GET, Method::HEAD, Method::PUT, Method::DELETE])
            }
            Self::Clock | Self::ImsSettings | Self::Lifetimes | Self::AemSettings => {
                Methods::new(&[Method::GET, Method::HEAD, Method::PATCH])
            }
            Self::Faults => {
                Methods::new(&[Method::GET, Method::HEAD, Method::POST, Method::DELETE])
            }
            Self::Fault(_) | Self::Requests => {
                Methods::new(&[Method::GET, Method::HEAD, Method::DELETE])
            }
            Self::Root
            | Self::Overview
            | Self::OpenApi
            | Self::PageFile(_)
            | Self::Health
            | Self::AemAllowList
            | Self::AemQueries => Methods::new(&[Method::GET, Method::HEAD]),
        }
    }

    /// Returns the response of the endpoint.
    pub(crate) fn respond(
        self,
        state: &State,
        http: &Request<Bytes>,
    ) -> Result<Response, ErrorResponse> {
        match self {
            Self::Root => Ok(redirect()),
            Self::Overview => Ok(overview(state, http)),
            Self::OpenApi => Ok(openapi(state)),
            Self::PageFile(file) => Ok(file.response()),
            Self::Health => Ok(health(state)),
            Self::Clock => clock::handle(state, http),
            Self::AdvanceClock => clock::advance(state, http),
            Self::Reset => Ok(snapshots::reset(state)),
            Self::Snapshots => Ok(snapshots::add(state)),
            Self::RestoreSnapshot(id) => snapshots::restore(state, &id),
            Self::ImsSettings => ims_settings::handle(state, http),
            Self::Lifetimes => lifetimes::handle(state, http),
            Self::AemRights => grant_rights(state, http),
            Self::AemRightsOf(account) => set_rights(state, http, &account),
            Self::AemFile(path) => aem_files::handle(state, http, &path),
            Self::AemSettings => aem_settings::handle(state, http),
            Self::AemAllowList => Ok(aem_allow_list::list(state)),
            Self::AemAllowedClient(id) => aem_allow_list::set(state, http, &id),
            Self::AemQueries => Ok(aem_graphql::list(state)),
            Self::AemQuery(name) => aem_graphql::handle(state, http, &name),
            Self::Faults => faults::handle(state, http),
            Self::Fault(id) => faults::handle_one(state, http, &id),
            Self::Requests => requests::handle(state, http),
            Self::Verify => verify(state, http),
            Self::Registry(endpoint) => endpoint.respond(state, http),
            Self::Consent(path) => consents::handle(state, http, &path),
            Self::SignIn => sign_in(state, http),
        }
    }
}
