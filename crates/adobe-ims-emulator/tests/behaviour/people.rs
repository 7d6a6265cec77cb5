//! People and organizations, and what clients may do.

use adobe_ims_emulator::identities::{AccountType, Group, Organization};
use adobe_ims_emulator::{
    Account, Emulator, GrantType, OauthClient, Person, RegistrationError, StartError,
};

use crate::support::{CLIENT_ID, Customer, FORM, SECRET, form, frozen, hostile, post};

const ORG: &str = "0123456789ABCDEF01234567@AdobeOrg";

#[test]
fn somebody_is_made_up_and_can_be_found() {
    let emulator = frozen().start().unwrap();
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
    assert_eq!(frozen().start().unwrap().people(), emulator.people());
    let another = emulator.add_person(Person::new()).unwrap();
    assert_eq!(another.email(), "emma.ulator-2@example.com");
    assert_ne!(another.user_id(), person.user_id());
}

#[test]
fn a_person_is_as_described_and_nobody_else_is() {
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
    let emulator = frozen().person(described()).start().unwrap();
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
fn people_and_technical_accounts_have_organizations() {
    let emulator = frozen()
        .organization(Organization::new(ORG).name("Müller").country("DE"))
        .account(hostile().organization(ORG))
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
fn a_client_for_people_is_made_up_too() {
    let emulator = frozen().start().unwrap();
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
fn scopes_are_those_of_whoever_does_not_say() {
    let emulator = frozen().scopes(["openid", "email", "x:y"]).start().unwrap();
    assert_eq!(
        emulator.oauth_clients()[0].scopes(),
        ["openid", "email", "x:y"]
    );
    let of_people = ["openid", "email", "x:y", "profile", "offline_access"];
    assert_eq!(emulator.user_clients()[0].scopes(), of_people);
    for wrong in [&[][..], &[""], &["a b"], &["a,b"], &["ü"]] {
        let error = frozen().scopes(wrong.iter().copied()).start().unwrap_err();
        assert!(matches!(error, StartError::Scope(_)), "{error}");
    }
}

#[test]
fn a_redirect_uri_is_https_or_on_loopback() {
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
fn a_client_in_migration_takes_both_and_a_migrated_one_no_assertion() {
    let ask = |grants: &[GrantType]| {
        let account: Account = hostile().grants(grants.iter().copied());
        let emulator = frozen().account(account).start().unwrap();
        let customer = Customer::of(&emulator);
        let exchanged = customer.exchange(&emulator, &customer.claims());
        let body = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT_ID),
            ("client_secret", SECRET),
            ("scope", "openid"),
        ]);
        let granted = post(&emulator, "/ims/token/v3", FORM, body);
        (exchanged.status, granted.status)
    };
    assert_eq!(ask(&[GrantType::JwtExchange]), (200, 400));
    let both = [GrantType::JwtExchange, GrantType::ClientCredentials];
    assert_eq!(ask(&both), (200, 200));
    assert_eq!(ask(&[GrantType::ClientCredentials]), (500, 200));
    assert_eq!(ask(&[]), (400, 400));
}
