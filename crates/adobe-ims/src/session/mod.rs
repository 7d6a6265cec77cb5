//! Sessions: what a sign-in left, and the tokens that it still brings.

mod data;
mod source;
mod store;
mod user;

pub(crate) use data::Latest;
pub use data::{Session, SessionKey};
pub use source::SessionSource;
pub(crate) use store::{PATIENCE, PATIENCE_FOR_A_TOKEN};
pub use store::{SessionFile, Sessions};
pub use user::UserSession;
