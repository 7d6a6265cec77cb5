//! The description of the emulated AEM.

use crate::openapi::area::Area;

/// The table of AEM.
const TABLE: &str = include_str!("openapi.json");

/// The table of AEM Forms.
#[cfg(feature = "forms")]
const FORMS_TABLE: &str = include_str!("forms/openapi.json");

/// Returns the descriptions of AEM and of its parts.
pub(crate) fn areas() -> Vec<Area> {
    let tables = [
        TABLE,
        #[cfg(feature = "forms")]
        FORMS_TABLE,
    ];
    tables.map(Area::read).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aem::endpoint::AemEndpoint;
    use crate::openapi::area::{check, variants};

    #[test]
    fn every_endpoint_is_described() {
        let (variants, name) = variants!(AemEndpoint: AssetsApi, Content, Upload(_),
            UploadPart(..), ExecuteQuery, PersistQuery, ListQueries, Query(_), CsrfToken,
            #[cfg(feature = "forms")] Forms(_), UnknownApi, Unknown);
        // Forms has a table of its own, and the others are only errors.
        let others = ["Forms", "UnknownApi", "Unknown"];
        let variants: Vec<&str> = variants
            .iter()
            .copied()
            .filter(|variant| !others.contains(variant))
            .collect();
        let variant_of = |path: &str| AemEndpoint::from_path(path).as_ref().map(name);
        check(
            &Area::read(TABLE),
            &variants,
            variant_of,
            &[include_str!("graphql.rs"), include_str!("blob_storage.rs")],
        );
    }

    #[cfg(feature = "forms")]
    #[test]
    fn every_endpoint_of_forms_is_described() {
        use crate::aem::forms::endpoint::FormsEndpoint;

        let (variants, name) = variants!(FormsEndpoint: GeneratePdf, GeneratePrint, GenerateAfp,
            InvokeDdx, ConvertToPdfa, ValidatePdfa, Batch(_));
        let variant_of = |path: &str| FormsEndpoint::from_path(path).as_ref().map(name);
        let source = include_str!("forms/endpoint.rs");
        check(&Area::read(FORMS_TABLE), variants, variant_of, &[source]);
    }
}
