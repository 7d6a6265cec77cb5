//! The statuses, codes and texts of API errors, by their cause. A status alone may have many causes.

use super::problem::ApiProblem;

crate::problem_symptoms! { ApiProblem {
    // The token.
    TokenExpired =
        Gateway { status: 401, code: "401013", text: "Oauth token is not valid" }
        Gateway { status: 401, code: "invalid_token", text: "IMS token failed IMS Facade token validation" }
        Aem { status: 401 };
    TokenRevoked = Gateway { status: 401, code: "401013", text: "Oauth token is not valid" };
    TokenOfOtherEnvironment = Gateway { status: 401, code: "401013", text: "Oauth token is not valid" };
    TokenIsAssertion =
        Gateway { status: 401, code: "401013", text: "Oauth token is not valid" }
        Aem { status: 401 };
    TokenWrongType = Gateway { status: 401, code: "401013", text: "Oauth token is not valid" };
    TokenMalformed =
        Gateway { status: 401, code: "401013", text: "Oauth token is not valid" }
        Aem { status: 401 };
    TokenMissing =
        Gateway { status: 403, code: "403010", text: "Oauth token is missing." }
        Aem { status: 401 };
    ValidatorFault =
        Gateway { status: 401, code: "401013", text: "Oauth token is not valid" }
        Gateway { status: 401, code: "invalid_token", text: "IMS token failed IMS Facade token validation" };

    // Adobe's gateway.
    ApiKeyMissing = Gateway { status: 403, code: "403000", text: "Api Key is required" };
    ApiKeyOfOtherClient = Gateway { status: 403, code: "403003", text: "Api Key is invalid" };
    ApiNotInProject = Gateway { status: 403, code: "403003", text: "Api Key is invalid" };
    OrganizationMissing = Gateway { status: 400, code: "400003", text: "Missing header" };
    OrganizationWrong = Gateway { status: 403, code: "403025", text: "Profile is not valid" };
    ProfileMissing =
        Gateway { status: 403, code: "403025", text: "Profile is not valid" }
        Gateway { status: 403, code: "403023", text: "Profile is not valid" };
    GatewayProfilePending =
        Gateway { status: 403, code: "403025", text: "Profile is not valid" }
        Gateway { status: 403, code: "403023", text: "Profile is not valid" };
    UmapiIntegrationOld = Gateway { status: 401, code: "error.unauthorized", text: "Failed to authenticate provided token" };

    // The way to AEM.
    WrongEnvironment = Aem { status: 401 };
    WrongTier = Aem { status: 404 };
    IpNotAllowed = Aem { status: 403, text: "Error 403" };
    LoginPage =
        Aem { status: 302 }
        Aem { status: 200, text: "<title>AEM Sign In</title>" };
    EdgeTimeout = Aem { status: 503, text: "first byte timeout" };
    Hibernated = Aem { text: "hibernated" };
    DispatcherBlocks = Aem { status: 404 };

    // The client and the account in AEM.
    ClientNotAllowed =
        Aem { status: 403, text: "IMS Client ID not allowlisted. Allowlist the Client ID using the Configuration Pipeline." }
        Aem { status: 401 };
    TokenLacksScopes = Aem { status: 403, text: "The access token is missing required scopes." };
    NeedsOauth = Aem { status: 401 } Aem { status: 403 };
    NeedsTechnicalAccount = Aem { status: 401 } Aem { status: 403 };
    NotInFormsUsers = Aem { status: 403 };
    AccountNew = Aem { status: 403 };
    AemProfilePending = Aem { status: 403 };
    AccountLacksRights = Aem { status: 403, text: "AccessDeniedException" };

    // The path in AEM.
    PathUnknown = Aem { status: 404, text: "No RequestProcessor can handle this request." };
    PathDoubled = Aem { status: 404 };
    ServiceNotEnabled = Aem { status: 404, text: "No RequestProcessor can handle this request." };
    NotFoundOrUnreadable = Aem { status: 404 };
    PostStoredBySling = Aem { status: 201, text: "<title>Content created" };

    // Forms Communications.
    FormsRequestInvalid = Aem { status: 400 };
    FormsTemplateNotFound = Aem { status: 500 };
    FormsProcessingFailed = Aem { status: 500 };
    FormsTimeout = Aem { status: 408 };

    // Any API.
    RateLimited =
        Gateway { status: 429, code: "429050", text: "Too many requests" }
        Aem { status: 429 };
    Unavailable = Aem { status: 503 } Gateway { status: 503 };
    ServerError = Aem { status: 500 } Gateway { status: 500 };
    ProxyLogin = Proxy { status: 407, text: "Proxy Authentication Required" };
    ContentTypeMissing = Gateway { status: 415, text: "A valid Content-Type must be specified" };
} }
