//! The authorization endpoint, the pages of the sign-in, and the logout.

pub(crate) mod redirect;
pub(crate) mod pages;
pub(crate) mod sign_in_form;
pub(crate) mod endpoint;
pub(crate) mod logout;
