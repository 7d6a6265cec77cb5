//! The data of AEM beside repository and settings.

use crate::aem_data::graphql::QueryStore;
use crate::aem_data::uploads::UploadStore;

/// The data of AEM beside repository and settings.
#[derive(Clone, Default)]
pub(crate) struct AemStore {
    pub(crate) uploads: UploadStore,
    pub(crate) queries: QueryStore,
}
