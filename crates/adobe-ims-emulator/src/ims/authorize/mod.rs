//! The authorization endpoint, the pages of the sign-in, and the logout.

pub(crate) mod redirect;
pub(crate) mod pages;
pub(crate) mod browser_session;
pub(crate) mod request;
pub(crate) mod endpoint;
pub(crate) mod sign_in_form;
pub(crate) mod logout;
