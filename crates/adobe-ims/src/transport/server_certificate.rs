//! The certificate of a server as a person reads it, for an examination of the network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::SystemTime;

use der::Decode;
use der::asn1::OctetString;
use rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityInfoAccessSyntax, SubjectAltName};

use crate::error::ServerText;
use crate::error::redact::Redactor;

/// More names of one certificate are not read.
const MAX_NAMES: usize = 20;

/// The certificate that a server sent, and what is known about its issuer.
#[derive(Clone, Debug)]
pub struct ServerCertificate {
    /// The owner.
    pub subject: ServerText,
    /// The signer.
    pub issuer: ServerText,
    /// The host names and addresses that it is for.
    pub names: Vec<ServerText>,
    /// The start of the validity.
    pub not_before: SystemTime,
    /// The end of the validity.
    pub not_after: SystemTime,
    /// The signer of the last certificate that the server sent.
    pub last_issuer: ServerText,
    /// The number of certificates that the server sent, this one included.
    pub sent: usize,
    /// The place of the issuer in the chain.
    pub kind: IssuerKind,
}

/// The kind of the issuer, by the certificates of a server and those that this machine trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerKind {
    /// The certificate signed itself.
    SelfSigned,
    /// This machine trusts a CA of the same name, which has another key.
    SameName,
    /// The certificate says where that of its issuer can be fetched, as those of public CAs do.
    Published,
    /// The issuer is called an intermediate CA.
    Intermediate,
    /// This machine trusts a CA whose name has words in common with that of the issuer.
    Similar(ServerText),
    /// Nothing is known.
    Unknown,
}

/// Reads the certificates of a server, its own first. `trusted` are the names of the CAs that this machine trusts.
pub(super) fn read(
    chain: &[CertificateDer<'_>],
    trusted: &[String],
    redactor: &Redactor,
) -> Option<ServerCertificate> {
    let own = parse(chain.first()?)?;
    let tbs = own.tbs_certificate();
    let issuer = tbs.issuer().to_string();
    let last = parse(chain.last()?)?.tbs_certificate().issuer().to_string();
    let validity = tbs.validity();
    let kind = if tbs.issuer() == tbs.subject() {
        IssuerKind::SelfSigned
    } else {
        kind_of_issuer(&issuer, names_url_of_issuer(&own), trusted, redactor)
    };
    Some(ServerCertificate {
        subject: redactor.server_text(&tbs.subject().to_string()),
        issuer: redactor.server_text(&issuer),
        names: names(&own)
            .map(|name| redactor.server_text(&name))
            .collect(),
        not_before: SystemTime::UNIX_EPOCH + validity.not_before.to_unix_duration(),
        not_after: SystemTime::UNIX_EPOCH + validity.not_after.to_unix_duration(),
        last_issuer: redactor.server_text(&last),
        sent: chain.len(),
        kind,
    })
}

/// Returns the name of the owner of a certificate.
pub(super) fn subject(certificate: &CertificateDer<'_>) -> Option<String> {
    let subject = parse(certificate)?.tbs_certificate().subject().to_string();
    Some(subject)
}

fn parse(certificate: &CertificateDer<'_>) -> Option<Certificate> {
    Certificate::from_der(certificate).ok()
}

fn kind_of_issuer(
    issuer: &str,
    is_published: bool,
    trusted: &[String],
    redactor: &Redactor,
) -> IssuerKind {
    if trusted.iter().any(|name| name == issuer) {
        return IssuerKind::SameName;
    }
    if is_published {
        return IssuerKind::Published;
    }
    if words(issuer).any(|word| ["intermediate", "issuing"].contains(&word.as_str())) {
        return IssuerKind::Intermediate;
    }
    match trusted.iter().find(|name| is_similar(issuer, name)) {
        Some(name) => IssuerKind::Similar(redactor.server_text(name)),
        None => IssuerKind::Unknown,
    }
}

/// Words that many names of CAs have.
const COMMON_WORDS: &[&str] = &[
    "and",
    "authority",
    "cert",
    "certificate",
    "certification",
    "corp",
    "ecc",
    "for",
    "global",
    "gmbh",
    "inc",
    "intermediate",
    "issuing",
    "limited",
    "llc",
    "ltd",
    "network",
    "org",
    "primary",
    "public",
    "root",
    "rsa",
    "secure",
    "security",
    "server",
    "services",
    "sha",
    "signing",
    "ssl",
    "sub",
    "the",
    "tls",
    "trust",
    "trusted",
];

/// Returns true if the names of two CAs have a word in common that few other CAs have, so that one may have issued the
/// other. Roots issue themselves, and names that differ in numbers only are those of two roots.
fn is_similar(issuer: &str, trusted: &str) -> bool {
    let telling = |word: &&String| word.len() > 2 && !COMMON_WORDS.contains(&word.as_str());
    let of_issuer: Vec<_> = words(issuer).collect();
    let of_trusted: Vec<_> = words(trusted).collect();
    let is_root = of_issuer.iter().any(|word| word == "root") || of_issuer == of_trusted;
    let mut telling = of_issuer.iter().filter(telling);
    !is_root && telling.any(|word| of_trusted.contains(word))
}

/// Returns the words of a name in lower case. Words with digits, and single letters, number the CAs of one
/// owner.
fn words(name: &str) -> impl Iterator<Item = String> {
    // The country says nothing.
    let parts = name
        .split([',', '+'])
        .filter(|part| !part.starts_with("C="));
    let values = parts.map(|part| part.split_once('=').map_or(part, |(_, value)| value));
    values
        .flat_map(|value| value.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 1 && !word.contains(|c: char| c.is_ascii_digit()))
        .map(str::to_lowercase)
}

fn names(certificate: &Certificate) -> impl Iterator<Item = String> {
    let tbs = certificate.tbs_certificate();
    let names = tbs.get_extension::<SubjectAltName>().ok().flatten();
    let names = names.map(|(_, names)| names.0).unwrap_or_default();
    let text = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(address) => Some(ip_address(address)?.to_string()),
        _ => None,
    };
    let texts: Vec<_> = names.iter().filter_map(text).take(MAX_NAMES).collect();
    texts.into_iter()
}

fn ip_address(bytes: &OctetString) -> Option<IpAddr> {
    let bytes = bytes.as_bytes();
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(four).into());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(Ipv6Addr::from(sixteen).into())
}

fn names_url_of_issuer(certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    let access = tbs.get_extension::<AuthorityInfoAccessSyntax>();
    let Ok(Some((_, access))) = access else {
        return false;
    };
    let is_issuer = |entry: &x509_cert::ext::pkix::AccessDescription| {
        // id-ad-caIssuers (RFC 5280 §4.2.2.1).
        entry.access_method.to_string() == "1.3.6.1.5.5.7.48.2"
    };
    access.0.iter().any(is_issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_owner_are_similar() {
        for (one, other, expected) in [
            ("CN=Example Proxy CA 2", "CN=Example Root", true),
            (
                "CN=R10,O=Let's Encrypt,C=US",
                "CN=ISRG Root X1,O=Internet Security Research Group,C=US",
                false,
            ),
            (
                "CN=DigiCert TLS RSA SHA256 2020 CA1,O=DigiCert Inc,C=US",
                "CN=DigiCert Global Root CA,OU=www.digicert.com,O=DigiCert Inc,C=US",
                true,
            ),
            ("CN=Issuing CA", "CN=Root CA", false),
            ("CN=Example CA 2", "CN=Example CA 1", false),
            ("CN=Example Root 2", "CN=Example CA", false),
            ("CN=Proxy of A,C=US", "CN=Root of B,C=US", false),
            (
                "CN=Zscaler Intermediate Root CA",
                "CN=GlobalSign Root CA,O=GlobalSign nv-sa",
                false,
            ),
        ] {
            assert_eq!(is_similar(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn issuer_is_judged_by_the_strongest_fact() {
        let redactor = Redactor::new([]);
        let trusted = ["CN=Example Root".to_owned(), "CN=Same".to_owned()];
        let kind =
            |issuer: &str, is_published| kind_of_issuer(issuer, is_published, &trusted, &redactor);
        assert_eq!(kind("CN=Same", true), IssuerKind::SameName);
        assert_eq!(kind("CN=Example TLS", true), IssuerKind::Published);
        assert_eq!(kind("CN=Issuing CA 3", false), IssuerKind::Intermediate);
        let similar = redactor.server_text("CN=Example Root");
        assert_eq!(kind("CN=Example TLS", false), IssuerKind::Similar(similar));
        assert_eq!(kind("CN=Proxy", false), IssuerKind::Unknown);
    }
}
