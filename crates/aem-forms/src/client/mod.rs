//! [`FormsClient`]: requests to the APIs of one AEM.

mod target;
mod header_source;
pub(crate) mod retry;
pub(crate) mod call;
pub(crate) mod exchange;
pub(crate) mod refusal;
mod forms_client;
mod builder;
pub(crate) mod send;

pub use builder::FormsClientBuilder;
pub use forms_client::FormsClient;
pub use header_source::{HeaderSource, RequestHeaders};
