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
        "A file cannot be read.",
        ["Check the path and that this user may read it."];
    DocumentNotJson = "document-not-json", Configuration, false,
        "The credential document is not readable as JSON, or as another notation that this program knows.",
        ["Pass the document unchanged: an editor or a chat window may have changed quotes or line ends."];
    DocumentUnknown = "document-unknown", Configuration, false,
        "The document is not a credential document of Adobe that this program knows.",
        ["Pass the JSON of an AEM Developer Console technical account (Integrations > Technical Accounts > View), the download of a credential or a workspace of the Adobe Developer Console, a configuration of aio, a `.env` file, or a file with client id, client secret and scopes."];
    DocumentIsToken = "document-is-token", Configuration, false,
        "The text is a token. A credential document is what a token is requested with.",
        ["Use the token as it is, or pass the credential document that Adobe's console hands out."];
    DocumentNotSupported = "document-not-supported", Configuration, false,
        "The document is of a known kind, but it holds no credentials.",
        ["Use AEM service credentials (the JSON with `integration`), the download of an OAuth server-to-server credential (the JSON with `CLIENT_SECRETS`), or a local development token."];
    DocumentIncomplete = "document-incomplete", Configuration, false,
        "The credential document lacks values that the exchange needs.",
        ["Write the missing values into the document under the names in the message, or pass them separately."];
    CredentialsInEnvFile = "credentials-in-env-file", Configuration, false,
        "The document names credentials and does not hold them. `aio app use` writes their values to the file `.env` beside it.",
        ["Pass that `.env`, or run `aio app use` again in this folder."];
    DocumentNeedsMore = "document-needs-more", Configuration, false,
        "Documents of this kind do not hold everything that IMS demands. You pass the rest separately.",
        ["Pass the missing values separately, or write them into the document under the names in the message."];
    CredentialsIncomplete = "credentials-incomplete", Configuration, false,
        "Fields of the credentials are missing.",
        ["Pass the missing fields. OAuth server-to-server takes client id, client secret and scopes; a technical account takes client id, client secret, organisation, technical account id, metascopes and private key."];
    CredentialsContradictory = "credentials-contradictory", Configuration, false,
        "The fields belong to two kinds of credentials: scopes to OAuth server-to-server, metascopes and a private key to a technical account.",
        ["Leave out the fields of the kind that you do not use."];
    ContextUnknown = "context-unknown", Configuration, false,
        "There are no credentials of this name.",
        ["Use one of the existing names; upper and lower case count."];
    ContextAmbiguous = "context-ambiguous", Configuration, false,
        "There are several credentials, and none is selected.",
        ["Select one by its name."];
    IdentitiesSwapped = "identities-swapped", Configuration, false,
        "The organisation and the technical account are swapped.",
        ["`org` ends in @AdobeOrg and becomes `iss`; `id` ends in @techacct.adobe.com and becomes `sub`."];
    ValueInvalid = "value-invalid", Configuration, false,
        "A value cannot be what its place demands: it is a reference that no program replaced, a key, a document, a path or a damaged text. The program did not send it.",
        ["Correct the value at the place that the message names."];
    ClientSecretMissing = "client-secret-missing", Configuration, false,
        "The client has no secret, and IMS demands one for this request.",
        ["Pass the client secret. A client without one can only sign a person in."];
    EndpointInvalid = "endpoint-invalid", Configuration, false,
        "The address of the identity service is not valid.",
        ["Pass a host such as ims-na1.adobelogin.com, host:port, or a URL without query."];
    EndpointInsecure = "endpoint-insecure", Configuration, false,
        "The program does not send secrets in the clear: http is allowed to this machine (loopback) only.",
        ["Use https."];

    IdentityServiceNotNamed = "identity-service-not-named", Configuration, false,
        "The identity service is neither Adobe's nor on this machine, and you did not name it yourself. The program did not send the secrets.",
        ["Check the address of the identity service. Somebody may have changed the document, or a variable may be left from earlier work."];

    // The private key.
    KeyMissing = "key-missing", Configuration, false,
        "The private key is missing.",
        ["Pass the `privateKey` of the service credentials: PEM text, base64 of it, or the path of a file."];
    KeyNotAKey = "key-not-a-key", Configuration, false,
        "The private key is neither PEM nor DER nor base64 of either.",
        ["Pass the whole key with its BEGIN and END lines, unchanged."];
    /// No error has this cause: this crate reads such a key.
    KeyPkcs1 = "key-pkcs1", Configuration, false,
        "The private key has the form PKCS#1 (BEGIN RSA PRIVATE KEY), as the AEM Developer Console writes it. This program reads it; Java and some other programs read only PKCS#8.",
        ["For such a program, convert a copy: openssl pkcs8 -topk8 -nocrypt -in key.pem -out key-pkcs8.pem"];
    KeyIsCertificate = "key-is-certificate", Configuration, false,
        "The private key is a certificate. A certificate holds only the public half.",
        ["Use the value of `privateKey`. The certificate is `publicKey`."];
    KeyIsPublic = "key-is-public", Configuration, false,
        "The private key is a public key.",
        ["Use the private key that belongs to it (BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY)."];
    KeyIsRequest = "key-is-request", Configuration, false,
        "The private key is a certificate signing request.",
        ["Use the private key that belongs to it."];
    KeyIsSsh = "key-is-ssh", Configuration, false,
        "The private key is a key of an SSH program, not the key of a technical account.",
        ["Use the key of the service credentials. If OpenSSH has stored that key, convert a copy of it: ssh-keygen -p -m PEM -f COPY"];
    KeyInContainer = "key-in-container", Configuration, false,
        "The private key is inside a container of another program.",
        ["Extract it: openssl pkcs12 -in FILE -nocerts -out key.pem (for a Java keystore first: keytool -importkeystore -deststoretype PKCS12)"];
    KeyNotRsa = "key-not-rsa", Configuration, false,
        "Assertions are signed with RSA (RS256), and the private key is of another kind.",
        ["Use the RSA key whose certificate is attached to the technical account."];
    KeyTruncated = "key-truncated", Configuration, false,
        "Part of the private key is missing.",
        ["Copy the whole key again. A variable or a form field may have a length limit."];
    KeyTooSmall = "key-too-small", Configuration, false,
        "RSA keys below 2048 bits are not safe. The program does not use them.",
        ["Create a key of 2048 bits or more and attach its certificate to the technical account."];
    KeyUnusable = "key-unusable", Configuration, false,
        "The private key has the right form, but its numbers are not those of a usable RSA key.",
        ["The key is damaged or unusual (2048, 3072 and 4096 bits with two primes work). Download or create it again."];
    KeyEncrypted = "key-encrypted", Configuration, false,
        "The private key is encrypted, and there is no passphrase.",
        ["Pass the passphrase of the key."];
    KeyPassphraseWrong = "key-passphrase-wrong", Configuration, false,
        "The passphrase does not decrypt the private key.",
        ["Check the passphrase, its blanks and its encoding (UTF-8). Check that no line of the key is missing."];
    KeyEncryptionUnsupported = "key-encryption-unsupported", Configuration, false,
        "The private key is encrypted with a method that is not supported.",
        ["Encrypt it again with a current method: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW"];

    // The certificate.
    CertificateKeyMismatch = "certificate-key-mismatch", Configuration, false,
        "The private key and the certificate of the document do not belong together. IMS would refuse the signature.",
        ["Use the key and the certificate of the same download."];
    CertificateUnreadable = "certificate-unreadable", Configuration, false,
        "A certificate cannot be read.",
        ["Pass an X.509 certificate in PEM or DER."];

    // The assertion.
    AssertionLifetime = "assertion-lifetime", Configuration, false,
        "The requested lifetime of the assertion cannot be written as an expiry date.",
        ["Request a lifetime of a few minutes."];

    // The way to IMS.
    ProxyInvalid = "proxy-invalid", Configuration, false,
        "The address of the proxy is not valid.",
        ["Use an http:// address: HTTPS_PROXY=http://[user:password@]host:port"];
    CaFileInvalid = "ca-file-invalid", Configuration, false,
        "The extra CA file holds no usable certificate.",
        ["Pass a PEM file with the root certificate (BEGIN CERTIFICATE) of the server or of the proxy that inspects TLS."];
    NameUnknown = "name-unknown", Unreachable, true,
        "The host name cannot be resolved.",
        ["Check the spelling of the host, DNS, and whether a proxy is needed (HTTPS_PROXY)."];
    ConnectionFailed = "connection-failed", Unreachable, true,
        "The connection failed, or it broke before a response came.",
        ["Check the network and whether a proxy is needed (HTTPS_PROXY). Then try again."];
    NothingListens = "nothing-listens", Unreachable, true,
        "No program on this machine listens on that port.",
        ["Is the emulator, or the server that you mean, running? Start it, or correct the port."];
    DeadlineExceeded = "deadline-exceeded", Unreachable, true,
        "No complete response came in time.",
        ["Try again, or set a longer timeout."];
    TlsUntrusted = "tls-untrusted", Unreachable, false,
        "This machine does not trust the root of the server's certificate. The usual reason is a proxy that inspects TLS.",
        ["If a proxy inspects TLS, ask the network team for its root certificate and pass it as an extra CA.",
         "If you already pass an extra CA, it may be an old one: a new CA can have the same name."], Observed;
    TlsWrongName = "tls-wrong-name", Unreachable, false,
        "The server's certificate is for another host name, so another server answered, or the address has another name.",
        ["Check the spelling of the host. A portal or a proxy of the network may have answered in its place."];
    TlsCertificateDate = "tls-certificate-date", Unreachable, false,
        "By the clock of this machine, the server's certificate has expired or is not valid yet. For a server of Adobe's, the likely reason is the clock.",
        ["Compare the date and the time of this machine with a clock that is right, and set them.",
         "If they are right, the server's operator (or the proxy that inspects TLS) has to renew the certificate."];
    RootsMissing = "roots-missing", Unreachable, false,
        "This machine has no root certificates, so it trusts no server.",
        ["Install the operating system's root certificates (in Debian and Alpine the package ca-certificates), correct SSL_CERT_FILE, or pass an extra CA."];
    TlsFailed = "tls-failed", Unreachable, false,
        "The TLS handshake failed.",
        ["Check that the address is right and that its server speaks https. A proxy that inspects TLS is another reason."];
    ProxyAuthentication = "proxy-authentication", Unreachable, false,
        "The proxy demands a login (407). The request did not reach IMS.",
        ["Write user and password into the address of the proxy: HTTPS_PROXY=http://user:password@host:port"];
    ProxyRefused = "proxy-refused", Unreachable, true,
        "The proxy did not open a tunnel. The request did not reach IMS.",
        ["Ask the network team to allow the host, or exempt it with NO_PROXY if it can be reached directly."];
    ProxyUnreachable = "proxy-unreachable", Unreachable, true,
        "The proxy does not accept connections. The request did not reach IMS.",
        ["Check host and port of the proxy in HTTPS_PROXY or ALL_PROXY. Without a proxy, unset the variable; NO_PROXY exempts single hosts."];
    TlsNotSpoken = "tls-not-spoken", Unreachable, false,
        "The server does not speak TLS on this port: usually it speaks plain http there.",
        ["Check host and port of the address. A server on this machine may speak http://; any other has to speak https."];

    // Unusable answers.
    AnswerRedirect = "answer-redirect", Unusable, false,
        "The server answered with a redirect. IMS does not do that, and the program does not send secrets to another address.",
        ["Check the address of the identity service. A captive portal or a login page of the network may have answered."];
    AnswerNotJson = "answer-not-json", Unusable, true,
        "The response is not JSON, so it is not from IMS. A proxy, a portal or another server answered.",
        ["Check the address of the identity service, and proxies on the way to it."];
    AnswerEmpty = "answer-empty", Unusable, true,
        "The response is empty.",
        ["Try again. If the problem persists, check the address of the identity service, and proxies on the way to it."];
    AnswerTruncated = "answer-truncated", Unusable, true,
        "The response is not complete: the connection ended before it.",
        ["Try again."];
    AnswerTooLarge = "answer-too-large", Unusable, false,
        "The response is far larger than any response of IMS. The program stopped reading it.",
        ["Check the address of the identity service."];
    AnswerWithoutToken = "answer-without-token", Unusable, false,
        "IMS reported success but sent no access token.",
        ["Report the x-debug-id to Adobe, if there is one."];
    AnswerWithoutVerdict = "answer-without-verdict", Unusable, false,
        "IMS reported success but did not say whether the token is valid.",
        ["Check the address of the identity service. If it is right, report the x-debug-id to Adobe, if there is one."];
    AnswerWithoutKeys = "answer-without-keys", Unusable, false,
        "IMS reported success, but its key set has no key for the signatures of tokens.",
        ["Check the address of the identity service. If it is right, report the x-debug-id to Adobe, if there is one."];
    AnswerUnexpected = "answer-unexpected", Unusable, false,
        "IMS reported success, but the response does not have the expected form.",
        ["Try another version of the endpoint. If the problem persists, report the x-debug-id to Adobe, if there is one."];
    AnswerNotHttp = "answer-not-http", Unusable, false,
        "The response is not HTTP, so another service listens at this address.",
        ["Check address, port and scheme. The usual reason is https to a port that speaks http, or the reverse."];
    AnswerOfGateway = "answer-of-gateway", Unusable, false,
        "The answer has the form of Adobe's API gateway and not of IMS: the address is likely that of an API.",
        ["Check the address of the identity service: ims-na1.adobelogin.com for production."], Inferred Likely;
    ServerError = "server-error", Unavailable, true,
        "IMS could not handle the request.",
        ["Try again later. If the problem persists, report the x-debug-id to Adobe."];
    InternalError = "internal-error", Unavailable, true,
        "IMS reports an internal error.",
        ["Try again later. If the problem persists, report the x-debug-id to Adobe."], Observed;
    /// Observed once, with the text of an outage. So it is transient, and the request is repeated.
    ClientMigrated = "client-migrated", Unavailable, true,
        "Adobe has probably migrated the client to OAuth server-to-server and ended its JWT exchange: IMS was observed to send this response then. It may also be an outage.",
        ["Look in the console whether this credential is now OAuth server-to-server. If so, download it there (the JSON with `CLIENT_SECRETS`) and pass that document.",
         "If it is still a JWT credential, IMS has an outage: try again later, and report the x-debug-id to Adobe."], Observed Likely;
    Throttled = "throttled", Throttled, true,
        "This client made too many requests. Adobe may throttle clients that request a token for every call.",
        ["Wait for the time in Retry-After, if there is one, and use a token until it expires."], Documented;

    // Refused by IMS.
    ClientUnknown = "client-unknown", Refused, false,
        "IMS does not know the client id in this environment.",
        ["Check the client id (`technicalAccount.clientId`, `CLIENT_ID`), and that you send production credentials to the production host."], Observed;
    ClientSecretWrong = "client-secret-wrong", Refused, false,
        "The client secret is not valid for this client, or not any more.",
        ["Download the document again. Somebody may have rotated the secret."], Observed;
    ClientInvalid = "client-invalid", Refused, false,
        "IMS does not accept the client. The id or the secret is wrong, the client may not make this request, or the `aud` of the assertion names another client or environment.",
        ["Compare client id and secret with the console. For an assertion, check that `aud` names the host of the request."], Documented;
    ClientOfOtherEnvironment = "client-of-other-environment", Refused, false,
        "The request likely went to another environment of IMS than the one of the client: production and stage do not know each other's clients.",
        ["Send the request to the environment that the credentials name: leave out the address that replaces it, or use credentials of the environment of the request."], Documented Likely;
    JwtCredentialsEnded = "jwt-credentials-ended", Refused, false,
        "IMS refuses a JWT credential of the Adobe Developer Console. The likely reason: Adobe has ended these. Since 2026-03-01 all are converted to OAuth server-to-server, with the same client id.",
        ["In the Adobe Developer Console, open the OAuth server-to-server credential of the project. Pass its download (the JSON with `CLIENT_SECRETS`).",
         "Technical accounts of the AEM Developer Console (the JSON with `integration`) are not meant: Adobe names no end for these."], Documented Likely;
    GrantNotAllowed = "grant-not-allowed", Refused, false,
        "The client is not registered for this grant.",
        ["Look in the console for the kind of the credential, and pass the document of that kind. Service credentials use a JWT, OAuth server-to-server credentials use their secret."], Observed;
    AssertionMalformed = "assertion-malformed", Refused, false,
        "IMS could not decode the assertion, or a claim has the wrong type (such as an `exp` that is no integer).",
        ["Inspect the claims of the assertion and their types offline."], Observed;
    AssertionRefused = "assertion-refused", Refused, false,
        "IMS does not accept the assertion and does not say why, or in words that are not in this catalogue. It has expired, is malformed, or its signature belongs to no certificate of the account.",
        ["Read the text of IMS in the message.",
         "Check the clock of this machine, and that key and certificate are the current ones of the console."], Documented;
    AssertionExpired = "assertion-expired", Refused, false,
        "The assertion has expired by the clock of IMS. If it was signed just now, the clock of this machine is behind.",
        ["Set the clock of this machine (IMS allows about 30 seconds of difference)."], Documented;
    AssertionReplayed = "assertion-replayed", Refused, false,
        "The technical account demands a new `jti` in each assertion.",
        ["Set a new `jti` for each assertion."], Documented;
    SignatureNotBound = "signature-not-bound", Refused, false,
        "The signature belongs to no certificate of this technical account. The certificate was renewed, revoked or deleted or has expired, or the key belongs to another account.",
        ["Download the current service credentials from the console, or attach this certificate again.",
         "If the certificate has expired, add a new one in the console."], Observed;
    CertificateExpired = "certificate-expired", Refused, false,
        "The certificate of the credentials has expired. IMS accepts no signature of a key whose certificate has expired, and says that the signature matches no binding.",
        ["Renew the certificate in the console that issued the credentials, and download them again. In the AEM Developer Console: Integrations > Technical Accounts > the account > Add certificate. The client id stays.",
         "If the date is wrong, check the clock of this machine."], Observed Likely;
    CertificateNotYetValid = "certificate-not-yet-valid", Refused, false,
        "The certificate of the credentials is not valid yet. IMS accepts signatures of its key from the start of its validity on.",
        ["Check the clock of this machine. If it is right, wait for the start, or use the certificate before.",
         "If you made the certificate yourself, the clock of the machine that made it was ahead: make it again, and attach the new one."], Inferred Likely;
    MetascopeNotBound = "metascope-not-bound", Refused, false,
        "The technical account does not have a requested metascope.",
        ["Use `metascopes` of the document unchanged. For another product, add its API to the project first."], Observed;
    ScopeInvalid = "scope-invalid", Refused, false,
        "IMS does not accept a scope or metascope of the request.",
        ["Compare `metascopes` or `SCOPES` of the document with what the console shows."], Documented;
    IdentityMalformed = "identity-malformed", Refused, false,
        "`sub`, `iss`, `exp` or `jti` does not have the form that IMS expects.",
        ["`iss` is the organisation (…@AdobeOrg), `sub` the technical account's id (…@techacct.adobe.com), not its e-mail address."], Documented;
    TokenRefused = "token-refused", Refused, false,
        "IMS does not accept the token. It has expired, was revoked, is of another environment, or has the wrong type for this request.",
        ["Validate the token with IMS: the response says whether it is valid.",
         "Get a new token from the environment (production or stage) of the request."], Observed;
    TokenLacksScope = "token-lacks-scope", Refused, false,
        "The token lacks a scope that this request needs.",
        ["Compare the scopes of the token with those of the request: `read_organizations` for organisations, `openid` for userinfo. The console shows which scopes the client may request."], Inferred;
    RegistrationRefused = "registration-refused", Refused, false,
        "IMS refused to register the client.",
        ["Use redirect URIs with https, or with http to this machine. Some environments register no clients."], Inferred;
    CodeRefused = "code-refused", Refused, false,
        "IMS does not accept the authorization code. It was used before, has expired, is of another client, or was requested with another verifier.",
        ["Sign in again: a code is valid once, and for a short time.",
         "A permanent code of a service stays valid: check that it was issued to this client, or have a new one issued."], Observed;
    SignInAgain = "sign-in-again", Refused, false,
        "The sign-in has ended: IMS no longer accepts its tokens. A sign-in ends after 14 days or with a sign-out.",
        ["Sign in again."], Documented;
    DeviceRefused = "device-refused", Refused, false,
        "IMS does not accept the device token. It has expired, was revoked, or is of another device or client.",
        ["Register the device again. Check that id, token and client belong together."], Inferred;
    UserTokenRefused = "user-token-refused", Refused, false,
        "IMS does not accept the access token of the person for the exchange. It has expired, was revoked, or is not a person's.",
        ["Get a new access token of the person and exchange that."], Inferred;
    RequestInvalid = "request-invalid", Refused, false,
        "IMS does not take the request: a parameter is missing, occurs twice or has a value that this endpoint does not accept.",
        ["Read the text of IMS in the message: it mostly names the parameter.",
         "If the parameter was sent, a proxy on the way may have lost the content of the request."], Inferred;
    RefusedOtherwise = "refused", Refused, false,
        "IMS refused the request for a reason that is not in this catalogue.",
        ["Read the text of IMS in the message. Adobe's support can look up the x-debug-id."];

    // A person signs in.
    RedirectInvalid = "redirect-invalid", Configuration, false,
        "The redirect URI of the sign-in is not valid.",
        ["Use the redirect URI that the client is registered with: https, or http to this machine, without a fragment."];
    SignInPortInUse = "sign-in-port-in-use", Configuration, false,
        "Another program listens on the port of the redirect URI.",
        ["End the other program (it may be an earlier sign-in), or use another port that the client is registered with."];
    SignInListener = "sign-in-listener-failed", Configuration, false,
        "The operating system does not let the program listen on the port of the redirect URI.",
        ["Use another port. Ports below 1024 need privileges."];
    SignInTimeout = "sign-in-timeout", Unreachable, false,
        "Nobody signed in in time: the browser did not open the redirect URI.",
        ["Start the sign-in again, and finish it in the browser window that opens.",
         "If the browser showed an error, the client may not be registered with this redirect URI."];
    SignInDenied = "sign-in-denied", Refused, false,
        "The person or a rule of the organisation denied the sign-in.",
        ["Start again and agree. If you did not deny it, ask the administrator of the organisation."], Documented;
    SignInInteraction = "sign-in-interaction-required", Refused, false,
        "The request forbids questions to the person (`prompt=none`), but the person has to sign in or agree.",
        ["Start again without `prompt=none`."], Documented;
    SignInStateWrong = "sign-in-state-wrong", Unusable, false,
        "The browser came back from another sign-in: from an old window, or from somebody who wants you to use their account.",
        ["Start again, and use only the window that opens."];
    SignInNonceWrong = "sign-in-nonce-wrong", Unusable, false,
        "The tokens belong to another sign-in.",
        ["Start again. If the problem persists, somebody may be replacing the responses."];
    SignInWithoutResult = "sign-in-without-result", Unusable, false,
        "The browser came back without a code or token.",
        ["Start again. Check that the client may use this kind of sign-in.",
         "If you paste the address by hand, copy all of it."];

    NotSignedIn = "not-signed-in", Configuration, false,
        "Nobody is signed in under this name.",
        ["Sign in."];
    SessionWithoutRefreshToken = "session-without-refresh-token", Configuration, false,
        "The session has no refresh token, so it ends with its access token.",
        ["Request the scope offline_access too. The client must be allowed to use it, and refresh tokens."];
    SessionBusy = "session-busy", Unreachable, false,
        "Another process holds the session.",
        ["Try again. If the problem persists, look at that process: if it is stopped, let it go on or end it."];
    SessionSetAside = "session-set-aside", Configuration, false,
        "The file of a session is not safe to use: it is damaged, a symbolic link, of another user, or readable by others.",
        ["Sign in again. If you did not change the file yourself, check who may write to the folder, and sign out at Adobe."];
    SessionOfOtherVersion = "session-of-other-version", Configuration, false,
        "Another version of the program wrote the file of the session, in a format that this version does not know. The program leaves the file alone.",
        ["Use the version that wrote the file, or give each version a folder of its own and sign in there."];
    SessionUnusable = "session-unusable", Configuration, false,
        "The folder of the sessions cannot be read or written, so no sign-in can be stored.",
        ["Check that the folder belongs to you and that the disk is not full, or use another folder."];

    // Keeping tokens.
    RefreshInterrupted = "refresh-interrupted", Unreachable, true,
        "The refresh ended before it was done: its runtime was shut down, or has no timer.",
        ["Try again. If the problem persists, keep the runtime alive, and enable its time and I/O drivers."];
    SealingKeyInvalid = "cache-key-invalid", Configuration, false,
        "The encryption key of the token cache is not valid.",
        ["Create one: openssl rand -base64 32 > FILE, readable by you alone."];
    StoreEntrySetAside = "cache-entry-set-aside", Configuration, false,
        "A file of the token cache is not safe to use: it is damaged, a symbolic link, of another user, or readable by others. The program requests a new token.",
        ["If you did not change it yourself, check who may write to the folder."];
    StoreEntryOfOtherVersion = "cache-entry-of-other-version", Configuration, false,
        "Another version of the program wrote a file of the token cache, in a format that this version does not know. The program leaves the file alone, and shares no token through it.",
        ["Use one version of the program, or give each version a folder of its own. The version that wrote the file can delete it."];
    StoreBusy = "cache-busy", Unreachable, false,
        "Another process has the right to refresh the token and does not finish, so this process requested a token itself.",
        ["Look at that process: if it is stopped, let it go on or end it."];
    StoreUnusable = "cache-unusable", Configuration, false,
        "The token cache cannot be read or written, so tokens are neither shared nor stored.",
        ["Check that the folder belongs to you and that the disk is not full, or use another folder."];

    // Tokens.
    TokenShortLived = "token-short-lived", Expired, false,
        "No token is valid for as long as requested.",
        ["Request less: tokens of IMS are valid for 24 hours."];
    TokenExpired = "token-expired", Expired, false,
        "The access token has expired.",
        ["Get a new one. A local development token is valid for 24 hours at most: create a new one in the AEM Developer Console."];
    TokenDeadOnArrival = "token-dead-on-arrival", Expired, false,
        "IMS issued a token that has already expired or is about to, by the response and the token.",
        ["Compare the clock of this machine with the Date of the response. If both are right, report the x-debug-id to Adobe."];
    TokenNotReplaced = "token-not-replaced", Refused, false,
        "An API rejected the access token, and the token source returned the same one again.",
        ["Give the program another token. A token that somebody pasted cannot be refreshed."];
    LifetimeContradictory = "lifetime-contradictory", Unusable, false,
        "The answer and the token state different lifetimes, or the number is too large for its unit. `expires_in` of `/ims/exchange/jwt` counts milliseconds, that of `/ims/token/v3` seconds. The program counts the earlier end.",
        ["In your own program, multiply or divide by the unit of the endpoint: 86399999 is 24 hours in milliseconds, not 999 days.",
         "Better, read `created_at` and `expires_in` of the token itself, which are in milliseconds."], Observed;
    ClockWrong = "clock-wrong", Configuration, false,
        "The clock of this machine differs from the server's by more than the 30 seconds that IMS tolerates. Assertions and tokens then seem to be expired, or valid for longer than they are.",
        ["Set the clock of this machine, and let it follow a time server."], Documented;
    ScopesNotGranted = "scopes-not-granted", Refused, false,
        "IMS issued a token without some of the requested scopes.",
        ["In the Adobe Developer Console, add the API of the scope to the project, and compare the scopes that it shows for the credential."], Observed;
    TokenOfOtherClient = "token-of-other-client", Unusable, false,
        "The token was issued to another client than the one that requested it, by its claims.",
        ["Check the address of the identity service: a test server or a proxy may have answered."], Inferred;
    TokenOfOtherType = "token-of-other-type", Unusable, false,
        "The token is of another type than `access_token`, by its claims. APIs refuse it.",
        ["Check the address of the identity service. In your own program, take the field `access_token` of the answer."], Inferred;
    ClientSecretOutdated = "client-secret-outdated", Refused, false,
        "IMS refused one client secret of the credentials and accepted another one.",
        ["Download the credentials again, or remove the secret that was deleted in the console."], Observed;
    TokenNotVerified = "token-not-verified", Expired, false,
        "The token failed the check: its signature belongs to no key of IMS, or its claims are not the expected ones.",
        ["Do not trust it. A token of IMS fails the check if it was changed, or is of another environment (production or stage), client or type than expected."];
    TokenUnreadable = "token-unreadable", Configuration, false,
        "The text is no token or assertion: a JWT has three parts of base64url, separated by dots.",
        ["Pass the token as it was issued."];
    TokenIsAssertion = "token-is-assertion", Configuration, false,
        "The text is an assertion. A client exchanges it for an access token; no API accepts it.",
        ["Pass the credentials that sign the assertion, or an access token."];
    HostNotAllowed = "host-not-allowed", Configuration, false,
        "The host of the request is not on the list of allowed hosts. The program did not send the token.",
        ["Check the address of the request.",
         "If you trust this host with the token, add it to the allowed hosts: scheme, host and port."];
    EnvironmentMismatch = "environment-mismatch", Configuration, false,
        "The token is of another environment of IMS and is not valid in this one.",
        ["Use credentials of the environment of the request: production and stage do not know each other's tokens."], Observed;
    AllowedHostInvalid = "allowed-host-invalid", Configuration, false,
        "An entry of the list of allowed hosts is not valid.",
        ["Write a host as https://HOST or https://HOST:PORT, without a path, and a domain as its bare name, such as adobeaemcloud.com."];
    TokenTruncated = "token-truncated", Configuration, false,
        "Part of the token is missing.",
        ["Copy the whole token again. A terminal, a variable or a form field may have a length limit."];
    TokenWrongKind = "token-wrong-kind", Configuration, false,
        "The token is one of IMS, but no access token. APIs accept access tokens only.",
        ["Pass the `access_token` of the response of IMS, not its `refresh_token` or `id_token`."];

    // The program itself.
    RuntimeUnsuitable = "runtime-unsuitable", Configuration, false,
        "The program sends requests on a tokio runtime with I/O and timers, and there is none.",
        ["Build the runtime with `enable_all`, and send the request inside of it."];
    SourceFailed = "source-failed", Unavailable, false,
        "A token source, store or transport of the program itself failed.",
        ["Read the message: it is that of the program's own code."];
    CryptoUnknown = "crypto-unknown", Configuration, false,
        "The crypto provider belongs to another version of rustls than the one of this crate.",
        ["Pass a `rustls::crypto::CryptoProvider` of rustls 0.23, or turn on the feature `ring` or `aws-lc-rs`."];
    RandomnessMissing = "randomness-missing", Configuration, false,
        "The operating system returned no random numbers, and a sign-in without them is not safe.",
        ["Check this machine: an operating system should always return them."];
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
                id.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
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
