//! SessionStore: what a sign-in left, and the tokens that it still brings.

mod data;
mod source;
mod store;
mod user;

pub(crate) use data::LatestToken;
pub use data::{Session, SessionKey};
pub use source::SessionSource;
pub(crate) use store::{LOCK_TIMEOUT, TOKEN_LOCK_TIMEOUT};
pub use store::{SessionFile, SessionStore};
pub use user::UserSession;
