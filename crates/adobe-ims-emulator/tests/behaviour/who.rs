//! Who a token stands for, and their organizations.

use std::time::Duration;

use adobe_ims_emulator::identities::{Group, Organization, ProductContext};
use adobe_ims_emulator::{Account, Emulator, GrantType, OauthClient, Person, SignIn};
use http::Request;
use serde_json::json;

use crate::support::{
    Answer, CLIENT_ID, Customer, FORM, SECRET, emulator, form, frozen, hostile, post, send,
};

const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";
const EMAIL: &str = "11111111-2222-3333-4444-555555555555@techacct.adobe.com";

fn ask(emulator: &Emulator, path: &str, token: &str) -> Answer {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"")
}

fn account() -> Account {
    hostile().email(EMAIL).organization(ORGANIZATION)
}

#[test]
fn a_technical_account_is_told_in_every_version() {
    let emulator = frozen().account(account()).start().unwrap();
    let customer = Customer::of(&emulator);
    let token = customer.token(&emulator);
    let profile = json!({
        "account_type": "type2", "utcOffset": null, "preferred_languages": null,
        "displayName": CLIENT_ID, "last_name": "", "userId": customer.id, "authId": customer.id,
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
        let answer = ask(&emulator, path, &token);
        assert_eq!((answer.status, &answer.json), (200, &profile), "{path}");
        let post = Request::post(path).header("authorization", format!("bearer {token}"));
        assert_eq!(send(&emulator, post, b"").json, profile, "{path}");
    }
    let userinfo = json!({
        "sub": customer.id, "account_type": "ent", "address": {"country": "US"}, "name": CLIENT_ID,
        "given_name": CLIENT_ID, "family_name": "", "email_verified": true, "email": EMAIL,
    });
    for path in ["/ims/userinfo/v1", "/ims/userinfo/v2?client_id=x"] {
        let answer = ask(&emulator, path, &token);
        assert_eq!((answer.status, &answer.json), (200, &userinfo), "{path}");
    }
}

#[test]
fn its_organization_is_that_of_its_credentials() {
    let organization = Organization::new(ORGANIZATION)
        .name("Müller & Söhne")
        .country("CH");
    let builder = frozen().organization(organization).account(account());
    let emulator = builder.start().unwrap();
    let token = Customer::of(&emulator).token(&emulator);
    let expected = json!([{
        "orgRef": {"ident": "0123456789ABCDEF01234567", "authSrc": "AdobeOrg"},
        "orgName": "Müller & Söhne", "orgType": "Enterprise", "countryCode": "CH", "groups": [],
    }]);
    for version in 1..=6 {
        let path = format!("/ims/organizations/v{version}");
        let answer = ask(&emulator, &path, &token);
        assert_eq!((answer.status, &answer.json), (200, &expected), "{path}");
    }
    assert_eq!(ask(&emulator, "/ims/organizations/v7", &token).status, 404);
    assert_eq!(ask(&emulator, "/ims/profile/v4", &token).status, 404);
}

#[test]
fn what_is_told_depends_on_the_scopes() {
    let with = |scopes: &[&str]| {
        let account = account().scopes(scopes.iter().copied());
        let emulator = frozen().account(account).start().unwrap();
        let token = Customer::of(&emulator).token(&emulator);
        (emulator, token)
    };
    let (emulator, token) = with(&["AdobeID", "additional_info.roles"]);
    let profile = ask(&emulator, "/ims/profile/v1", &token).json;
    assert_eq!(profile.get("projectedProductContext"), None);
    assert_eq!(profile["roles"], json!([]));
    let lacks = |path: &str, text: &str| {
        let answer = ask(&emulator, path, &token);
        assert_eq!(answer.refusal(), (403, "insufficient_scope", text));
    };
    lacks("/ims/userinfo/v2", "The token lacks the scope openid.");
    let text = "The token lacks the scope read_organizations.";
    lacks("/ims/organizations/v6", text);

    let (emulator, token) = with(&["openid"]);
    let told = ask(&emulator, "/ims/userinfo/v2", &token).json;
    assert_eq!(
        told.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["sub"]
    );
    let (emulator, token) = with(&["openid", "email"]);
    let told = ask(&emulator, "/ims/userinfo/v2", &token).json;
    assert_eq!((&told["email"], told.get("name")), (&json!(EMAIL), None));
    let (emulator, token) = with(&["openid", "profile"]);
    let told = ask(&emulator, "/ims/userinfo/v2", &token).json;
    assert_eq!(
        (&told["name"], told.get("email")),
        (&json!(CLIENT_ID), None)
    );
}

#[test]
fn only_a_good_token_is_told_anything() {
    let emulator = emulator();
    let customer = Customer::of(&emulator);
    let token = customer.token(&emulator);
    let assertion = customer.sign(&customer.claims());
    let paths = [
        "/ims/profile/v1",
        "/ims/userinfo/v2",
        "/ims/organizations/v6",
    ];
    let refused = |answer: Answer| {
        let refusal = (401, "invalid_token", "Invalid or expired token.");
        assert_eq!(answer.refusal(), refusal);
    };
    for path in paths {
        assert_eq!(ask(&emulator, path, &token).status, 200, "{path}");
        for bad in ["", "x", "x.y.z", &assertion, &format!("{token}A")] {
            refused(ask(&emulator, path, bad));
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
        refused(ask(&emulator, path, &token));
    }
}

/// A person of one organization, with a group and a product there.
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

/// The emulator with a service, and that service's token.
fn service() -> (Emulator, String) {
    let client = OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .grants([GrantType::AuthorizationCode])
        .service_code("permanent");
    let emulator = frozen().oauth_client(client).person(jane()).start();
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
    let answer = post(emulator, "/ims/token/v3", FORM, form(&fields));
    answer.json["access_token"].as_str().unwrap().to_owned()
}

fn ask_about(emulator: &Emulator, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {token}"))
        .header("x-ims-clientid", CLIENT_ID)
        .header("content-type", FORM);
    send(emulator, request, form(fields).as_bytes())
}

#[test]
fn a_person_is_told_as_far_as_the_scopes_go() {
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
    let emulator = frozen().oauth_client(client).person(jane()).start();
    let emulator = emulator.unwrap();
    let token = |scopes: &[&str]| {
        let sign_in = SignIn::new(CLIENT_ID, "jane+ü@example.com");
        let sign_in = sign_in.scopes(scopes.iter().copied());
        emulator.user_tokens(&sign_in).unwrap().access_token
    };
    let all = token(&[]);
    let profile = ask(&emulator, "/ims/profile/v1", &all).json;
    assert_eq!(profile["displayName"], "Jane Dü");
    assert_eq!(profile["roles"][0]["named_role"], "GRP_ADMIN");
    let product = &profile["projectedProductContext"][0]["prodCtx"];
    assert_eq!(product["serviceCode"], "dma_aem_cloud");
    let organizations = ask(&emulator, "/ims/organizations/v6", &all).json;
    assert_eq!(organizations[0]["groups"][0]["groupName"], "Editors");
    let userinfo = ask(&emulator, "/ims/userinfo/v2", &all).json;
    let expected = json!({
        "sub": "0123456789ABCDEF89ABCDEF@AdobeID", "account_type": "ind", "address": {"country": "CH"},
        "name": "Jane Dü", "given_name": "Jane", "family_name": "Dü", "email_verified": true,
        "email": "jane+ü@example.com",
    });
    assert_eq!(userinfo, expected);
    let little = token(&["openid"]);
    let profile = ask(&emulator, "/ims/profile/v1", &little).json;
    assert_eq!(profile["email"], "jane+ü@example.com");
    assert_eq!(
        (profile.get("roles"), profile.get("projectedProductContext")),
        (None, None)
    );
    let refused = ask(&emulator, "/ims/organizations/v6", &little)
        .refusal()
        .1
        .to_owned();
    assert_eq!(refused, "insufficient_scope");
}

#[test]
fn a_service_is_told_about_others() {
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
        }}],
        "roles": [{
            "principal": format!("{ORGANIZATION}:0123456789ABCDEF89ABCDEF@AdobeID"),
            "organization": ORGANIZATION, "named_role": "GRP_ADMIN", "target": "7",
            "target_type": "TRG_GROUP", "target_data": null,
        }],
    });
    for path in ["/ims/admin_profile/v1", "/ims/admin_profile/v3/"] {
        let answer = ask_about(&emulator, path, &token, &jane);
        assert_eq!((answer.status, &answer.json), (200, &profile), "{path}");
    }
    let organizations = json!([{
        "orgRef": {"ident": "0123456789ABCDEF01234567", "authSrc": "AdobeOrg"},
        "orgName": "Müller & Söhne", "orgType": "Enterprise", "countryCode": "US",
        "groups": [{
            "groupName": "Editors", "role": "GRP_ADMIN", "ident": 7, "groupType": "USER_GROUP",
            "groupDisplayName": "Editors",
        }],
    }]);
    for path in ["/ims/admin_organizations/v4", "/ims/admin_organizations/v5"] {
        let answer = ask_about(&emulator, path, &token, &jane);
        assert_eq!((answer.status, &answer.json), (200, &organizations));
    }
    let account = emulator.accounts()[0].technical_account_id().to_owned();
    let (guid, auth_src) = account.split_once('@').unwrap();
    let account = [("guid", guid), ("auth_src", auth_src)];
    let answer = ask_about(&emulator, "/ims/admin_profile/v1", &token, &account);
    assert_eq!(answer.json["userId"], format!("{guid}@{auth_src}"));
}

#[test]
fn only_a_service_is_told_about_others_and_only_what_it_asks() {
    let (emulator, token) = service();
    let jane = [
        ("guid", "0123456789ABCDEF89ABCDEF"),
        ("auth_src", "AdobeID"),
    ];
    for path in ["/ims/admin_profile/v1", "/ims/admin_organizations/v5"] {
        let ask = |token: &str, fields: &[(&str, &str)]| ask_about(&emulator, path, token, fields);
        let invalid = (401, "invalid_token", "Invalid or expired token.");
        assert_eq!(ask("x.y.z", &jane).refusal(), invalid);
        let customer = Customer::of(&emulator);
        let denied = (403, "access_denied", "The token is not that of a service.");
        assert_eq!(ask(&customer.token(&emulator), &jane).refusal(), denied);
        let missing = "The parameter guid is missing.";
        let refusal = (400, "bad_request", missing);
        assert_eq!(ask(&token, &jane[1..]).refusal(), refusal);
        let missing = "The parameter auth_src is missing.";
        let refusal = (400, "bad_request", missing);
        assert_eq!(ask(&token, &jane[..1]).refusal(), refusal);
        let nobody = [("guid", "0"), ("auth_src", "AdobeID")];
        let refusal = (404, "not_found", "Nobody has this user id.");
        assert_eq!(ask(&token, &nobody).refusal(), refusal);
        let other = Request::post(path)
            .header("authorization", format!("Bearer {token}"))
            .header("x-ims-clientid", "other")
            .header("content-type", FORM);
        let other = send(&emulator, other, form(&jane).as_bytes());
        let text = "The token is not of the client that X-IMS-ClientId names.";
        assert_eq!(other.refusal(), (400, "invalid_client", text));
        assert_eq!(
            send(&emulator, Request::get(path), b"").headers["allow"],
            "POST"
        );
    }
    let v2 = ask_about(&emulator, "/ims/admin_profile/v2", &token, &jane);
    assert_eq!(v2.status, 404);
}
