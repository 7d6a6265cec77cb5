//! `ims demo`.

use crate::support::Ims;

#[test]
fn demo_shows_every_step() {
    let run = Ims::new(["demo"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let told: Vec<&str> = [
        "1. Credentials",
        "RSA, 2048 bits; it belongs to the certificate",
        "2. Assertion",
        "/c/cm-p12345-e67890-integration-0",
        "/s/ent_aem_cloud_api: true",
        "3. Exchange",
        "/ims/exchange/jwt answered 200",
        "86399998: milliseconds here, so it lives 23 h 59 min",
        "4. AEM",
        "401 Unauthorized",
        "200 OK",
        "5. A document",
        "403 Forbidden [aem-not-in-forms-users]",
        "200 OK, a PDF of",
        "Sarah Rose",
        "31.20",
        "6. A failure",
        "[certificate-key-mismatch]",
        "[signature-not-bound]",
        "Done: every step",
    ]
    .into();
    let mut rest = run.stdout.as_str();
    for part in told {
        let at = rest
            .find(part)
            .unwrap_or_else(|| panic!("{part:?} is missing: {}", run.stdout));
        rest = &rest[at + part.len()..];
    }
}
