//! RSA keys, X.509 certificates and PEM.

pub(crate) mod pem;
pub(crate) mod signing_key;
pub(crate) mod certificate;
