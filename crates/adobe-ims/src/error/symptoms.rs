//! The symptoms of the causes in the library's catalogue. Answers of IMS are those that Adobe documents or that people
//! quote.

use super::problem::Problem;

crate::problem_symptoms! { Problem {
    // The credential document and the private key.
    DocumentNotJson =
        Document { text: "Unexpected token ' in JSON" }
        Document { text: "Expecting property name enclosed in double quotes" };
    KeyMissing =
        Key { text: "Missing key encoding" }
        Key { text: "secretOrPrivateKey must have a value" };
    KeyNotAKey =
        Key { text: "PEM routines:get_name:no start line" }
        Key { text: "PEM routines::no start line" }
        Key { text: "DECODER routines::unsupported" }
        Key { text: "supplied key param cannot be coerced into a private key" }
        Key { text: "secretOrPrivateKey must be an asymmetric key" }
        Key { text: "Could not deserialize key data" };
    KeyPkcs1 =
        Key { text: "algid parse error, not a sequence" }
        Key { text: "BEGIN RSA PRIVATE KEY" };
    KeyIsCertificate = Key { text: "BEGIN CERTIFICATE" };
    KeyIsPublic = Key { text: "BEGIN PUBLIC KEY" };
    KeyIsRequest = Key { text: "BEGIN CERTIFICATE REQUEST" };
    KeyIsSsh =
        Key { text: "BEGIN OPENSSH PRIVATE KEY" }
        Key { text: "PuTTY-User-Key-File" };
    KeyNotRsa = Key { text: "BEGIN EC PRIVATE KEY" };
    KeyEncrypted =
        Key { text: "BEGIN ENCRYPTED PRIVATE KEY" }
        Key { text: "Proc-Type: 4,ENCRYPTED" }
        Key { text: "Password was not given but private key is encrypted" }
        Key { text: "Passphrase required for encrypted key" };
    KeyPassphraseWrong = Key { text: "bad decrypt" };
    CertificateKeyMismatch = Key { text: "key values mismatch" };

    // The way to IMS.
    NameUnknown =
        Network { text: "Could not resolve host" }
        Network { text: "getaddrinfo ENOTFOUND" }
        Network { text: "Name or service not known" }
        Network { text: "UnknownHostException" };
    ConnectionFailed =
        Network { text: "Connection refused" }
        Network { text: "ECONNREFUSED" }
        Network { text: "Connection reset by peer" }
        Network { text: "ECONNRESET" }
        Network { text: "socket hang up" };
    NothingListens =
        Network { text: "Connection refused" }
        Network { text: "ECONNREFUSED" };
    DeadlineExceeded =
        Network { text: "Connection timed out" }
        Network { text: "ETIMEDOUT" }
        Network { text: "SocketTimeoutException" };
    TlsUntrusted =
        Tls { text: "self signed certificate in certificate chain" }
        Tls { text: "self-signed certificate in certificate chain" }
        Tls { text: "SELF_SIGNED_CERT_IN_CHAIN" }
        Tls { text: "unable to get local issuer certificate" }
        Tls { text: "unable to verify the first certificate" }
        Tls { text: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }
        Tls { text: "CERTIFICATE_VERIFY_FAILED" }
        Tls { text: "PKIX path building failed" };
    TlsWrongName =
        Tls { text: "ERR_TLS_CERT_ALTNAME_INVALID" }
        Tls { text: "does not match certificate's altnames" }
        Tls { text: "no alternative certificate subject name matches" }
        Tls { text: "Hostname mismatch, certificate is not valid for" };
    TlsCertificateDate =
        Tls { text: "certificate has expired" }
        Tls { text: "CERT_HAS_EXPIRED" }
        Tls { text: "certificate is not yet valid" };
    TlsFailed =
        Tls { text: "EOF occurred in violation of protocol" }
        Tls { text: "SSL_ERROR_SYSCALL" }
        Tls { text: "alert handshake failure" };
    ProxyAuthentication =
        Proxy { status: 407, text: "Proxy Authentication Required" }
        Proxy { text: "Received HTTP code 407 from proxy after CONNECT" };
    ProxyRefused =
        Proxy { text: "Received HTTP code 403 from proxy after CONNECT" }
        Proxy { text: "Tunnel connection failed" };
    ProxyUnreachable =
        Proxy { text: "Cannot connect to proxy" }
        Proxy { text: "tunneling socket could not be established" };
    TlsNotSpoken =
        Tls { text: "wrong version number" }
        Tls { text: "ERR_SSL_WRONG_VERSION_NUMBER" }
        Tls { text: "packet length too long" };

    // Answers that are not usable.
    AnswerNotJson =
        Network { text: "Unexpected token < in JSON at position 0" }
        Network { text: "invalid character '<' looking for beginning of value" }
        Network { text: "Expecting value: line 1 column 1 (char 0)" };
    AnswerEmpty =
        Network { text: "Unexpected end of JSON input" }
        Network { text: "Expecting value: line 1 column 1 (char 0)" };
    AnswerTruncated = Network { text: "Unexpected end of JSON input" };
    ServerError =
        Ims { status: 500 }
        Ims { status: 503 };
    InternalError = Ims { status: 500, code: "internal_error" };
    ClientMigrated = Ims { status: 500, code: "internal_error", text: "Please try again later" };
    Throttled = Ims { status: 429 };

    // Refused by IMS.
    ClientUnknown = Ims { status: 400, code: "invalid_client", text: "invalid client_id parameter" };
    ClientSecretWrong = Ims { status: 400, code: "invalid_client", text: "invalid client_secret parameter" };
    ClientInvalid =
        Ims { status: 400, code: "invalid_client", text: "The client credentials are invalid" }
        Ims { status: 401, code: "invalid_client" };
    ClientOfOtherEnvironment = Ims { status: 400, code: "invalid_client" };
    JwtCredentialsEnded =
        Ims { status: 401, code: "invalid_client" }
        Ims { status: 400, code: "unauthorized_client" };
    ClientSecretOutdated = Ims { status: 400, code: "invalid_client", text: "invalid client_secret parameter" };
    GrantNotAllowed = Ims { status: 400, code: "unauthorized_client" };
    AssertionMalformed = Ims { status: 400, code: "invalid_token", text: "JWT token is incorrectly formatted, and can not be decoded." };
    AssertionRefused = Ims { status: 400, code: "invalid_token" };
    AssertionExpired = Ims { status: 400, code: "invalid_token", text: "JWT has expired" };
    ClockWrong = Ims { status: 400, code: "invalid_token", text: "JWT has expired" };
    AssertionReplayed = Ims { status: 400, code: "invalid_jti" };
    SignatureNotBound =
        Ims { status: 400, code: "invalid_token", text: "Could not match JWT signature to any of the bindings" }
        Ims { status: 400, code: "invalid_token", text: "Could not match signature to any of the bindings" }
        Ims { status: 400, code: "invalid_signature" };
    CertificateExpired =
        Ims { status: 400, code: "invalid_token", text: "Could not match JWT signature to any of the bindings" }
        Ims { status: 400, code: "invalid_signature" };
    CertificateNotYetValid =
        Ims { status: 400, code: "invalid_token", text: "Could not match JWT signature to any of the bindings" }
        Ims { status: 400, code: "invalid_signature" };
    MetascopeNotBound =
        Ims { status: 400, code: "invalid_scope", text: "The metascopes in the JWT are not a subset of the metascopes in the binding." }
        Ims { status: 400, text: "The JWT token must contain a valid claims for audience" };
    ScopeInvalid = Ims { status: 400, code: "invalid_scope" };
    IdentityMalformed = Ims { status: 400, code: "bad_request" };
    RequestInvalid =
        Ims { status: 400, code: "invalid_request" }
        Ims { status: 400, code: "unsupported_grant_type" };
    TokenRefused = Ims { status: 401, text: "Invalid or expired token." };
    TokenLacksScope = Ims { status: 403, code: "insufficient_scope" };
    RegistrationRefused =
        Ims { status: 400, code: "invalid_redirect_uri" }
        Ims { status: 400, code: "invalid_client_metadata" };
    CodeRefused =
        Ims { status: 400, code: "access_denied" }
        Ims { status: 400, code: "invalid_grant" };
    SignInAgain =
        Ims { status: 400, code: "invalid_grant" }
        Ims { status: 400, code: "invalid_refresh_token" };
    DeviceRefused = Ims { status: 400, code: "invalid_grant" };
    UserTokenRefused = Ims { status: 400, code: "invalid_request" };
    SignInDenied = Ims { code: "access_denied" };
    SignInInteraction =
        Ims { code: "login_required" }
        Ims { code: "consent_required" }
        Ims { code: "interaction_required" };

    // Tokens.
    LifetimeContradictory = Ims { status: 200, text: "\"expires_in\":86399999" };
    EnvironmentMismatch = Gateway { status: 401, code: "401013", text: "Oauth token is not valid" };
} }

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorClass, KnownFrom, Symptom, SymptomPlace};

    #[test]
    fn entry_has_its_symptoms_and_their_fields() {
        let of = |problem: Problem| problem.symptoms().collect::<Vec<_>>();
        let first = of(Problem::SignatureNotBound)[0];
        let expected = Symptom {
            place: SymptomPlace::Ims,
            status: Some(400),
            code: Some("invalid_token"),
            text: Some("Could not match JWT signature to any of the bindings"),
        };
        assert_eq!(first, expected);
        assert_eq!(of(Problem::SignatureNotBound).len(), 3);
        // The first and the last entry of the table, and one that is not in it.
        assert_eq!(of(Problem::DocumentNotJson).len(), 2);
        let last = of(Problem::EnvironmentMismatch);
        assert_eq!((last.len(), last[0].code), (1, Some("401013")));
        assert!(of(Problem::FileUnreadable).is_empty());
    }

    #[test]
    fn every_refusal_that_is_known_from_elsewhere_has_a_symptom() {
        let without: Vec<_> = Problem::ALL
            .iter()
            .filter(|it| it.class() == ErrorClass::Refused && it.known_from() != KnownFrom::Checked)
            .filter(|it| it.symptoms().next().is_none())
            .collect();
        // It shows in the claims of a token, which has no word for it.
        assert_eq!(without, [&Problem::ScopesNotGranted]);
    }
}
