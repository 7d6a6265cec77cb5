//! The description of the emulated IMS.

use crate::openapi::area::Area;

/// The table of IMS.
const TABLE: &str = include_str!("openapi.json");

/// Returns the description of IMS.
pub(crate) fn area() -> Area {
    Area::read(TABLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ims::endpoint::ImsEndpoint;
    use crate::openapi::area::{check, sample_path, variants};

    #[test]
    fn every_endpoint_is_described() {
        let (variants, name) = variants!(ImsEndpoint: Exchange, Token(_), Authorize, SignInForm,
            Logout, LogoutToken, Register, Revoke, Discovery, ValidateToken, InvalidateToken,
            Profile, Userinfo, Organizations, Organization(_), GroupMembers(..), ProductContexts,
            AccountCluster, AdminProfile, AdminOrganizations, KeySet, KeyCertificate(_));
        let variant_of = |path: &str| ImsEndpoint::from_path(path).as_ref().map(name);
        check(
            &area(),
            variants,
            variant_of,
            &[include_str!("endpoint.rs")],
        );
    }

    #[test]
    fn pages_call_the_endpoints_that_say_so() {
        let area = area();
        for entry in &area.endpoints {
            for template in &entry.paths {
                let path = sample_path(&area, entry, template);
                let endpoint = ImsEndpoint::from_path(&path).unwrap();
                assert_eq!(entry.pages, endpoint.is_for_pages(), "{template}");
            }
        }
    }
}
