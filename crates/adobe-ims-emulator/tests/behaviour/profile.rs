//! The profile, userinfo, organizations and admin endpoints.

use std::time::Duration;

use adobe_ims_emulator::identities::{Group, Organization, ProductContext};
use adobe_ims_emulator::{Account, Emulator, GrantType, OauthClient, Person, SignIn};
use http::Request;
use serde_json::json;

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, TestResponse, emulator, form, frozen_builder,
    hostile_account, post, send,
};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";
const EMAIL: &str = "11111111-2222-3333-4444-555555555555@techacct.adobe.com";

fn get_with_token(emulator: &Emulator, path: &str, token: &str) -> TestResponse {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"")
}

fn account() -> Account {
    hostile_account().email(EMAIL).organization(ORGANIZATION)
}

#[test]
fn technical_account_has_profile_in_every_version() {
    let emulator = frozen_builder().account(account()).start().unwrap();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let profile = json!({
        "account_type": "type2", "utcOffset": null, "preferred_languages": null,
        "displayName": CLIENT_ID, "last_name": "", "userId": signer.id, "authId": signer.id,
        "tags": [], "emailVerified": "true", "countryCode": "US", "projectedProductContext": [],
        "name": CLIENT_ID, "first_name": CLIENT_ID, "email": EMAIL,
    });
    for path in [
        "/ims/profile",
        "/ims/profile/v1",
        "/ims/profile/v2",
        "/ims/profile/v3/",
        "//ims/profile/v1?client_id=other",
    ] {
        let response = get_with_token(&emulator, path, &token);
        assert_eq!((response.status, &response.json), (200, &profile), "{path}");
        let post = Request::post(path).header("authorization", format!("bearer {token}"));
        assert_eq!(send(&emulator, post, b"").json, profile, "{path}");
    }
    let userinfo = json!({
        "sub": signer.id, "account_type": "ent", "address": {"country": "US"}, "name": CLIENT_ID,
        "given_name": CLIENT_ID, "family_name": "", "email_verified": true, "email": EMAIL,
    });
    for path in [
        "/ims/userinfo",
        "/ims/userinfo/v1",
        "/ims/userinfo/v2?client_id=x",
    ] {
        let response = get_with_token(&emulator, path, &token);
        assert_eq!(
            (response.status, &response.json),
            (200, &userinfo),
            "{path}"
        );
    }
}

#[test]
fn organization_of_technical_account_is_that_of_credentials() {
    let organization = Organization::new(ORGANIZATION)
        .name("Müller & Söhne")
        .country("CH");
    let builder = frozen_builder()
        .organization(organization)
        .account(account());
    let emulator = builder.start().unwrap();
    let token = AssertionSigner::of(&emulator).token(&emulator);
    let expected = json!([{
        "orgRef": {"ident": "0123456789ABCDEF01234567", "authSrc": "AdobeOrg"},
        "orgName": "Müller & Söhne", "orgType": "Enterprise", "countryCode": "CH", "groups": [],
    }]);
    for version in 1..=6 {
        let path = format!("/ims/organizations/v{version}");
        let response = get_with_token(&emulator, &path, &token);
        assert_eq!(
            (response.status, &response.json),
            (200, &expected),
            "{path}"
        );
    }
    assert_eq!(
        get_with_token(&emulator, "/ims/organizations/v7", &token).status,
        404
    );
    assert_eq!(
        get_with_token(&emulator, "/ims/profile/v4", &token).status,
        404
    );
}

#[test]
fn profile_fields_depend_on_scopes() {
    let with = |scopes: &[&str]| {
        let account = account().scopes(scopes.iter().copied());
        let emulator = frozen_builder().account(account).start().unwrap();
        let token = AssertionSigner::of(&emulator).token(&emulator);
        (emulator, token)
    };
    let (emulator, token) = with(&["AdobeID", "additional_info.roles"]);
    let profile = get_with_token(&emulator, "/ims/profile/v1", &token).json;
    assert_eq!(profile.get("projectedProductContext"), None);
    assert_eq!(profile["roles"], json!([]));
    let lacks = |path: &str, text: &str| {
        let response = get_with_token(&emulator, path, &token);
        assert_eq!(response.error(), (403, "insufficient_scope", text));
    };
    lacks("/ims/userinfo/v2", "The token lacks the scope openid.");
    let text = "The token lacks the scope read_organizations.";
    lacks("/ims/organizations/v6", text);

    let (emulator, token) = with(&["openid"]);
    let userinfo = get_with_token(&emulator, "/ims/userinfo/v2", &token).json;
    assert_eq!(
        userinfo.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["sub"]
    );
    let (emulator, token) = with(&["openid", "email"]);
    let userinfo = get_with_token(&emulator, "/ims/userinfo/v2", &token).json;
    assert_eq!(
        (&userinfo["email"], userinfo.get("name")),
        (&json!(EMAIL), None)
    );
    let (emulator, token) = with(&["openid", "address"]);
    let userinfo = get_with_token(&emulator, "/ims/userinfo/v2", &token).json;
    let account = &emulator.accounts()[0];
    let only = json!({"sub": account.technical_account_id(), "address": {"country": "US"}});
    assert_eq!(userinfo, only);
    let (emulator, token) = with(&["openid", "profile"]);
    let userinfo = get_with_token(&emulator, "/ims/userinfo/v2", &token).json;
    assert_eq!(
        (&userinfo["name"], userinfo.get("email")),
        (&json!(CLIENT_ID), None)
    );
}

#[test]
fn invalid_token_is_refused_by_all_profile_endpoints() {
    let emulator = emulator();
    let signer = AssertionSigner::of(&emulator);
    let token = signer.token(&emulator);
    let assertion = signer.sign(&signer.claims());
    let paths = [
        "/ims/profile/v1",
        "/ims/userinfo/v2",
        "/ims/organizations/v6",
    ];
    let refused = |response: TestResponse| {
        let error = (401, "invalid_token", "Invalid or expired token.");
        assert_eq!(response.error(), error);
    };
    for path in paths {
        assert_eq!(
            get_with_token(&emulator, path, &token).status,
            200,
            "{path}"
        );
        for bad in ["", "x", "x.y.z", &assertion, &format!("{token}A")] {
            refused(get_with_token(&emulator, path, bad));
        }
        refused(send(&emulator, Request::get(path), b""));
        let basic = Request::get(path).header("authorization", format!("Basic {SECRET}"));
        refused(send(&emulator, basic, b""));
        let in_query = format!("{path}?access_token={token}");
        refused(send(&emulator, Request::get(in_query), b""));
    }
    let put = send(&emulator, Request::put(paths[0]), b"");
    assert_eq!(put.headers["allow"], "GET, POST");
    let post = send(&emulator, Request::post(paths[1]), b"");
    assert_eq!(
        (post.status, &post.headers["allow"]),
        (405, &"GET, HEAD".parse().unwrap())
    );
    emulator.clock().advance(Duration::from_secs(86_400));
    for path in paths {
        refused(get_with_token(&emulator, path, &token));
    }
}

/// Returns a person with one organization, one group and one product.
fn jane() -> Person {
    let organization = Organization::new(ORGANIZATION).name("Müller & Söhne");
    let mut group = Group::new(7, "Editors");
    group.role = "GRP_ADMIN".to_owned();
    let product = ProductContext::new("dma_aem_cloud", ORGANIZATION).fulfillable_data("H4sIbroken");
    Person::new()
        .user_id("0123456789ABCDEF89ABCDEF@AdobeID")
        .email("jane+ü@example.com")
        .first_name("Jane")
        .last_name("Dü")
        .country("CH")
        .member_of(organization, [group])
        .product_context(product)
}

/// Returns an emulator with a service, and the token of that service.
fn service() -> (Emulator, String) {
    let client = OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .grants([GrantType::AuthorizationCode])
        .service_code("permanent");
    let emulator = frozen_builder().oauth_client(client).person(jane()).start();
    let emulator = emulator.unwrap();
    let token = token_of(&emulator);
    (emulator, token)
}

fn token_of(emulator: &Emulator) -> String {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("code", "permanent"),
    ];
    let response = post(emulator, "/ims/token/v3", FORM, form(&fields));
    response.json["access_token"].as_str().unwrap().to_owned()
}

fn post_admin(
    emulator: &Emulator,
    path: &str,
    token: &str,
    fields: &[(&str, &str)],
) -> TestResponse {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("x-ims-clientid", CLIENT_ID)
        .header("content-type", FORM);
    send(emulator, request, form(fields).as_bytes())
}

#[test]
fn person_profile_fields_depend_on_scopes() {
    let client = OauthClient::new()
        .client_id(CLIENT_ID)
        .public()
        .grants([GrantType::AuthorizationCode])
        .redirect_uri("http://localhost:8888")
        .scopes([
            "openid",
            "email",
            "profile",
            "read_organizations",
            "additional_info.projectedProductContext",
            "additional_info.roles",
        ]);
    let emulator = frozen_builder().oauth_client(client).person(jane()).start();
    let emulator = emulator.unwrap();
    let token = |scopes: &[&str]| {
        let sign_in = SignIn::new(CLIENT_ID, "jane+ü@example.com");
        let sign_in = sign_in.scopes(scopes.iter().copied());
        emulator.user_tokens(&sign_in).unwrap().access_token
    };
    let all = token(&[]);
    let profile = get_with_token(&emulator, "/ims/profile/v1", &all).json;
    assert_eq!(profile["displayName"], "Jane Dü");
    assert_eq!(profile["roles"][0]["named_role"], "GRP_ADMIN");
    let product = &profile["projectedProductContext"][0]["prodCtx"];
    assert_eq!(product["serviceCode"], "dma_aem_cloud");
    let organizations = get_with_token(&emulator, "/ims/organizations/v6", &all).json;
    assert_eq!(organizations[0]["groups"][0]["groupName"], "Editors");
    let userinfo = get_with_token(&emulator, "/ims/userinfo/v2", &all).json;
    let expected = json!({
        "sub": "0123456789ABCDEF89ABCDEF@AdobeID", "account_type": "ind",
        "name": "Jane Dü", "given_name": "Jane", "family_name": "Dü", "email_verified": true,
        "email": "jane+ü@example.com",
    });
    assert_eq!(userinfo, expected);
    let little = token(&["openid"]);
    let profile = get_with_token(&emulator, "/ims/profile/v1", &little).json;
    assert_eq!(profile["email"], "jane+ü@example.com");
    assert_eq!(
        (profile.get("roles"), profile.get("projectedProductContext")),
        (None, None)
    );
    let refused = get_with_token(&emulator, "/ims/organizations/v6", &little)
        .error()
        .1
        .to_owned();
    assert_eq!(refused, "insufficient_scope");
}

#[test]
fn service_reads_profiles_of_others() {
    let (emulator, token) = service();
    let jane = [
        ("guid", "0123456789ABCDEF89ABCDEF"),
        ("auth_src", "AdobeID"),
    ];
    let profile = json!({
        "account_type": "type1", "utcOffset": null, "preferred_languages": null,
        "displayName": "Jane Dü", "last_name": "Dü", "userId": "0123456789ABCDEF89ABCDEF@AdobeID",
        "authId": "0123456789ABCDEF89ABCDEF@AdobeID", "tags": [], "emailVerified": "true",
        "countryCode": "CH", "name": "Jane Dü", "first_name": "Jane", "email": "jane+ü@example.com",
        "projectedProductContext": [{"prodCtx": {
            "serviceCode": "dma_aem_cloud", "owningEntity": ORGANIZATION, "fulfillable_data": "H4sIbroken",
            "statusCode": "ACTIVE", "ident": "E27A4B73F028AC121FAC691AC4", "label": "dma_aem_cloud",
        }}],
        "roles": [{
            "principal": format!("{ORGANIZATION}:0123456789ABCDEF89ABCDEF@AdobeID"),
            "organization": ORGANIZATION, "named_role": "GRP_ADMIN", "target": "7",
            "target_type": "TRG_GROUP",
            "target_data": {"gid": "7", "group_name": "Editors"},
        }],
    });
    for path in [
        "/ims/admin_profile/v1",
        "/ims/admin_profile/v2",
        "/ims/admin_profile/v3/",
    ] {
        let response = post_admin(&emulator, path, &token, &jane);
        assert_eq!((response.status, &response.json), (200, &profile), "{path}");
    }
    let organizations = json!([{
        "orgRef": {"ident": "0123456789ABCDEF01234567", "authSrc": "AdobeOrg"},
        "orgName": "Müller & Söhne", "orgType": "Enterprise", "countryCode": "US",
        "groups": [{
            "groupName": "Editors", "role": "GRP_ADMIN", "ident": 7, "groupType": "USER_GROUP",
            "groupDisplayName": "Editors",
        }],
    }]);
    for version in 1..=6 {
        let path = format!("/ims/admin_organizations/v{version}");
        let response = post_admin(&emulator, &path, &token, &jane);
        assert_eq!((response.status, &response.json), (200, &organizations));
    }
    let account = emulator.accounts()[0].technical_account_id().to_owned();
    let (guid, auth_src) = account.split_once('@').unwrap();
    let account = [("guid", guid), ("auth_src", auth_src)];
    let response = post_admin(&emulator, "/ims/admin_profile/v1", &token, &account);
    assert_eq!(response.json["userId"], format!("{guid}@{auth_src}"));
}

#[test]
fn admin_endpoints_refuse_other_callers_and_unknown_users() {
    let (emulator, token) = service();
    let jane = [
        ("guid", "0123456789ABCDEF89ABCDEF"),
        ("auth_src", "AdobeID"),
    ];
    for path in ["/ims/admin_profile/v1", "/ims/admin_organizations/v5"] {
        let get_with_token =
            |token: &str, fields: &[(&str, &str)]| post_admin(&emulator, path, token, fields);
        let invalid = (401, "invalid_token", "Invalid or expired token.");
        assert_eq!(get_with_token("x.y.z", &jane).error(), invalid);
        let signer = AssertionSigner::of(&emulator);
        let denied = (
            403,
            "access_denied",
            "The token does not belong to a service.",
        );
        assert_eq!(
            get_with_token(&signer.token(&emulator), &jane).error(),
            denied
        );
        let missing = "The parameter guid is missing.";
        let error = (400, "bad_request", missing);
        assert_eq!(get_with_token(&token, &jane[1..]).error(), error);
        let missing = "The parameter auth_src is missing.";
        let error = (400, "bad_request", missing);
        assert_eq!(get_with_token(&token, &jane[..1]).error(), error);
        let nobody = [("guid", "0"), ("auth_src", "AdobeID")];
        let error = (404, "not_found", "Nobody has this user id.");
        assert_eq!(get_with_token(&token, &nobody).error(), error);
        let other = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("x-ims-clientid", "other")
            .header("content-type", FORM);
        let other = send(&emulator, other, form(&jane).as_bytes());
        let text = "The token does not belong to the client that X-IMS-ClientId names.";
        assert_eq!(other.error(), (400, "invalid_client", text));
        assert_eq!(
            send(&emulator, Request::get(path), b"").headers["allow"],
            "POST"
        );
    }
    let v4 = post_admin(&emulator, "/ims/admin_profile/v4", &token, &jane);
    assert_eq!(v4.status, 404);
}
