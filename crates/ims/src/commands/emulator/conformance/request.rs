//! The requests of the suite, as data: the list that is shown and the requests that are sent are made from it.

/// The credentials that the suite runs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// A technical account that signs assertions.
    Jwt,
    /// OAuth server-to-server.
    Oauth,
}

/// A request of the suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    Discovery,
    Keys,
    GetOnTokens,
    UnknownGrant,
    UnknownClient,
    WrongSecret,
    UnknownScope,
    WithoutScope,
    MalformedAssertion,
    TextExpiry,
    ExpiredAssertion,
    OtherEnvironment,
    OtherClient,
    ForeignKey,
    UnknownMetascope,
    /// The right request for a token.
    Token,
    KeyCertificate,
    ValidateToken,
    ValidateMadeUp,
    Profile,
    ProfileMadeUp,
    Userinfo,
    Invalidate,
    ValidateRevoked,
}

/// The place that a request goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A path of IMS.
    Path(&'static str),
    /// The path from which the credentials get tokens.
    Tokens,
    /// The certificate that the header of the token names.
    KeyCertificate,
}

/// An assertion: right, or wrong in one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AssertionKind {
    Right,
    Malformed,
    TextExpiry,
    Expired,
    OtherEnvironment,
    OtherClient,
    ForeignKey,
    UnknownMetascope,
}

/// A value of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(&'static str),
    ClientId,
    Secret,
    Scopes,
    Assertion(AssertionKind),
    /// The access token that the suite got.
    Token,
    MadeUpClient,
    MadeUpSecret,
    MadeUpScope,
    MadeUpToken,
}

/// A request with the parts of which it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) is_post: bool,
    pub(super) target: Target,
    pub(super) fields: Vec<(&'static str, Value)>,
    /// The token of the header `Authorization`.
    pub(super) bearer: Option<Value>,
}

impl Probe {
    /// All requests, in the order in which they are sent.
    const ALL: [Self; 24] = [
        Self::Discovery,
        Self::Keys,
        Self::GetOnTokens,
        Self::UnknownGrant,
        Self::UnknownClient,
        Self::WrongSecret,
        Self::UnknownScope,
        Self::WithoutScope,
        Self::MalformedAssertion,
        Self::TextExpiry,
        Self::ExpiredAssertion,
        Self::OtherEnvironment,
        Self::OtherClient,
        Self::ForeignKey,
        Self::UnknownMetascope,
        Self::Token,
        Self::KeyCertificate,
        Self::ValidateToken,
        Self::ValidateMadeUp,
        Self::Profile,
        Self::ProfileMadeUp,
        Self::Userinfo,
        Self::Invalidate,
        Self::ValidateRevoked,
    ];

    /// Returns these requests in the order in which they are sent, each once, with the one for the token if they need
    /// it.
    pub(super) fn in_order(wanted: &[Self]) -> Vec<Self> {
        let needs_token = wanted.iter().any(|it| it.needs_token());
        let is_wanted = |it: &Self| wanted.contains(it) || (needs_token && *it == Self::Token);
        Self::ALL.into_iter().filter(is_wanted).collect()
    }

    /// Returns true for a request that needs the token.
    pub(super) fn needs_token(self) -> bool {
        matches!(
            self,
            Self::KeyCertificate
                | Self::ValidateToken
                | Self::Profile
                | Self::Userinfo
                | Self::Invalidate
                | Self::ValidateRevoked
        )
    }

    /// Returns the parts of the request.
    pub(super) fn template(self, flow: Flow) -> Template {
        use AssertionKind as Kind;
        let tokens = |fields| Template::post(Target::Tokens, fields);
        let assertion = |kind| tokens(exchange(Value::Secret, kind));
        let validate = "/ims/validate_token/v1";
        match self {
            Self::Discovery => Template::get("/ims/.well-known/openid-configuration"),
            Self::Keys => Template::get("/ims/keys"),
            Self::GetOnTokens => Template {
                is_post: false,
                ..tokens(Vec::new())
            },
            Self::UnknownGrant => {
                let grant = Value::Text("urn:example:made-up");
                let fields = client_fields(grant, Value::ClientId, Value::Secret);
                Template::post(Target::Path("/ims/token/v3"), fields)
            }
            Self::UnknownClient => {
                tokens(token_fields(flow, Value::MadeUpClient, Value::MadeUpSecret))
            }
            Self::WrongSecret => tokens(token_fields(flow, Value::ClientId, Value::MadeUpSecret)),
            Self::UnknownScope => tokens(credentials_fields(Some(Value::MadeUpScope))),
            Self::WithoutScope => tokens(credentials_fields(None)),
            Self::MalformedAssertion => assertion(Kind::Malformed),
            Self::TextExpiry => assertion(Kind::TextExpiry),
            Self::ExpiredAssertion => assertion(Kind::Expired),
            Self::OtherEnvironment => assertion(Kind::OtherEnvironment),
            Self::OtherClient => assertion(Kind::OtherClient),
            Self::ForeignKey => assertion(Kind::ForeignKey),
            Self::UnknownMetascope => assertion(Kind::UnknownMetascope),
            Self::Token => tokens(token_fields(flow, Value::ClientId, Value::Secret)),
            Self::KeyCertificate => Template {
                target: Target::KeyCertificate,
                ..Template::get("")
            },
            Self::ValidateToken | Self::ValidateRevoked => {
                Template::post(Target::Path(validate), token_status("type", Value::Token))
            }
            Self::ValidateMadeUp => Template::post(
                Target::Path(validate),
                token_status("type", Value::MadeUpToken),
            ),
            Self::Profile => Template::get("/ims/profile/v1").with_bearer(Value::Token),
            Self::ProfileMadeUp => Template::get("/ims/profile/v1").with_bearer(Value::MadeUpToken),
            Self::Userinfo => Template::get("/ims/userinfo/v2").with_bearer(Value::Token),
            Self::Invalidate => Template::post(
                Target::Path("/ims/invalidate_token/v2"),
                token_status("token_type", Value::Token),
            ),
        }
    }
}

impl Template {
    fn get(path: &'static str) -> Self {
        Self {
            is_post: false,
            target: Target::Path(path),
            fields: Vec::new(),
            bearer: None,
        }
    }

    fn post(target: Target, fields: Vec<(&'static str, Value)>) -> Self {
        Self {
            is_post: true,
            target,
            fields,
            bearer: None,
        }
    }

    fn with_bearer(self, token: Value) -> Self {
        Self {
            bearer: Some(token),
            ..self
        }
    }
}

fn token_fields(flow: Flow, id: Value, secret: Value) -> Vec<(&'static str, Value)> {
    match flow {
        Flow::Jwt => vec![
            ("client_id", id),
            ("client_secret", secret),
            ("jwt_token", Value::Assertion(AssertionKind::Right)),
        ],
        Flow::Oauth => {
            let mut fields = client_fields(Value::Text("client_credentials"), id, secret);
            fields.push(("scope", Value::Scopes));
            fields
        }
    }
}

fn exchange(secret: Value, kind: AssertionKind) -> Vec<(&'static str, Value)> {
    vec![
        ("client_id", Value::ClientId),
        ("client_secret", secret),
        ("jwt_token", Value::Assertion(kind)),
    ]
}

fn credentials_fields(scope: Option<Value>) -> Vec<(&'static str, Value)> {
    let grant = Value::Text("client_credentials");
    let mut fields = client_fields(grant, Value::ClientId, Value::Secret);
    fields.extend(scope.map(|scope| ("scope", scope)));
    fields
}

fn client_fields(grant: Value, id: Value, secret: Value) -> Vec<(&'static str, Value)> {
    vec![
        ("grant_type", grant),
        ("client_id", id),
        ("client_secret", secret),
    ]
}

fn token_status(type_field: &'static str, token: Value) -> Vec<(&'static str, Value)> {
    vec![
        (type_field, Value::Text("access_token")),
        ("client_id", Value::ClientId),
        ("token", token),
    ]
}

impl Value {
    /// Returns the value in words, without secrets; an empty text for a usual one.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Text(text) => text,
            Self::ClientId | Self::Secret | Self::Scopes => "",
            Self::MadeUpClient | Self::MadeUpSecret | Self::MadeUpScope | Self::MadeUpToken => {
                "made up"
            }
            Self::Token => "the new token",
            Self::Assertion(kind) => match kind {
                AssertionKind::Right => "",
                AssertionKind::Malformed => "malformed",
                AssertionKind::TextExpiry => "exp is a text",
                AssertionKind::Expired => "expired",
                AssertionKind::OtherEnvironment => "aud of another environment",
                AssertionKind::OtherClient => "aud of another client",
                AssertionKind::ForeignKey => "signed with another key",
                AssertionKind::UnknownMetascope => "metascope made up",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_in_order_and_come_with_the_one_for_the_token() {
        let wanted = [Probe::Profile, Probe::Keys, Probe::Profile];
        assert_eq!(
            Probe::in_order(&wanted),
            [Probe::Keys, Probe::Token, Probe::Profile]
        );
        assert_eq!(Probe::in_order(&[Probe::Keys]), [Probe::Keys]);
    }

    #[test]
    fn only_right_requests_send_the_secret_with_the_client_id() {
        for probe in Probe::ALL {
            for flow in [Flow::Jwt, Flow::Oauth] {
                let template = probe.template(flow);
                let has = |value| template.fields.iter().any(|(_, it)| *it == value);
                assert!(!has(Value::Secret) || has(Value::ClientId), "{probe:?}");
                assert!(template.is_post || template.fields.is_empty(), "{probe:?}");
                let uses_token = has(Value::Token) || template.bearer == Some(Value::Token);
                let is_certificate = probe == Probe::KeyCertificate;
                assert_eq!(
                    uses_token || is_certificate,
                    probe.needs_token(),
                    "{probe:?}"
                );
            }
        }
    }
}
