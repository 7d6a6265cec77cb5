//! People: `/_emu/people`, and the same by the handle.

use adobe_ims_emulator::identities::{Group, PersonChanges, Role};
use adobe_ims_emulator::{CustomToken, Emulator, Person, RegistrationError};
use http::Request;
use serde_json::{Value, json};

use crate::support::{TestResponse, control, frozen_builder, percent_encoded, send};

const EMAIL: &str = "zoë+1@example.com";
const ORG: &str = "0123456789ABCDEF01234567@AdobeOrg";

fn path(id: &str) -> String {
    format!("people/{}", percent_encoded(id))
}

fn bearer(emulator: &Emulator, path: &str, token: &str) -> TestResponse {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    send(emulator, request, b"")
}

fn token(emulator: &Emulator, person: &str) -> String {
    let scopes = [
        "AdobeID",
        "read_organizations",
        "additional_info.roles",
        "additional_info.projectedProductContext",
    ];
    let token = CustomToken::for_person(person).scopes(scopes);
    emulator.custom_token(&token).unwrap().access_token
}

fn described() -> Value {
    json!({
        "email": EMAIL,
        "first_name": "Zoë",
        "account_type": "federated",
        "organizations": [
            {"id": ORG, "name": "A & B", "groups": [{"ident": 7, "name": "Editors"}]},
            {"id": "SECOND@AdobeOrg", "country": "CH", "kind": "Team"},
        ],
        "roles": [{"organization": ORG, "named_role": "org_admin", "target_data": {"a": [1]}}],
        "product_contexts": [{
            "service_code": "dma_aem_cloud", "owning_entity": ORG, "fulfillable_data": "H4sI",
        }],
    })
}

#[test]
fn described_person_appears_in_profile_and_organizations() {
    let emulator = frozen_builder().start().unwrap();
    let added = control(&emulator, "POST", "people", &described());
    assert_eq!(added.status, 201, "{}", added.text);
    let shown = control(&emulator, "GET", &path("ZOË+1@example.com"), &Value::Null);
    assert_eq!(shown.json, added.json);
    let list = control(&emulator, "GET", "people", &Value::Null);
    assert_eq!(list.json["people"][1], added.json);
    assert_eq!(shown.json["name"], "Zoë Ulator");
    assert_eq!(
        shown.json["organizations"],
        json!([
            {"id": ORG, "name": "A & B", "country": "US", "kind": "Enterprise", "groups": [
                {"ident": 7, "name": "Editors", "role": "TEAM_MEMBER", "kind": "USER_GROUP"},
            ]},
            {"id": "SECOND@AdobeOrg", "name": "Emulated Organization", "country": "CH",
             "kind": "Team", "groups": []},
        ])
    );
    let user_id = shown.json["user_id"].as_str().unwrap();
    assert!(user_id.ends_with(".e"), "{user_id}");

    let token = token(&emulator, user_id);
    let profile = bearer(&emulator, "/ims/profile/v1", &token).json;
    assert_eq!(profile["account_type"], "type3");
    let product = &profile["projectedProductContext"][0]["prodCtx"];
    assert_eq!(product["serviceCode"], "dma_aem_cloud");
    assert_eq!(product["fulfillable_data"], "H4sI");
    assert_eq!(profile["roles"][0]["named_role"], "TEAM_MEMBER");
    assert_eq!(
        profile["roles"][1],
        json!({
            "principal": format!("{ORG}:{user_id}"),
            "organization": ORG,
            "named_role": "org_admin",
            "target": ORG,
            "target_type": "TRG_ORG",
            "target_data": {"a": [1]},
        })
    );
    let organizations = bearer(&emulator, "/ims/organizations/v5", &token).json;
    assert_eq!(organizations[0]["orgName"], "A & B");
    assert_eq!(organizations[1]["countryCode"], "CH");
}

#[test]
fn groups_alone_belong_to_the_only_organization() {
    let emulator = frozen_builder().start().unwrap();
    let default = emulator.accounts()[0].organization().to_owned();
    let groups = json!([{"ident": 1, "name": "A"}]);
    for (organization, expected) in [(Value::Null, &*default), (json!(ORG), ORG)] {
        let body = json!({"organization": organization, "groups": groups});
        let added = control(&emulator, "POST", "people", &body);
        assert_eq!(added.status, 201, "{}", added.text);
        assert_eq!(added.json["organizations"][0]["id"], expected);
        assert_eq!(added.json["organizations"][0]["groups"][0]["name"], "A");
    }
    let none = control(&emulator, "POST", "people", &json!({"organizations": []}));
    assert_eq!(none.json["organizations"], json!([]));
}

#[test]
fn changes_of_a_person_take_effect() {
    let emulator = frozen_builder().start().unwrap();
    let person = emulator.people().remove(0);
    let change = |body: &Value| control(&emulator, "PATCH", &path(person.email()), body);
    let changed = change(&json!({
        "last_name": "Döe", "country": "CH", "groups": [{"ident": 7, "name": "Editors"}],
    }));
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json["name"], "Emma Döe");
    assert_eq!(changed.json["organizations"][0]["groups"][0]["ident"], 7);
    let named = change(&json!({"name": "E."}));
    assert_eq!(named.json["name"], "E.");
    assert_eq!(change(&json!({"first_name": "Eva"})).json["name"], "E.");

    control(&emulator, "POST", "people", &described());
    let before = emulator.people();
    let account = emulator.accounts()[0].email().to_owned();
    for (body, status, part) in [
        (json!({"user_id": "x"}), 400, "at user_id"),
        (json!({"mail": "x"}), 400, "at mail: unknown field"),
        (json!({"country": "DE", "email": EMAIL}), 409, EMAIL),
        (json!({"country": "DE", "email": account}), 409, &account),
        (json!({"country": "DE", "email": ""}), 400, "email is empty"),
        (json!({"account_type": "type1"}), 400, "at account_type"),
        (
            json!({"groups": [{"ident": "7"}]}),
            400,
            "at groups[0].ident",
        ),
        (json!({"organizations": [], "groups": []}), 400, "at groups"),
        (
            json!({"organizations": [], "organization": ""}),
            400,
            "at organization",
        ),
        (
            json!({"roles": [{"named_role": "x"}]}),
            400,
            "missing field `organization`",
        ),
    ] {
        let response = change(&body);
        assert_eq!(response.status, status, "{body}: {}", response.text);
        let description = response.error().2;
        assert!(description.contains(part), "{description}");
    }
    assert_eq!(emulator.people(), before);
    let several = PersonChanges::new()
        .country("DE")
        .groups([Group::new(1, "A")]);
    let error = emulator.update_person(EMAIL, several).unwrap_err();
    assert!(matches!(error, RegistrationError::NoSingleOrganization(_)));
    let roles = PersonChanges::new().roles([Role::new(ORG, "x")]);
    let changed = emulator.update_person(EMAIL, roles).unwrap();
    assert_eq!(changed.roles()[0].named_role, "x");
    assert_eq!(changed.country(), "US");
    let names = PersonChanges::new().first_name("Zora").auth_id("A@AdobeID");
    let changed = emulator.update_person(EMAIL, names).unwrap();
    assert_eq!(
        (changed.name(), changed.auth_id()),
        ("Zora Ulator", "A@AdobeID")
    );
    let role = emulator.add_person(Person::new().role(Role::new(ORG, "y")));
    assert_eq!(role.unwrap().roles().len(), 1);
}

#[test]
fn deleted_person_can_do_nothing() {
    let emulator = frozen_builder().start().unwrap();
    let person = emulator.people().remove(0);
    let token = token(&emulator, person.email());
    let client = emulator.user_clients()[0].client_id().to_owned();
    let valid =
        || crate::user_clients::validation_result(&emulator, "access_token", &client, &token);
    assert_eq!(bearer(&emulator, "/ims/profile/v1", &token).status, 200);
    assert_eq!(valid(), "valid");
    let deleted = control(&emulator, "DELETE", &path(person.user_id()), &Value::Null);
    assert_eq!(deleted.status, 204);
    let refused = bearer(&emulator, "/ims/profile/v1", &token);
    assert_eq!(refused.error().1, "invalid_token");
    assert_eq!(bearer(&emulator, "/api/assets.json", &token).status, 401);
    assert_eq!(valid(), "revoked");
    let unknown = RegistrationError::UnknownPerson(person.email().to_owned());
    assert_eq!(emulator.remove_person(person.email()), Err(unknown));
    // A successor with the same id does not bring the token back.
    let again = json!({"user_id": person.user_id(), "email": person.email()});
    assert_eq!(control(&emulator, "POST", "people", &again).status, 201);
    assert_eq!(valid(), "revoked");
}
