//! Organizations in detail, their groups and products, and the account cluster of a person.

use adobe_ims_emulator::identities::{Group, Organization, ProductContext};
use adobe_ims_emulator::{Emulator, GrantType, OauthClient, Person, SignIn};
use http::Request;
use serde_json::json;

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, TestResponse, form, frozen_builder, post, send,
};

const ORG: &str = "0123456789ABCDEF01234567@AdobeOrg";
const EMAIL: &str = "jane@example.com";

fn group(ident: u64, name: &str, role: &str) -> Group {
    let mut group = Group::new(ident, name);
    group.role = role.to_owned();
    group
}

fn emulator() -> Emulator {
    let service = OauthClient::new()
        .client_id(CLIENT_ID)
        .client_secret(SECRET)
        .scopes(["openid", "read_organizations", "account_cluster.read"])
        .grants([GrantType::AuthorizationCode])
        .service_code("permanent");
    let organization = || Organization::new(ORG).name("Müller & Söhne");
    let product = ProductContext::new("dma_tartan", ORG).tenant_id("mueller");
    let jane = Person::new()
        .email(EMAIL)
        .auth_id("0A@AdobeID")
        .member_of(
            organization(),
            [
                group(7, "Editors", "TEAM_MEMBER"),
                group(1, "Admins", "GRP_ADMIN"),
            ],
        )
        .product_context(product.clone());
    let joe = Person::new()
        .email("joe@example.com")
        .auth_id("0A@AdobeID")
        .member_of(organization(), [group(7, "Editors", "GRP_ADMIN")])
        .member_of(Organization::new("AB@AdobeOrg").name("Other"), [])
        .product_context(product);
    let builder = frozen_builder()
        .oauth_client(service)
        .person(jane)
        .person(joe);
    builder.start().unwrap()
}

fn service_token(emulator: &Emulator) -> String {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("code", "permanent"),
    ];
    let response = post(emulator, "/ims/token/v4", FORM, form(&fields));
    response.json["access_token"].as_str().unwrap().to_owned()
}

fn get(emulator: &Emulator, path: &str, token: &str) -> TestResponse {
    let request = Request::get(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    send(emulator, request, b"")
}

#[test]
fn service_reads_an_organization_with_numbers_of_groups_as_texts() {
    let emulator = emulator();
    let token = service_token(&emulator);
    let expected = json!({
        "orgRef": {"ident": "0123456789ABCDEF01234567", "authSrc": "AdobeOrg"},
        "orgName": "Müller & Söhne", "orgType": "Enterprise", "countryCode": "US",
        "groups": [
            {"groupName": "Admins", "role": "GRP_ADMIN", "ident": "1", "groupType": "USER_GROUP", "groupDisplayName": "Admins"},
            {"groupName": "Editors", "role": "GRP_ADMIN", "ident": "7", "groupType": "USER_GROUP", "groupDisplayName": "Editors"},
        ],
    });
    for id in [ORG, "0123456789ABCDEF01234567%40AdobeOrg"] {
        let path = format!("/ims/organizations/{id}/v2?client_id=x");
        let response = get(&emulator, &path, &token);
        assert_eq!((response.status, &response.json), (200, &expected));
    }
    let unknown = get(&emulator, "/ims/organizations/x@AdobeOrg/v2", &token);
    assert_eq!(unknown.error().1, "not_found");
    assert_eq!(
        get(&emulator, &format!("/ims/organizations/{ORG}/v3"), &token).status,
        404
    );
}

#[test]
fn members_of_a_group_come_in_pages() {
    let emulator = emulator();
    let token = service_token(&emulator);
    let members = |rest: &str| {
        let path = format!("/ims/organizations/{ORG}/groups/{rest}");
        get(&emulator, &path, &token)
    };
    let all = members("7/members?client_id=x").json;
    assert_eq!(
        (&all["totalSize"], &all["batchSize"], &all["startIndex"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert_eq!(all["items"][0]["username"], EMAIL);
    assert_eq!(all["items"][1]["email"], "joe@example.com");
    let second = members("7/members?startIndex=1&batchSize=1").json;
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert_eq!(second["items"][0], all["items"][1]);
    let beyond = members("7/members?startIndex=99999999999").json;
    assert_eq!(
        (&beyond["batchSize"], &beyond["totalSize"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(members("7/members?batchSize=-1").error().1, "bad_request");
    assert_eq!(members("8/members").error().1, "not_found");
    assert_eq!(members("members").status, 404);
}

#[test]
fn products_of_an_organization_have_the_tenant() {
    let emulator = emulator();
    let fetch = |token: &str, fields: &[(&str, &str)]| {
        let request = Request::post("/ims/fetch_pc_by_org/v1")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", FORM);
        send(&emulator, request, form(fields).as_bytes())
    };
    let fields = [
        ("org_id", "0123456789ABCDEF01234567"),
        ("auth_src", "AdobeOrg"),
        ("client_id", CLIENT_ID),
    ];
    let token = service_token(&emulator);
    let products = fetch(&token, &fields).json;
    let products = products["productContexts"].as_array().unwrap();
    assert_eq!(products.len(), 1);
    assert_eq!(products[0]["serviceCode"], "dma_tartan");
    assert_eq!(products[0]["params"], json!({"tenant_id": "mueller"}));
    assert_eq!(fetch(&token, &fields[1..]).error().1, "bad_request");
    assert_eq!(fetch("x", &fields).error().0, 401);
}

#[test]
fn strangers_see_no_organization_and_members_their_own() {
    let emulator = emulator();
    let path = format!("/ims/organizations/{ORG}/v2");
    let stranger = AssertionSigner::of(&emulator).token(&emulator);
    assert_eq!(get(&emulator, &path, &stranger).error().1, "access_denied");
    assert_eq!(get(&emulator, &path, "x").error().0, 401);
    let jane = emulator
        .user_tokens(&SignIn::new(CLIENT_ID, EMAIL))
        .unwrap();
    assert_eq!(get(&emulator, &path, &jane.access_token).status, 200);
    let other = get(
        &emulator,
        "/ims/organizations/AB@AdobeOrg/v2",
        &jane.access_token,
    );
    assert_eq!(other.error().0, 403);
}

#[test]
fn account_cluster_has_the_organizations_of_all_accounts() {
    let emulator = emulator();
    let token = |scope: &str| {
        let sign_in = SignIn::new(CLIENT_ID, EMAIL).scopes([scope]);
        emulator.user_tokens(&sign_in).unwrap().access_token
    };
    for path in [
        "/ims/account_cluster/v2?client_id=x",
        "/ims/account_cluster/v3",
    ] {
        let response = get(&emulator, path, &token("account_cluster.read"));
        let cluster = response.json.as_object().unwrap();
        assert_eq!(cluster.len(), 3, "{}", response.text);
        assert_eq!(cluster["Other"]["orgRef"]["ident"], "AB");
        assert_eq!(cluster["Müller & Söhne"]["authId"], "0A@AdobeID");
        let refused = get(&emulator, path, &token("openid"));
        assert_eq!(refused.error().1, "insufficient_scope");
        let service = get(&emulator, path, &service_token(&emulator));
        assert_eq!(
            service.error(),
            (404, "not_found", "Account cluster not found")
        );
    }
}
