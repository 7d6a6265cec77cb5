//! Technical accounts, and the assertions that they sign.

mod claims;
mod technical_account;

pub use claims::{Assertion, AssertionOptions};
pub use technical_account::TechnicalAccount;
