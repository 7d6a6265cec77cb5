//! The registration of people, organizations and clients.

use adobe_ims_emulator::identities::{AccountType, Group, Organization};
use adobe_ims_emulator::{
    Account, Emulator, GrantType, OauthClient, Person, RegistrationError, StartError,
};

use crate::support::{
    AssertionSigner, CLIENT_ID, FORM, SECRET, form, frozen_builder, hostile_account, post,
};

const ORG: &str = "0123456789ABCDEF01234567@AdobeOrg";

#[test]
fn generated_person_is_found_by_id_and_email() {
    let emulator = frozen_builder().start().unwrap();
    let [person] = &emulator.people()[..] else {
        panic!("{:?}", emulator.people());
    };
    assert_eq!(person.email(), "emma.ulator@example.com");
    assert_eq!(person.name(), "Emma Ulator");
    assert_eq!(person.account_type(), AccountType::Individual);
    let hex = person.user_id().strip_suffix("@AdobeID").unwrap();
    assert!(hex.len() == 24 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(person.auth_id(), person.user_id());
    let organization = &person.memberships()[0].organization;
    assert_eq!(organization.id(), emulator.accounts()[0].organization());
    assert_eq!(organization.auth_source(), "AdobeOrg");
    for known in [person.user_id(), person.email(), "EMMA.Ulator@example.com"] {
        assert_eq!(emulator.person(known).as_ref(), Some(person));
    }
    assert_eq!(emulator.person("nobody@example.com"), None);
    assert_eq!(
        frozen_builder().start().unwrap().people(),
        emulator.people()
    );
    let another = emulator.add_person(Person::new()).unwrap();
    assert_eq!(another.email(), "emma.ulator-2@example.com");
    assert_ne!(another.user_id(), person.user_id());
}

#[test]
fn described_person_is_registered_once() {
    let described = || {
        Person::new()
            .email("Jané@example.com")
            .first_name("Jané")
            .last_name("<Doe>")
            .country("CH")
            .account_type(AccountType::Federated)
            .member_of(
                Organization::new(ORG).name("A & B"),
                [Group::new(7, "Editors")],
            )
    };
    let emulator = frozen_builder().person(described()).start().unwrap();
    let person = emulator.person("jané@EXAMPLE.com").unwrap();
    assert_eq!(person.name(), "Jané <Doe>");
    assert_eq!(person.country(), "CH");
    assert!(person.user_id().ends_with(".e"), "{}", person.user_id());
    assert!(person.auth_id().ends_with("@AdobeID"));
    assert_eq!(person.memberships()[0].organization.display_name(), "A & B");
    assert_eq!(person.memberships()[0].groups, [Group::new(7, "Editors")]);
    let taken = emulator.add_person(described()).unwrap_err();
    assert_eq!(
        taken,
        RegistrationError::PersonTaken("Jané@example.com".to_owned())
    );
    let same_id = Person::new().user_id(person.user_id());
    let taken = emulator.add_person(same_id).unwrap_err();
    assert_eq!(
        taken,
        RegistrationError::PersonTaken(person.user_id().to_owned())
    );
    let alone = emulator.add_person(Person::new().without_organization());
    assert!(alone.unwrap().memberships().is_empty());
}

#[test]
fn people_and_technical_accounts_have_memberships() {
    let emulator = frozen_builder()
        .organization(Organization::new(ORG).name("Müller").country("DE"))
        .account(hostile_account().organization(ORG))
        .person(Person::new().member_of(Organization::new(ORG), []))
        .start()
        .unwrap();
    let account = &emulator.accounts()[0];
    let person = &emulator.people()[0];
    for id in [account.technical_account_id(), person.user_id()] {
        let memberships = emulator.memberships(id).unwrap();
        assert_eq!(memberships.len(), 1);
        let organization = &memberships[0].organization;
        assert_eq!(organization.ident(), "0123456789ABCDEF01234567");
        assert_eq!(organization.display_name(), "Müller");
        assert_eq!(organization.country_code(), "DE");
        assert_eq!(organization.organization_type(), "Enterprise");
    }
    assert_eq!(emulator.memberships("nobody"), None);
}

#[test]
fn user_client_is_generated() {
    let emulator = frozen_builder().start().unwrap();
    let [client] = &emulator.user_clients()[..] else {
        panic!("{:?}", emulator.user_clients());
    };
    assert!(client.is_public());
    assert_eq!(client.redirect_uri(), Some("http://localhost:8888"));
    assert!(client.grants().contains(&GrantType::AuthorizationCode));
    assert_eq!(emulator.oauth_clients().len(), 1);
    assert!(!emulator.oauth_clients()[0].is_public());
}

#[test]
fn builder_scopes_apply_to_clients_without_scopes() {
    let emulator = frozen_builder()
        .scopes(["openid", "email", "x:y"])
        .start()
        .unwrap();
    assert_eq!(
        emulator.oauth_clients()[0].scopes(),
        ["openid", "email", "x:y"]
    );
    let of_people = ["openid", "email", "x:y", "profile", "offline_access"];
    assert_eq!(emulator.user_clients()[0].scopes(), of_people);
    for wrong in [&[][..], &[""], &["a b"], &["a,b"], &["ü"]] {
        let error = frozen_builder()
            .scopes(wrong.iter().copied())
            .start()
            .unwrap_err();
        assert!(matches!(error, StartError::Scope(_)), "{error}");
    }
}

#[test]
fn redirect_uri_without_https_or_loopback_is_refused() {
    for uri in ["http://my.example/", "my.example", "https://my.example/#x"] {
        let client = OauthClient::new().client_id(CLIENT_ID).redirect_uri(uri);
        let error = Emulator::builder()
            .oauth_client(client)
            .start()
            .unwrap_err();
        let StartError::Registration(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error, RegistrationError::RedirectUri(CLIENT_ID.to_owned()));
    }
}

#[test]
fn migrating_client_has_both_grants_and_migrated_client_no_exchange() {
    let request_token = |grants: &[GrantType]| {
        let account: Account = hostile_account().grants(grants.iter().copied());
        let emulator = frozen_builder().account(account).start().unwrap();
        let signer = AssertionSigner::of(&emulator);
        let exchanged = signer.exchange(&emulator, &signer.claims());
        let body = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT_ID),
            ("client_secret", SECRET),
            ("scope", "openid"),
        ]);
        let granted = post(&emulator, "/ims/token/v3", FORM, body);
        (exchanged.status, granted.status)
    };
    assert_eq!(request_token(&[GrantType::JwtExchange]), (200, 400));
    let both = [GrantType::JwtExchange, GrantType::ClientCredentials];
    assert_eq!(request_token(&both), (200, 200));
    assert_eq!(request_token(&[GrantType::ClientCredentials]), (500, 200));
    assert_eq!(request_token(&[]), (400, 400));
}
