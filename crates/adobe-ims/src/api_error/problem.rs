//! The catalogue of causes of API errors.

crate::problem_catalogue! {
    /// The cause of an error that an API of Adobe, or something before it, answered with.
    ///
    /// ```
    /// use adobe_ims::api_error::ApiProblem;
    ///
    /// let problem = ApiProblem::from_id("aem-client-not-allowed").expect("an id of the catalogue");
    /// println!("{}", problem.meaning());
    /// ```
    pub enum ApiProblem {
    // The token.
    TokenExpired = "api-token-expired", Refused, false,
        "The access token has expired.",
        ["Get a new token: tokens of IMS are valid for 24 hours at most. A long job needs a new one on its way."], Observed;
    TokenRevoked = "api-token-revoked", Refused, false,
        "The access token was revoked, or its account may no longer use the API.",
        ["Get a new token. If the API refuses that one too, check in the console that the credential and its account still exist."], Observed Likely;
    TokenOfOtherEnvironment = "api-token-of-other-environment", Refused, false,
        "The access token is of another environment of IMS: stage and production do not know each other's tokens.",
        ["Use credentials of the environment of the API."], Observed;
    TokenIsAssertion = "api-token-is-assertion", Refused, false,
        "The request carries the JWT assertion, which only IMS accepts. An API needs the access token that IMS gives for it.",
        ["Exchange the assertion at IMS, and send the `access_token` of the response."], Observed;
    TokenWrongType = "api-token-wrong-type", Refused, false,
        "The request carries a token of IMS that is no access token.",
        ["Send the `access_token` of the response of IMS, not its `refresh_token` or `id_token`."], Documented;
    TokenMalformed = "api-token-malformed", Refused, false,
        "The text in place of the token is no token of IMS, which is a JWT of three parts.",
        ["Check the program that fetches the token: a failed fetch often leaves `null` or an empty text behind."], Observed;
    TokenMissing = "api-token-missing", Refused, false,
        "The API received no token.",
        ["Send the header `Authorization: Bearer …`. If it was sent, a proxy or a redirect on the way removed it."], Documented;
    ValidatorFault = "api-validator-fault", Unavailable, true,
        "The API could not check the token at this moment. This was observed with valid tokens, which it accepted later.",
        ["Send the request once more with a new token."], Observed Possible;

    // Adobe's gateway (adobe.io).
    ApiKeyMissing = "gateway-api-key-missing", Refused, false,
        "Adobe's gateway received no client id (header `x-api-key`).",
        ["Send the header `x-api-key` with the client id of the token."], Documented;
    ApiKeyOfOtherClient = "gateway-api-key-of-other-client", Refused, false,
        "The client id in the header `x-api-key` is not the one that the token was issued to.",
        ["Send the client id of the token as `x-api-key`."], Observed Likely;
    ApiNotInProject = "gateway-api-not-in-project", Refused, false,
        "Adobe's gateway does not accept this client for this API: the API is not part of the client's project.",
        ["In the Adobe Developer Console, add the API to the project of the credential.",
         "Check that the client id is one of the Adobe Developer Console. Technical accounts of AEM are not known to the gateway."], Observed Likely;
    OrganizationMissing = "gateway-organization-missing", Refused, false,
        "Adobe's gateway received no organisation (header `x-gw-ims-org-id`).",
        ["Send the header `x-gw-ims-org-id` with the organisation of the credentials (…@AdobeOrg)."], Documented;
    OrganizationWrong = "gateway-organization-wrong", Refused, false,
        "The organisation in the header `x-gw-ims-org-id` is not the one of the credentials.",
        ["Send the organisation of the credentials (…@AdobeOrg) as `x-gw-ims-org-id`."], Documented Likely;
    ProfileMissing = "gateway-profile-missing", Refused, false,
        "The account has no product profile for this API in this organisation.",
        ["In the Adobe Developer Console, open the API in the project and select a product profile of the product. An administrator of the product may have to do that.",
         "Compare with the field `projectedProductContext` of the account's profile at IMS."], Documented Likely;
    GatewayProfilePending = "gateway-profile-pending", Refused, false,
        "A product profile was assigned a short time ago, and the gateway does not know it yet.",
        ["Wait about ten minutes after the change. Then request a new token and send the request again."], Observed Possible;
    GatewayCodeUnknown = "gateway-code-unknown", Refused, false,
        "Adobe's gateway refused the request with a code that is not in this catalogue.",
        ["Read its text in the answer, and compare the headers and the project of the credential with the documentation of the API."], Inferred Possible;
    UmapiIntegrationOld = "umapi-integration-old", Refused, false,
        "The User Management API does not accept tokens of this integration, which was observed with old ones.",
        ["Create a new credential with the User Management API in the Adobe Developer Console."], Observed Possible;

    // The way to AEM.
    HostMisspelt = "aem-host-misspelt", Refused, false,
        "The host ends in `adobeaemcloud.net`. The hosts of AEM as a Cloud Service end in `adobeaemcloud.com`.",
        ["Use the host as Cloud Manager shows it: https://author-pPROGRAM-eENVIRONMENT.adobeaemcloud.com"], Observed Likely;
    WrongEnvironment = "aem-wrong-environment", Refused, false,
        "The credentials are of another AEM environment than the host. A technical account is known in its own environment only.",
        ["Use the host of the credentials' environment, or the service credentials of the host's environment."], Inferred Likely;
    WrongTier = "aem-wrong-tier", Refused, false,
        "The tier of the host does not serve this API: some paths exist on author only.",
        ["Send the request to the author host."], Documented;
    IpNotAllowed = "aem-ip-not-allowed", Refused, false,
        "The network in front of AEM blocked the request: the address of this machine is not on the IP allow list of the environment, or a traffic filter rule matched.",
        ["In Cloud Manager, look at the IP allow lists of the environment, and add the public address of this machine.",
         "Look at the rules of `cdn.yaml`, if the project has any."], Observed Likely;
    LoginPage = "aem-login-page", Refused, false,
        "The answer is a login page. The server treats the request as one of a browser without a login: it did not accept or not see the token.",
        ["Check host, tier and path. The APIs of AEM answer 401 where a token is not accepted.",
         "Check that the token is of the environment of the host and has not expired."], Inferred;
    EdgeTimeout = "aem-edge-timeout", Unavailable, true,
        "The network in front of AEM received no answer in time (first byte timeout). AEM may still complete the request.",
        ["Check whether the request took effect before you send it again.",
         "Make the work smaller: fewer or smaller documents in one request, or the batch API."], Observed;
    Hibernated = "aem-hibernated", Unavailable, false,
        "The AEM environment is hibernated, as those of sandbox programs are after some hours without use.",
        ["In the AEM Developer Console, de-hibernate the environment, and wait until it runs."], Documented Likely;
    DispatcherBlocks = "aem-dispatcher-blocks", Refused, false,
        "The dispatcher of the publish tier does not let the path through.",
        ["Allow POST to `/adobe/forms/assembler/*` in the dispatcher filters of the project and deploy them, or use the author host."], Documented Likely;
    HostMalformed = "aem-host-malformed", Refused, false,
        "The host is not one of AEM as a Cloud Service. These have the form TIER-pPROGRAM-eENVIRONMENT.adobeaemcloud.com.",
        ["Use the host as Cloud Manager shows it: https://author-pPROGRAM-eENVIRONMENT.adobeaemcloud.com"], Documented Likely;

    // The client and the account in AEM.
    ClientNotAllowed = "aem-client-not-allowed", Refused, false,
        "The AEM environment does not list the client id of the token among its allowed clients. Clients of OAuth server-to-server need that.",
        ["Add the client id to `config/api.yaml`, and deploy it to the environment with a configuration pipeline of Cloud Manager."], Documented;
    TokenLacksScopes = "aem-token-lacks-scopes", Refused, false,
        "The token lacks a scope that this API of AEM needs.",
        ["Add the API to the project in the Adobe Developer Console, and request the scopes that the console shows for it.",
         "If it is a classic path of AEM (not `/adobe/…`), no published scope is known to cover it: use the service credentials of the AEM Developer Console."], Observed;
    NeedsOauth = "aem-needs-oauth", Refused, false,
        "This API of AEM accepts OAuth server-to-server credentials, and the token is of a technical account of the AEM Developer Console.",
        ["Create an OAuth server-to-server credential with the API in the Adobe Developer Console, and list its client id in `config/api.yaml`."], Documented Likely;
    NeedsTechnicalAccount = "aem-needs-technical-account", Refused, false,
        "This API of AEM accepts the service credentials of the AEM Developer Console, and the token is of an OAuth server-to-server credential. Adobe's pages contradict each other about that.",
        ["Use the service credentials of the AEM Developer Console (the JSON with `integration`)."], Documented Possible;
    NotInFormsUsers = "aem-not-in-forms-users", Refused, false,
        "The account is not a member of the group `forms-users`. Only members may call the Forms Communications APIs.",
        ["In AEM, open Tools > Security > Groups > forms-users (\"AEM Forms Users\"), and add the user. The user appears in AEM after its first request.",
         "Groups count per tier: do it on author and on publish, where you call both."], Documented;
    AccountNew = "aem-account-new", Refused, false,
        "AEM creates the user of a technical account at the first request of its token. A new user is only in the group `contributors`, which may read.",
        ["The first request has now been made, so the user exists. Give it its groups in AEM, then send the request again."], Documented Likely;
    AemProfilePending = "aem-profile-pending", Refused, false,
        "A product profile was changed a short time ago. AEM adds the group of a profile after about ten minutes, with the next request of a new token.",
        ["Wait ten minutes after the change. Then request a new token and send the request again."], Documented Possible;
    AccountLacksRights = "aem-account-lacks-rights", Refused, false,
        "AEM knows the token, but its account lacks rights for this path. A new token changes nothing.",
        ["In AEM, an administrator gives rights to the account: with a group, or with a product profile in the Admin Console."], Documented;

    // The path in AEM.
    PathUnknown = "aem-path-unknown", Refused, false,
        "AEM has no API at this path.",
        ["Compare the path with the documentation of the API, letter by letter."], Observed Likely;
    PathDoubled = "aem-path-doubled", Refused, false,
        "The path of the API stands in the URL twice: the address of the server in Adobe's specification already contains it.",
        ["Use the path once: https://HOST/adobe/forms/doc/v1/generatePDFOutput"], Documented;
    ServiceNotEnabled = "aem-service-not-enabled", Refused, false,
        "The environment does not have this service: the program lacks the add-on (such as Forms Communications), the pipeline did not run after it was added, or the release is too old.",
        ["In Cloud Manager, add the solution to the program, run the pipeline of the environment, and update the environment."], Documented Likely;
    NotFoundOrUnreadable = "aem-not-found-or-unreadable", Refused, false,
        "There is nothing at this path, or the account may not read it. AEM answers 404 for both.",
        ["Check the path as an administrator. If it is there, give the account the right to read it."], Documented Likely;
    PostStoredBySling = "aem-post-stored-by-sling", Unusable, false,
        "No API is at this path. The request was stored as content by the default handler of AEM, which answers with a page.",
        ["Check the path, and that the service is installed. Then delete the content that the request created."], Observed;

    // Forms Communications.
    FormsRequestInvalid = "forms-request-invalid", Refused, false,
        "Forms does not accept the request: a part is missing or has the wrong name, or an option has a value that is not allowed.",
        ["Compare the names of the parts with the documentation: `template`, `data` and `options` for documents, `ddx` and one part for each source of the DDX, `inDoc` for PDF/A.",
         "Check that `options` is valid JSON, and that documents are sent with a file name and a type other than text/plain."], Documented;
    FormsTemplateNotFound = "forms-template-not-found", Refused, false,
        "Forms did not find the template, or a file that it refers to.",
        ["Check the reference, upper and lower case, and `contentRoot`. On the publish tier, the template must be published.",
         "Send a file with a file name and a type: Forms reads a part of the type text/plain as a path."], Inferred Likely;
    FormsProcessingFailed = "forms-processing-failed", Unavailable, false,
        "Forms could not process the documents.",
        ["Read `message` and the part `jobLog` of the answer. The `error.log` of AEM has more.",
         "Check that the template and the data are well-formed XML or a PDF."], Documented Likely;
    FormsTimeout = "forms-timeout", Unavailable, true,
        "Forms ended the request because it took too long (408).",
        ["Make the work smaller: fewer or smaller documents in one request, or the batch API."], Documented;

    // Any API.
    RateLimited = "api-rate-limited", Throttled, true,
        "The API received too many requests. Many limits count for all users of a client id or project together.",
        ["Wait for the time in Retry-After, if there is one. Ask whether another program uses the same credential."], Observed;
    Unavailable = "api-unavailable", Unavailable, true,
        "The API, or the network in front of it, cannot answer at this moment.",
        ["Check whether the request took effect before you send it again. Then try again later."], Observed;
    ServerError = "api-server-error", Unavailable, true,
        "The API failed to handle the request.",
        ["Check whether the request took effect before you send it again. If it fails again, give the request id of the answer to Adobe's support."], Documented;
    PageFromElsewhere = "api-page-from-elsewhere", Unusable, false,
        "The answer is a web page and no answer of the API: a proxy, a portal of the network or another server answered.",
        ["Check the address of the API, and proxies on the way to it."], Inferred Likely;
    ProxyLogin = "api-proxy-login", Unreachable, false,
        "A proxy demands a login (407). The request did not reach the API.",
        ["Write user and password into the address of the proxy: HTTPS_PROXY=http://user:password@host:port"], Documented;
    ContentTypeMissing = "api-content-type-missing", Refused, false,
        "The API needs another content type of the request, or any at all.",
        ["Send the header `Content-Type` that the documentation of the API names, mostly application/json."], Documented;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::error::{ErrorClass, KnownFrom, Problem};

    #[test]
    fn entries_are_unique_sourced_and_in_the_form_of_the_catalogue() {
        let mut seen: HashSet<_> = Problem::ALL.iter().map(|problem| problem.id()).collect();
        for problem in ApiProblem::ALL {
            let id = problem.id();
            assert!(seen.insert(id), "{id} twice");
            assert!(
                id.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{id}"
            );
            assert!(problem.meaning().ends_with('.'), "{id}");
            assert_ne!(problem.known_from(), KnownFrom::Checked, "{id}");
            assert!(
                problem.class() != ErrorClass::Refused || !problem.is_transient(),
                "{id}"
            );
        }
    }
}
