//! The token endpoint, `/ims/token`, in its versions, with one file per grant.

pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod client_credentials;
pub(crate) mod authorization_code;
pub(crate) mod refresh_token;
pub(crate) mod device;
pub(crate) mod cluster_at_exchange;
pub(crate) mod token_exchange;
pub(crate) mod promise;
pub(crate) mod endpoint;

use crate::behaviour::{Area, Behaviour, source};

/// The behaviours of this endpoint, and from where each is known.
pub(crate) const BEHAVIOURS: &[Behaviour] = &[
    Area::TokenEndpoint.matched(
        "token-grant-versions",
        "`authorization_code`, `refresh_token` and `device` work in all versions, `client_credentials` and `cluster_at_exchange` from v2 on, token exchange, `promise` and `promise_exchange` in v4.",
        "published clients; where they differ, the emulator knows a grant in more versions",
    ),
    Area::TokenEndpoint.inferred(
        "token-no-grant",
        "A request without `grant_type` or another parameter of the grant gets 400 `invalid_request`.",
        "RFC 6749 §5.2 names this code; the answer of IMS is not known",
    ),
    Area::TokenEndpoint.standard(
        "token-unknown-grant",
        "A `grant_type` that the path does not know gets 400 `unsupported_grant_type`.",
        "RFC 6749 §5.2",
    ),
    Area::TokenEndpoint.observed(
        "token-unknown-client",
        "An unknown client id gets 400 `invalid_client`, `invalid client_id parameter`.",
        "adobe/aio-lib-java, tests against the live service (2023 to 2024), for the status; a published client matches the text",
    ),
    Area::TokenEndpoint.observed(
        "token-wrong-secret",
        "A wrong client secret gets 400 `invalid_client`, `invalid client_secret parameter`. So does a secret of a public client.",
        "adobe/aio-lib-java, tests against the live service (2023 to 2024), for the status; adobe/asset-compute-client compares the text. For public clients inferred",
    ),
    Area::TokenEndpoint.inferred(
        "token-missing-client",
        "A missing client id or secret gets the error of an unknown id or a wrong secret.",
        "nobody published the answer",
    ),
    Area::TokenEndpoint.documented(
        "token-two-secrets",
        "A client may have two secrets at a time, and both work until one is deleted.",
        source::CONSOLE_S2S,
    ),
    Area::TokenEndpoint.observed(
        "token-unauthorized-client",
        "A client that is not registered for the grant gets 400 `unauthorized_client`.",
        "adobe/spacecat-api-service#2641 (2026)",
    ),
    Area::TokenEndpoint.standard(
        "token-public-client",
        "A public client may use the grants of a sign-in and of a device only; another one gets 400 `unauthorized_client`.",
        "RFC 6749 §4.4; for the other grants inferred",
    ),
    Area::TokenEndpoint.observed(
        "token-invalid-scope",
        "A scope that the client does not have gets 400 `invalid_scope`, `Invalid scope value`.",
        "AdobeDocs/adobeio-auth#74, #77, for the code; the text is in the tests of the SpaceCat client",
    ),
    Area::TokenEndpoint.documented(
        "token-scopes-by-comma",
        "Commas separate scopes. The emulator also accepts spaces, which Adobe was reported to refuse.",
        "Adobe Developer Console documentation, server-to-server authentication (2026); AdobeDocs/analytics-2.0-apis#35",
    ),
    Area::TokenEndpoint.documented(
        "token-expires-in-seconds",
        "`expires_in` is in seconds in v2, v3 and v4.",
        "Adobe Developer Console documentation, server-to-server authentication (2026); adobe/ims-go reads all three so",
    ),
    Area::TokenEndpoint.matched(
        "token-expires-in-before-v2",
        "`expires_in` is in milliseconds in v1 and without a version. The setting `seconds_everywhere` makes it seconds.",
        "two published clients rely on milliseconds there (streaming-connect, AEM Mobile), one on seconds (aepp)",
    ),
    Area::TokenEndpoint.documented(
        "token-response",
        "A response has `access_token`, `token_type` (`bearer`) and `expires_in`; a sign-in adds `refresh_token`, `sub` and `id_token`.",
        source::CONSOLE_USER,
    ),
    Area::TokenEndpoint.matched(
        "token-user-id",
        "A response for a person has `userId`, and before v2 the fields of the profile.",
        "adobe/ims-go reads `userId`; Adobe's samples of 2019 show the profile",
    ),
    Area::TokenEndpoint.inferred(
        "token-check-order",
        "The order is: grant, client, secret, right, parameters, scopes.",
        "it agrees with all reports",
    ),
];
