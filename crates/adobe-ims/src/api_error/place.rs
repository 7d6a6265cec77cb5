//! The API that a URL belongs to, by its host and its path.

use http::Uri;

use super::aem_id::{AemEnvironment, Tier};

/// The API that a URL belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub(super) service: Service,
    pub(super) area: Area,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// AEM as a Cloud Service; the tier and the environment are those of the host, if it names them.
    Aem(Option<(Tier, AemEnvironment)>),
    /// An API behind Adobe's gateway.
    Gateway(GatewayApi),
    /// A host that says nothing.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GatewayApi {
    Analytics,
    UserManagement,
    Other,
}

/// The part of AEM that a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Area {
    /// `/adobe/forms/doc/…`: documents from templates.
    FormsDocuments,
    /// `/adobe/forms/assembler/…`.
    FormsAssembler,
    /// `/adobe/forms/batch/…`.
    FormsBatch,
    /// `/adobe/document/…`: document services, for OAuth only.
    DocumentServices,
    /// Other APIs under `/adobe/…`.
    OpenApi,
    /// `/api/assets…`.
    Assets,
    /// Content, GraphQL and servlets.
    Classic,
    /// A path that says nothing about AEM.
    Unknown,
}

impl Area {
    fn of(path: &str) -> Self {
        let path = path.to_ascii_lowercase();
        let begins = |start: &str| path.starts_with(start);
        let classic = [
            "/content/",
            "/graphql/",
            "/libs/",
            "/bin/",
            "/apps/",
            "/conf/",
            "/etc/",
            "/home/",
        ];
        if begins("/adobe/forms/doc/") {
            Self::FormsDocuments
        } else if begins("/adobe/forms/assembler/") {
            Self::FormsAssembler
        } else if begins("/adobe/forms/batch/") {
            Self::FormsBatch
        } else if begins("/adobe/document/") {
            Self::DocumentServices
        } else if begins("/adobe/") {
            Self::OpenApi
        } else if begins("/api/assets") {
            Self::Assets
        } else if classic.into_iter().any(begins) {
            Self::Classic
        } else {
            Self::Unknown
        }
    }

    /// Returns true for the Communications APIs, which want the group `forms-users`.
    pub(super) fn is_forms(self) -> bool {
        matches!(
            self,
            Self::FormsDocuments | Self::FormsAssembler | Self::FormsBatch
        )
    }

    /// Returns true for APIs that Adobe describes with OpenAPI, which accept OAuth clients only.
    pub(super) fn is_oauth_only(self) -> bool {
        matches!(self, Self::DocumentServices | Self::OpenApi)
    }
}

impl Place {
    /// Reads host and path of a URL.
    pub fn of(url: &Uri) -> Self {
        let host = host(url);
        let area = Area::of(url.path());
        Self {
            service: service(&host, area),
            area,
        }
    }

    /// Returns the tier and the environment of the host.
    pub(super) fn aem(&self) -> Option<(Tier, AemEnvironment)> {
        match self.service {
            Service::Aem(ids) => ids,
            _ => None,
        }
    }

    pub(super) fn tier(&self) -> Option<Tier> {
        self.aem().map(|(tier, _)| tier)
    }

    /// Returns the name of the tier that the host names: author, publish or preview.
    pub fn tier_name(&self) -> Option<&'static str> {
        self.tier().map(Tier::as_str)
    }

    /// Returns true for a host or a path of AEM.
    pub fn is_aem(&self) -> bool {
        matches!(self.service, Service::Aem(_))
    }

    /// Returns true for a host of Adobe's gateway.
    pub fn is_gateway(&self) -> bool {
        matches!(self.service, Service::Gateway(_))
    }

    /// Returns true for a path of the Communications APIs, which want the group `forms-users`.
    pub fn is_forms(&self) -> bool {
        self.area.is_forms()
    }
}

/// Returns the host in lower case.
pub(super) fn host(url: &Uri) -> String {
    url.host()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_ascii_lowercase()
}

fn service(host: &str, area: Area) -> Service {
    let aem = [".adobeaemcloud.com", ".adobeaemcloud.net"];
    if let Some(name) = aem.iter().find_map(|end| host.strip_suffix(end)) {
        return Service::Aem(AemEnvironment::from_label(name));
    }
    if host.ends_with(".adobe.io") {
        return Service::Gateway(match host {
            "analytics.adobe.io" => GatewayApi::Analytics,
            "usermanagement.adobe.io" => GatewayApi::UserManagement,
            _ => GatewayApi::Other,
        });
    }
    // A customer's own domain in front of AEM, or a local one.
    match area {
        Area::Unknown => Service::Unknown,
        _ => Service::Aem(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Place {
        Place::of(&url.parse().unwrap())
    }

    #[test]
    fn host_and_path_tell_the_api() {
        let author =
            place("https://AUTHOR-p1-e2.adobeaemcloud.com/adobe/forms/doc/v1/generatePDFOutput");
        assert_eq!(author.tier(), Some(Tier::Author));
        assert_eq!(author.area, Area::FormsDocuments);
        assert!(place("https://www.example.com/api/assets.json").is_aem());
        assert_eq!(place("https://www.example.com/x").service, Service::Unknown);
        assert_eq!(place("https://badadobe.io/").service, Service::Unknown);
        let analytics = place("https://analytics.adobe.io/api/x").service;
        assert_eq!(analytics, Service::Gateway(GatewayApi::Analytics));
        assert_eq!(
            place("https://a.adobeaemcloud.com/adobe/folders").area,
            Area::OpenApi
        );
    }
}
