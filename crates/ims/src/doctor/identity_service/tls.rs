//! The encryption of the connection: the certificate of the server, and who issued it.

use std::time::SystemTime;

use adobe_ims::Problem;
use adobe_ims::error::Certainty;
use adobe_ims::internal::network::{IssuerKind, ServerCertificate};
use adobe_ims::internal::time;

use super::way::Need;
use crate::doctor::check::{Check, CheckId, FoundCause};
use crate::error::CommandProblem;

const ID: CheckId = CheckId::Tls;

/// Words in the names of CAs of programs that inspect TLS (inferred from the names of products).
const INSPECTORS: &[&str] = &[
    "avast",
    "barracuda",
    "bitdefender",
    "blue coat",
    "bluecoat",
    "charles proxy",
    "check point",
    "cisco umbrella",
    "cloudflare gateway",
    "eset ssl filter",
    "fiddler",
    "forcepoint",
    "fortigate",
    "fortinet",
    "iboss",
    "kaspersky",
    "menlo security",
    "mitmproxy",
    "netskope",
    "palo alto",
    "portswigger",
    "sonicwall",
    "sophos",
    "squid",
    "untangle",
    "watchguard",
    "websense",
    "zscaler",
];

/// More names of one certificate are not shown.
const MAX_NAMES: usize = 4;

/// The certificate of a server, and when it was looked at.
pub(super) struct Examined<'a> {
    pub(super) host: &'a str,
    pub(super) certificate: Option<&'a ServerCertificate>,
    pub(super) now: SystemTime,
}

/// Returns the check of a connection that was encrypted.
pub(super) fn good(tls: &Examined<'_>) -> Check {
    let check = Check::ok(ID, format!("the certificate of {} is trusted", tls.host));
    let Some(certificate) = tls.certificate else {
        return check;
    };
    let last = &certificate.last_issuer;
    check.seen(format!("issued by {last:?}")).seen(format!(
        "valid until {}",
        time::display(certificate.not_after)
    ))
}

/// Returns the check of a connection that could not be encrypted.
pub(super) fn failed(tls: &Examined<'_>, need: Need, message: &str, cause: FoundCause) -> Check {
    let mut causes = match tls.certificate {
        Some(certificate) if cause.cause == Problem::TlsUntrusted.into() => {
            causes_of_distrust(certificate, cause)
        }
        Some(certificate) => causes_of_flaw(certificate, tls.now, cause),
        None => causes_of_silence(cause),
    };
    causes.sort_by_key(|it| it.certainty);
    let mut causes = causes.into_iter();
    let Some(first) = causes.next() else {
        return Check::skipped(ID, message);
    };
    let check = causes.fold(need.check(ID, message, first), Check::because);
    match tls.certificate {
        Some(certificate) => facts(certificate).into_iter().fold(check, Check::seen),
        None => check,
    }
}

/// Returns the causes of a handshake in which the server sent no certificate. The error of a connection does not say that
/// it ended during a handshake.
fn causes_of_silence(mut cause: FoundCause) -> Vec<FoundCause> {
    if cause.cause == Problem::DeadlineExceeded.into() {
        let plain = FoundCause::new(Problem::TlsNotSpoken, Certainty::Possible)
            .seen("the server is silent since the start of TLS; some servers of plain http are");
        return vec![cause, plain];
    }
    if cause.cause == Problem::ConnectionFailed.into() {
        let handshake = FoundCause::new(Problem::TlsFailed, Certainty::Likely)
            .seen("the connection ended at the start of TLS; some programs that inspect TLS do so");
        cause.certainty = Certainty::Possible;
        return vec![handshake, cause];
    }
    vec![cause]
}

fn facts(certificate: &ServerCertificate) -> Vec<String> {
    let names = certificate.names.iter().take(MAX_NAMES);
    let names: Vec<_> = names.map(|it| it.to_string()).collect();
    let more = match certificate.names.len() - names.len() {
        0 => "",
        _ => " and others",
    };
    let mut facts = vec![
        format!("the certificate is of {:?}", certificate.subject),
        format!("it is issued by {:?}", certificate.issuer),
        format!(
            "it is valid from {} to {}",
            time::display(certificate.not_before),
            time::display(certificate.not_after)
        ),
    ];
    if !names.is_empty() {
        facts.push(format!("it is for {}{more}", names.join(", ")));
    }
    facts.push(match certificate.sent {
        1 => "the server sent this certificate alone".to_owned(),
        number => format!(
            "the server sent {number} certificates; the last is issued by {:?}",
            certificate.last_issuer
        ),
    });
    facts
}

/// Returns the causes for a certificate whose root is not known here. If the server sent its certificate alone, the
/// root may be known, and a certificate between both be missing.
fn causes_of_distrust(certificate: &ServerCertificate, untrusted: FoundCause) -> Vec<FoundCause> {
    let root = &certificate.last_issuer;
    let untrusted = untrusted.fix_first(format!(
        "if you trust it, pass the root certificate of {root:?}: --ca-file FILE or IMS_CA_FILE"
    ));
    let untrusted = match inspector(root) {
        Some(name) => untrusted.seen(format!("{name} is the name of a program that inspects TLS")),
        None => untrusted,
    };
    let incomplete = |certainty| FoundCause::new(CommandProblem::TlsChainIncomplete, certainty);
    let weaker = |mut cause: FoundCause, certainty| {
        cause.certainty = certainty;
        cause
    };
    let sign = match &certificate.kind {
        IssuerKind::SelfSigned => {
            return vec![untrusted.seen("the certificate signed itself")];
        }
        IssuerKind::SameName => {
            return vec![untrusted.seen(
                "a CA of the same name and with another key is trusted here: one of both is outdated",
            )];
        }
        _ if certificate.sent > 1 => return vec![untrusted],
        IssuerKind::Unknown => {
            return vec![
                weaker(untrusted, Certainty::Likely),
                incomplete(Certainty::Possible),
            ];
        }
        IssuerKind::Published => {
            "the certificate says where that of its issuer is published, as those of public CAs do"
                .to_owned()
        }
        IssuerKind::Intermediate => "the issuer is called an intermediate CA".to_owned(),
        IssuerKind::Similar(name) => format!("{name:?} is trusted here, and has a similar name"),
    };
    vec![
        incomplete(Certainty::Likely).seen(sign),
        weaker(untrusted, Certainty::Possible),
    ]
}

/// Returns the causes for a certificate with a flaw. By a wrong clock a good certificate is out of date.
fn causes_of_flaw(
    certificate: &ServerCertificate,
    now: SystemTime,
    cause: FoundCause,
) -> Vec<FoundCause> {
    let is_out_of_date = now < certificate.not_before || now > certificate.not_after;
    if !is_out_of_date {
        return vec![cause];
    }
    let clock = FoundCause::new(Problem::ClockWrong, Certainty::Possible).seen(format!(
        "the clock of this machine says {}",
        time::display(now)
    ));
    vec![cause, clock]
}

fn inspector(issuer: &str) -> Option<&'static str> {
    let issuer = issuer.to_lowercase();
    INSPECTORS
        .iter()
        .copied()
        .find(|name| issuer.contains(name))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use adobe_ims::internal::server_text;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn certificate(kind: IssuerKind, sent: usize) -> ServerCertificate {
        let text = |text| server_text(text, []);
        ServerCertificate {
            subject: text("CN=ims"),
            issuer: text("CN=Zscaler Intermediate Root CA"),
            names: vec![text("ims.example")],
            not_before: at(100),
            not_after: at(200),
            last_issuer: text("CN=Zscaler Root CA"),
            sent,
            kind,
        }
    }

    fn check(certificate: &ServerCertificate, problem: Problem, now: u64) -> Check {
        let tls = Examined {
            host: "ims.example",
            certificate: Some(certificate),
            now: at(now),
        };
        let cause = FoundCause::new(problem, Certainty::Certain);
        failed(&tls, Need::Token, "what", cause)
    }

    #[test]
    fn chain_of_one_certificate_may_be_incomplete() {
        use Certainty::{Certain, Likely, Possible};
        let similar = IssuerKind::Similar(server_text("CN=Root", []));
        let (untrusted, incomplete) = ("tls-untrusted", "tls-chain-incomplete");
        for (kind, sent, expected) in [
            (IssuerKind::SelfSigned, 1, vec![(untrusted, Certain)]),
            (IssuerKind::SameName, 1, vec![(untrusted, Certain)]),
            (IssuerKind::Unknown, 2, vec![(untrusted, Certain)]),
            (IssuerKind::Published, 3, vec![(untrusted, Certain)]),
            (
                IssuerKind::Unknown,
                1,
                vec![(untrusted, Likely), (incomplete, Possible)],
            ),
            (
                IssuerKind::Published,
                1,
                vec![(incomplete, Likely), (untrusted, Possible)],
            ),
            (
                IssuerKind::Intermediate,
                1,
                vec![(incomplete, Likely), (untrusted, Possible)],
            ),
            (
                similar,
                1,
                vec![(incomplete, Likely), (untrusted, Possible)],
            ),
        ] {
            let check = check(&certificate(kind.clone(), sent), Problem::TlsUntrusted, 150);
            let causes = check.causes().iter();
            let found: Vec<_> = causes.map(|it| (it.cause.id(), it.certainty)).collect();
            assert_eq!(found, expected, "{kind:?} {sent}");
        }
    }

    #[test]
    fn inspecting_program_and_the_root_to_add_are_named() {
        let check = check(
            &certificate(IssuerKind::Unknown, 2),
            Problem::TlsUntrusted,
            150,
        );
        let cause = &check.causes()[0];
        assert_eq!(
            cause.evidence,
            ["zscaler is the name of a program that inspects TLS"]
        );
        assert_eq!(
            cause.fixes[0],
            "if you trust it, pass the root certificate of \"CN=Zscaler Root CA\": --ca-file FILE or IMS_CA_FILE"
        );
        assert_eq!(
            check.evidence(),
            [
                "the certificate is of \"CN=ims\"",
                "it is issued by \"CN=Zscaler Intermediate Root CA\"",
                "it is valid from 1970-01-01T00:01:40Z to 1970-01-01T00:03:20Z",
                "it is for ims.example",
                "the server sent 2 certificates; the last is issued by \"CN=Zscaler Root CA\"",
            ]
        );
    }

    #[test]
    fn certificate_out_of_date_may_be_a_wrong_clock() {
        let certificate = certificate(IssuerKind::Unknown, 2);
        let ids = |now| -> Vec<_> {
            let check = check(&certificate, Problem::TlsFailed, now);
            check.causes().iter().map(|it| it.cause.id()).collect()
        };
        assert_eq!(ids(150), ["tls-failed"]);
        assert_eq!(ids(99), ["tls-failed", "clock-wrong"]);
        assert_eq!(ids(201), ["tls-failed", "clock-wrong"]);
    }
}
