//! The library's catalogue of known causes: the meaning of each and the remedies.

crate::problem_catalogue! {
    /// The cause of a failure, as precisely as it is known.
    ///
    /// Each has an [`id`](Problem::id) that stays the same over releases, a meaning and remedies.
    ///
    /// ```
    /// use adobe_ims::Problem;
    ///
    /// let problem = Problem::from_id("key-encrypted").expect("an id of the catalogue");
    /// assert_eq!(problem, Problem::KeyEncrypted);
    /// println!("{}", problem.meaning());
    /// ```
    pub enum Problem {
    // The credential document.
    FileUnreadable = "file-unreadable", Configuration, false,
        "A file that was named cannot be read.",
        ["Check the path and that this user may read it."];
    DocumentNotJson = "document-not-json", Configuration, false,
        "The credential document is not valid JSON.",
        ["Download it again from the console and pass it unchanged; an editor or a chat window may have changed quotes or line ends."];
    DocumentUnknown = "document-unknown", Configuration, false,
        "This is no credential document that Adobe hands out, as far as this program knows.",
        ["Pass the JSON of an AEM Developer Console technical account (Integrations > Technical Accounts > View), with or without its outer `integration`, the download of a credential or a workspace of the Adobe Developer Console, an IMS context or `.env` file of aio, or a local development token."];
    DocumentNotSupported = "document-not-supported", Configuration, false,
        "The document is of a known kind, but there is nothing in it to get a token with.",
        ["Use AEM service credentials (the JSON with `integration`), the download of an OAuth server-to-server credential (the JSON with `CLIENT_SECRETS`), or a local development token."];
    DocumentIncomplete = "document-incomplete", Configuration, false,
        "The credential document lacks values that the exchange needs.",
        ["Download the document again from the console that it is from, and pass it unchanged."];
    DocumentNeedsMore = "document-needs-more", Configuration, false,
        "Documents of this kind do not hold all that IMS asks for; the rest is given beside them.",
        ["Give what is missing beside the document, or write it into the document under the name that is missing."];
    CredentialsIncomplete = "credentials-incomplete", Configuration, false,
        "The credentials were given in fields, and some are not there.",
        ["Give what is missing. OAuth server-to-server takes client id, client secret and scopes; a technical account takes client id, client secret, organisation, technical account id, metascopes and private key."];
    CredentialsContradictory = "credentials-contradictory", Configuration, false,
        "What was given belongs to two ways to get a token: scopes to OAuth server-to-server, metascopes and a private key to a technical account.",
        ["Leave out what belongs to the way that is not meant."];
    ContextUnknown = "context-unknown", Configuration, false,
        "There are no credentials by the name that was given.",
        ["Use one of the names that are there; upper and lower case count."];
    ContextAmbiguous = "context-ambiguous", Configuration, false,
        "There are several credentials, and which one is meant is not said.",
        ["Name the one that is meant."];
    IdentitiesSwapped = "identities-swapped", Configuration, false,
        "The organisation and the technical account stand in each other's place.",
        ["`org` ends in @AdobeOrg and becomes `iss`; `id` ends in @techacct.adobe.com and becomes `sub`."];
    ClientSecretMissing = "client-secret-missing", Configuration, false,
        "The client has no secret, and IMS wants one for this.",
        ["Pass the client secret; a client that has none can sign a person in, and nothing else."];
    EndpointInvalid = "endpoint-invalid", Configuration, false,
        "The address of the identity service cannot be understood.",
        ["Give a host such as ims-na1.adobelogin.com, host:port, or a URL without query."];
    EndpointInsecure = "endpoint-insecure", Configuration, false,
        "Secrets are not sent in the clear: http is allowed to this machine (loopback) only.",
        ["Use https."];

    IdentityServiceNotNamed = "identity-service-not-named", Configuration, false,
        "Secrets were to go to an identity service that is neither Adobe's nor on this machine, and that nobody who may say so has named. They were not sent.",
        ["Check the address of the identity service: a document may have been changed, a variable may be left from another errand."];

    // The private key.
    KeyMissing = "key-missing", Configuration, false,
        "There is nothing where the private key belongs.",
        ["Pass the `privateKey` of the service credentials: PEM text, base64 of it, or the path of a file."];
    KeyNotAKey = "key-not-a-key", Configuration, false,
        "What was given as the private key is neither PEM nor DER nor base64 of either.",
        ["Pass the whole key with its BEGIN and END lines, unchanged."];
    KeyIsCertificate = "key-is-certificate", Configuration, false,
        "A certificate was given where the private key belongs. It holds only the public half.",
        ["Use the value of `privateKey`; the certificate is `publicKey`."];
    KeyIsPublic = "key-is-public", Configuration, false,
        "A public key was given where the private key belongs.",
        ["Use the private key that was made together with it (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)."];
    KeyIsRequest = "key-is-request", Configuration, false,
        "A certificate signing request was given where the private key belongs.",
        ["Use the private key that was made together with it."];
    KeyIsSsh = "key-is-ssh", Configuration, false,
        "This is a key of an SSH program, not the key of a technical account.",
        ["Use the key of the service credentials. If it really was stored by OpenSSH, convert a copy of it: ssh-keygen -p -m PEM -f COPY"];
    KeyInContainer = "key-in-container", Configuration, false,
        "The private key is locked inside a container of another program.",
        ["Extract it: openssl pkcs12 -in FILE -nocerts -out key.pem (for a Java keystore first: keytool -importkeystore -deststoretype PKCS12)"];
    KeyNotRsa = "key-not-rsa", Configuration, false,
        "IMS assertions are signed with RSA (RS256); this key is of another kind.",
        ["Use the RSA key whose certificate is attached to the technical account."];
    KeyTruncated = "key-truncated", Configuration, false,
        "The private key is cut off: part of it is missing.",
        ["Copy it again as a whole; a variable or a form field may have a length limit."];
    KeyTooSmall = "key-too-small", Configuration, false,
        "RSA keys below 2048 bits are not safe and are not used.",
        ["Make a new key of 2048 bits or more and attach its certificate to the technical account."];
    KeyUnusable = "key-unusable", Configuration, false,
        "The private key has the right form, but its numbers do not make a usable RSA key.",
        ["The key is damaged or of an unusual make (2048, 3072 and 4096 bits with two primes work). Download or create it again."];
    KeyEncrypted = "key-encrypted", Configuration, false,
        "The private key is encrypted and no passphrase was given.",
        ["Give the passphrase of the key."];
    KeyPassphraseWrong = "key-passphrase-wrong", Configuration, false,
        "The passphrase does not open the private key.",
        ["Check the passphrase, also for blanks and its encoding (UTF-8 is meant), and that no line of the key is missing."];
    KeyEncryptionUnsupported = "key-encryption-unsupported", Configuration, false,
        "The private key is encrypted in a way that is not supported.",
        ["Re-encrypt it in a current format: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW"];

    // The certificate.
    CertificateKeyMismatch = "certificate-key-mismatch", Configuration, false,
        "The private key and the certificate of the document do not belong together, so IMS would not recognise the signature.",
        ["Key and certificate must come from the same download; do not mix an old and a renewed one."];
    CertificateUnreadable = "certificate-unreadable", Configuration, false,
        "A certificate cannot be understood.",
        ["Pass an X.509 certificate in PEM or DER."];

    // The assertion.
    AssertionLifetime = "assertion-lifetime", Configuration, false,
        "The lifetime that was asked for cannot be written as an expiry date.",
        ["Ask for a few minutes."];

    // The way to IMS.
    ProxyInvalid = "proxy-invalid", Configuration, false,
        "The proxy that is configured cannot be used.",
        ["Give an http:// address: HTTPS_PROXY=http://[user:password@]host:port"];
    CaFileInvalid = "ca-file-invalid", Configuration, false,
        "The extra CA file holds no certificate that can be used.",
        ["Pass a PEM file with the root certificate (BEGIN CERTIFICATE) that the server or the inspecting proxy chains to."];
    NameUnknown = "name-unknown", Unreachable, true,
        "The host name cannot be resolved.",
        ["Check the spelling of the host, DNS, and whether a proxy is needed (HTTPS_PROXY)."];
    ConnectionFailed = "connection-failed", Unreachable, true,
        "No connection could be made, or it broke before an answer came.",
        ["Check the network and whether a proxy is needed (HTTPS_PROXY); then try again."];
    DeadlineExceeded = "deadline-exceeded", Unreachable, true,
        "No complete answer came within the time allowed.",
        ["Try again, or allow more time."];
    TlsUntrusted = "tls-untrusted", Unreachable, false,
        "The server's certificate does not chain to a root that is trusted here. A proxy that inspects TLS is the usual reason.",
        ["If a proxy inspects TLS on the way, ask the network team for its root certificate and trust it as an extra CA.",
         "If an extra CA was given already, it may be an old one: a CA that was made anew can have the same name."];
    RootsMissing = "roots-missing", Unreachable, false,
        "No root certificates were found on this machine, so no server can be trusted.",
        ["Install the operating system's root certificates (in Debian and Alpine the package ca-certificates), correct SSL_CERT_FILE, or give an extra CA."];
    TlsFailed = "tls-failed", Unreachable, false,
        "The encrypted connection could not be set up.",
        ["Check that the address is right and speaks https; a wrong clock or a proxy that inspects TLS can also be the reason."];
    ProxyAuthentication = "proxy-authentication", Unreachable, false,
        "The proxy on the way asks for a login (407). IMS never saw the request.",
        ["Put user and password into the proxy address: HTTPS_PROXY=http://user:password@host:port"];
    ProxyRefused = "proxy-refused", Unreachable, true,
        "The proxy on the way did not open a tunnel. IMS never saw the request.",
        ["Ask the network team to allow the host, or exempt it with NO_PROXY if it can be reached directly."];

    // Unusable answers.
    AnswerRedirect = "answer-redirect", Unusable, false,
        "The server sent the request elsewhere. IMS does not do that, and secrets do not follow redirects.",
        ["Check the address of the identity service; a captive portal or a login page of the network may be in the way."];
    AnswerNotJson = "answer-not-json", Unusable, true,
        "The answer is not JSON, so it is not from IMS: a proxy, a portal or a wrong address answered instead.",
        ["Check the address of the identity service and what stands between."];
    AnswerEmpty = "answer-empty", Unusable, true,
        "The answer has no content.",
        ["Try again; if it stays, check the address of the identity service and what stands between."];
    AnswerTruncated = "answer-truncated", Unusable, true,
        "The answer broke off before its end.",
        ["Try again."];
    AnswerTooLarge = "answer-too-large", Unusable, false,
        "The answer is far larger than any answer of IMS and was not read to its end.",
        ["Check the address of the identity service."];
    AnswerWithoutToken = "answer-without-token", Unusable, false,
        "IMS answered with success but sent no access token.",
        ["Report it to Adobe with the x-debug-id, if there is one."];
    AnswerWithoutVerdict = "answer-without-verdict", Unusable, false,
        "IMS answered with success but did not say whether the token is valid.",
        ["Check the address of the identity service; if it is right, report it to Adobe with the x-debug-id, if there is one."];
    AnswerWithoutKeys = "answer-without-keys", Unusable, false,
        "IMS answered with success, but its key set has no key that signatures of tokens could be checked with.",
        ["Check the address of the identity service; if it is right, report it to Adobe with the x-debug-id, if there is one."];
    AnswerUnexpected = "answer-unexpected", Unusable, false,
        "IMS answered with success, but the answer is not of the form that was asked for.",
        ["Try another version of the endpoint; if it stays, report it to Adobe with the x-debug-id, if there is one."];
    AnswerNotHttp = "answer-not-http", Unusable, false,
        "What came back is not HTTP, so another service listens there.",
        ["Check address, port and scheme: https to a port that speaks http, or the reverse, looks like this."];
    ServerError = "server-error", Unavailable, true,
        "IMS could not answer.",
        ["Try again later; if it stays, report it to Adobe with the x-debug-id."];
    InternalError = "internal-error", Unavailable, true,
        "IMS reports an internal error.",
        ["Try again later; if it stays, report it to Adobe with the x-debug-id."];
    /// Observed once, with the text of an outage. So it is transient, and the request is repeated.
    ClientMigrated = "client-migrated", Unavailable, true,
        "The client was probably migrated to OAuth server-to-server, and its JWT exchange is over: IMS was observed to answer just this then. It looks like an outage, and may be one.",
        ["Look in the console whether this credential is now OAuth server-to-server; if so, download it there (the JSON with `CLIENT_SECRETS`) and pass that document instead.",
         "If it still is a JWT credential, IMS has an outage: try again later, and report it to Adobe with the x-debug-id."];
    Throttled = "throttled", Throttled, true,
        "Too many requests were made for this client. Adobe may throttle those who mint a token per call.",
        ["Wait, as long as Retry-After says where it is given, and reuse a token until it expires."];

    // Refused by IMS.
    ClientUnknown = "client-unknown", Refused, false,
        "IMS does not know the client id, or not in this environment.",
        ["Check the client id (`technicalAccount.clientId`, `CLIENT_ID`), and that production credentials go to the production host."];
    ClientSecretWrong = "client-secret-wrong", Refused, false,
        "The client secret is not (or no longer) valid for this client.",
        ["Download the document again; the secret may have been rotated."];
    ClientInvalid = "client-invalid", Refused, false,
        "IMS does not accept the client: the id or the secret is wrong, or the client may not do this; of an assertion, `aud` may name another client or another environment.",
        ["Check client id and secret against the console, and for an assertion that `aud` names the host that is called."];
    GrantNotAllowed = "grant-not-allowed", Refused, false,
        "The client is not registered for this way of getting a token.",
        ["Look in the console which kind of credential it is, and pass the document of that kind: service credentials are exchanged as a JWT, OAuth server-to-server credentials ask with their secret."];
    AssertionMalformed = "assertion-malformed", Refused, false,
        "IMS could not decode the assertion; a claim of the wrong type (such as an `exp` that is no integer) has the same effect.",
        ["Inspect the assertion offline: its claims and their types."];
    AssertionExpired = "assertion-expired", Refused, false,
        "IMS considers the assertion expired. If it was signed just now, the clock of this machine is behind.",
        ["Set the clock of this machine (IMS allows about 30 seconds of difference)."];
    AssertionReplayed = "assertion-replayed", Refused, false,
        "The technical account demands a `jti` in each assertion, never used before.",
        ["Set a fresh `jti` for each assertion."];
    SignatureNotBound = "signature-not-bound", Refused, false,
        "The signature fits no certificate of this technical account: the certificate was renewed, revoked, deleted or has expired, or the key belongs to another account.",
        ["Download the current service credentials from the console, or attach this certificate again.",
         "If the certificate has expired, add a new one in the console."];
    MetascopeNotBound = "metascope-not-bound", Refused, false,
        "A metascope was asked for that the technical account does not have.",
        ["Use `metascopes` of the document unchanged; for another product add its API to the project first."];
    ScopeInvalid = "scope-invalid", Refused, false,
        "IMS does not accept a scope or metascope of the request.",
        ["Compare `metascopes` or `SCOPES` of the document with what the console shows."];
    IdentityMalformed = "identity-malformed", Refused, false,
        "`sub`, `iss`, `exp` or `jti` do not have the form that IMS expects.",
        ["`iss` is the organisation (…@AdobeOrg), `sub` the technical account's id (…@techacct.adobe.com), not its e-mail address."];
    TokenRefused = "token-refused", Refused, false,
        "IMS does not accept the token: it has expired, was revoked, is of another environment, or is of the wrong type for this question.",
        ["Ask IMS about the token itself: its answer says whether it is valid.",
         "Get a new token, from the environment (production or stage) that is asked."];
    TokenLacksScope = "token-lacks-scope", Refused, false,
        "IMS knows the token, and it lacks a scope that this question needs.",
        ["Compare the scopes in the token with what the question needs: `read_organizations` for organisations, `openid` for userinfo; the console says which ones the client may ask for."];
    RegistrationRefused = "registration-refused", Refused, false,
        "IMS does not register such a client.",
        ["Redirect URIs are https, or http to this machine; some environments register no clients at all."];
    CodeRefused = "code-refused", Refused, false,
        "IMS does not accept the authorization code: it was used before, has expired, is of another client, or was asked for with another verifier.",
        ["Sign in again: a code is good once, and for a short while.",
         "A permanent code of a service stays good: check that it is of this client, or have a new one issued."];
    SignInAgain = "sign-in-again", Refused, false,
        "A person has to sign in again: IMS no longer accepts what the last sign-in left. It ends after 14 days, or by a sign-out.",
        ["Sign in again."];
    DeviceRefused = "device-refused", Refused, false,
        "IMS does not accept the device token: it has expired, was revoked, or is of another device or client.",
        ["Register the device again, and check that id, token and client belong together."];
    UserTokenRefused = "user-token-refused", Refused, false,
        "IMS does not accept the access token that was to be exchanged: it has expired, was revoked, or is no token of a person.",
        ["Get a new access token of the person, and exchange that."];
    RefusedOtherwise = "refused", Refused, false,
        "IMS refused the request for a reason that is not in this catalogue.",
        ["Read what IMS said; Adobe's support can look up the x-debug-id."];

    // A person signs in.
    RedirectInvalid = "redirect-invalid", Configuration, false,
        "The redirect URI of the sign-in cannot be used.",
        ["Give the one that the client is registered with: https, or http to this machine; without a fragment."];
    SourceFailed = "source-failed", Unavailable, false,
        "A token source, store or transport that the program brought failed.",
        ["Look at the message: it is that of the program's own source."];
    CryptoUnknown = "crypto-unknown", Configuration, false,
        "The crypto provider that was passed is not one of the version of rustls that this crate uses.",
        ["Pass a `rustls::crypto::CryptoProvider` of rustls 0.23, or turn on the feature `ring` or `aws-lc-rs`."];
    RandomnessMissing = "randomness-missing", Configuration, false,
        "Without randomness nobody can sign in safely.",
        ["Look at what is wrong with this machine: the operating system should never be without it."];
    SignInPortInUse = "sign-in-port-in-use", Configuration, false,
        "Another program listens on the port to which the browser is to come back.",
        ["End the other program (it may be an earlier sign-in), or name another port that the client is registered with."];
    SignInListener = "sign-in-listener-failed", Configuration, false,
        "This machine does not let this program listen for the browser to come back.",
        ["Name another port; one below 1024 needs privileges."];
    SignInTimeout = "sign-in-timeout", Unreachable, false,
        "Nobody signed in in time: the browser did not come back.",
        ["Start again, and sign in in the browser window that opens.",
         "If the browser did come back and showed an error, the redirect URI is not one that the client is registered with."];
    SignInDenied = "sign-in-denied", Refused, false,
        "The person, or a rule of the organisation, said no.",
        ["Start again and agree; if it was not you who said no, ask the administrator of the organisation."];
    SignInInteraction = "sign-in-interaction-required", Refused, false,
        "Nobody was to be asked, but somebody has to sign in or agree.",
        ["Start again without `prompt=none`."];
    SignInStateWrong = "sign-in-state-wrong", Unusable, false,
        "The browser came back from another sign-in than this one: an old window, or somebody who wants you to use their account.",
        ["Start again, and use only the window that opens then."];
    SignInNonceWrong = "sign-in-nonce-wrong", Unusable, false,
        "The tokens belong to another sign-in than this one.",
        ["Start again; if it stays, somebody may be interfering."];
    SignInWithoutResult = "sign-in-without-result", Unusable, false,
        "The browser came back without what was asked for.",
        ["Start again; check that the client may use this kind of sign-in.",
         "When pasting the address by hand, copy all of it."];

    NotSignedIn = "not-signed-in", Configuration, false,
        "Nobody has signed in under this name, or whoever did has signed out.",
        ["Sign in."];
    SessionWithoutRefreshToken = "session-without-refresh-token", Configuration, false,
        "The sign-in is good for one access token: IMS handed out nothing to get the next one with.",
        ["Ask for the scope offline_access as well; the client must be allowed to use it, and refresh tokens."];
    SessionBusy = "session-busy", Unreachable, true,
        "Another process uses the session and does not come to an end.",
        ["Try again; if it stays, look at which process that is."];
    SessionSetAside = "session-set-aside", Configuration, false,
        "The file of a session cannot be trusted: it is broken, a symbolic link, of another user, or readable by others.",
        ["Sign in again. If you did not change the file yourself, look at who may write to the folder, and sign out at Adobe."];
    SessionUnusable = "session-unusable", Configuration, false,
        "SessionStore cannot be read or written there, so nobody can stay signed in.",
        ["Check that the folder is yours and the disk not full, or name another one."];

    // Keeping tokens.
    RefreshInterrupted = "refresh-interrupted", Unreachable, true,
        "What was getting the token ended before it was done: its runtime was shut down, or has no timer.",
        ["Try again; if it stays, keep the runtime alive, or enable its time and I/O drivers."];
    SealingKeyInvalid = "cache-key-invalid", Configuration, false,
        "The key that the token cache is to be sealed with cannot be used.",
        ["Make one: openssl rand -base64 32 > FILE, readable by you alone."];
    StoreEntrySetAside = "cache-entry-set-aside", Configuration, false,
        "A file of the token cache cannot be trusted: it is broken, a symbolic link, of another user, or readable by others. A new token is asked for.",
        ["If you did not change it yourself, look at who may write to the folder."];
    StoreUnusable = "cache-unusable", Configuration, false,
        "The token cache cannot be read or written, so tokens are not shared and not kept.",
        ["Check that the folder is yours and the disk not full, or name another one."];

    // Tokens.
    TokenShortLived = "token-short-lived", Expired, false,
        "No token lives as long as was asked for.",
        ["Ask for less: tokens of IMS live 24 hours."];
    TokenExpired = "token-expired", Expired, false,
        "The access token is no longer valid.",
        ["Get a new one. A local development token lives 24 hours at most: create a new one in the AEM Developer Console."];
    TokenDeadOnArrival = "token-dead-on-arrival", Expired, false,
        "The token that IMS handed out has already expired, or is about to, by what the answer and the token say.",
        ["Compare the clock of this machine with the Date of the answer; if both are right, report it to Adobe with the x-debug-id."];
    TokenNotVerified = "token-not-verified", Expired, false,
        "The token is not what it should be: its signature does not fit the keys of IMS, or its claims do not fit what was asked of it.",
        ["Do not trust it. If it is a good token, it was changed on the way, or is of another environment (production or stage), client or type than expected."];
    TokenUnreadable = "token-unreadable", Configuration, false,
        "This is no token or assertion that can be read: a JWT has three parts of base64url, separated by dots.",
        ["Pass the token as it was issued."];
    HostNotAllowed = "host-not-allowed", Configuration, false,
        "A request with a token was to go to a place that is not on the list of allowed hosts. It was not sent.",
        ["Check the address of the request.",
         "If you trust this place with the token, add it to the allowed hosts: scheme, host and port."];
    EnvironmentMismatch = "environment-mismatch", Configuration, false,
        "The token is of one environment of IMS and was to be used in another, where it counts for nothing.",
        ["Use credentials of the environment that is called: production and stage do not know each other's tokens."];
    AllowedHostInvalid = "allowed-host-invalid", Configuration, false,
        "An entry of the list of allowed hosts cannot be understood.",
        ["Give a place as https://HOST or https://HOST:PORT, without a path; a domain as its bare name, such as adobeaemcloud.com."];
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::error::ErrorClass::{Configuration, Expired, Refused};

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let mut seen = HashSet::new();
        for problem in Problem::ALL {
            let id = problem.id();
            assert!(seen.insert(id), "{id} twice");
            assert!(
                id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{id}"
            );
            assert_eq!(Problem::from_id(id), Some(*problem));
            assert!(problem.meaning().ends_with('.'), "{id}");
        }
        assert_eq!(Problem::from_id("no-such-id"), None);
    }

    #[test]
    fn configuration_refusal_and_expiry_are_never_transient() {
        for problem in Problem::ALL {
            if matches!(problem.class(), Configuration | Refused | Expired) {
                assert!(!problem.is_transient(), "{}", problem.id());
            }
        }
    }
}
