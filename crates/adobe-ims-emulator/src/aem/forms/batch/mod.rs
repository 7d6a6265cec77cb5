//! The batch API: many documents from the records of a storage, which here is a local folder.
//!
//! A batch goes on by the clock of the emulator. It does what is due when somebody asks for its
//! state.

pub(crate) mod config;
pub(crate) mod records;
pub(crate) mod work;
pub(crate) mod state_view;
pub(crate) mod endpoint;

use crate::behaviour::{Area, Behaviour, source};

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::Forms.documented(
        "forms-batch-requests",
        "Configurations, executions and states have the requests, fields and statuses of Adobe's specification.",
        source::FORMS_API,
    ),
    Area::Forms.documented(
        "forms-batch-results",
        "Results are `pdf/success/record1.pdf`, `pcl/failure/record2.error.txt`; records are the elements of level 2 unless the XCI says otherwise.",
        "Adobe, AEM Forms as a Cloud Service: batch processing; known issues and limitations",
    ),
    Area::Forms.inferred(
        "forms-batch-pace",
        "A batch reads the records first, and then takes `batch_record_ms` for each.",
        "Adobe publishes no times",
    ),
    Area::Forms.inferred(
        "forms-batch-folders",
        "Two local folders stand for the storage in Azure.",
        "the emulator uses no network",
    ),
];
