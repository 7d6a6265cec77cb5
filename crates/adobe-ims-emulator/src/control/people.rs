//! `/_emu/people`: people who can sign in.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::control::json_body::{read, wrong_value};
use crate::control::person_fields::{
    GroupFields, OrganizationFields, ProductContextFields, RoleFields, all,
};
use crate::http::error_response::ErrorResponse;
use crate::http::response::{Response, json, no_content};
use crate::identities::organization::{Membership, Organization};
use crate::identities::person::{AccountType, Person, RegisteredPerson};
use crate::identities::person_changes::PersonChanges;
use crate::identities::registration_error::RegistrationError;
use crate::ims::removal;
use crate::state::State;

/// The fields of a [`Person`].
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonRequest {
    user_id: Option<String>,
    auth_id: Option<String>,
    email: Option<String>,
    name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    country: Option<String>,
    account_type: Option<AccountType>,
    /// The id of the only organization of the person.
    organization: Option<String>,
    /// The groups in the only organization of the person.
    groups: Option<Vec<GroupFields>>,
    organizations: Option<Vec<OrganizationFields>>,
    roles: Option<Vec<RoleFields>>,
    product_contexts: Option<Vec<ProductContextFields>>,
}

/// A person as `GET` shows it.
#[derive(Serialize)]
struct PersonView<'a> {
    user_id: &'a str,
    auth_id: &'a str,
    email: &'a str,
    name: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    country: &'a str,
    account_type: AccountType,
    organizations: Vec<OrganizationFields>,
    roles: Vec<RoleFields>,
    product_contexts: Vec<ProductContextFields>,
}

#[derive(Serialize)]
struct List<'a> {
    people: Vec<PersonView<'a>>,
}

/// Handles `GET` and `POST /_emu/people`.
pub(crate) fn handle(state: &State, http: &Request<Bytes>) -> Result<Response, ErrorResponse> {
    if http.method() == Method::POST {
        let request: PersonRequest = read(http)?;
        let mut directory = state.directory();
        let person = request.into_person(directory.default_organization())?;
        let person = directory.register_person(person)?;
        return Ok(json(StatusCode::CREATED, &PersonView::from(person)));
    }
    let directory = state.directory();
    let people = directory.people.all().iter();
    let people = people.map(PersonView::from).collect();
    Ok(json(StatusCode::OK, &List { people }))
}

/// Handles `GET`, `PATCH` and `DELETE /_emu/people/ID`, where the id is the user id or the e-mail
/// address.
pub(crate) fn handle_one(
    state: &State,
    http: &Request<Bytes>,
    id: &str,
) -> Result<Response, ErrorResponse> {
    if http.method() == Method::DELETE {
        removal::remove_person(state, id)?;
        return Ok(no_content());
    }
    if http.method() == Method::PATCH {
        let request: PersonRequest = read(http)?;
        let changes = request.into_changes()?;
        let mut directory = state.directory();
        let person = directory.update_person(id, changes)?;
        return Ok(json(StatusCode::OK, &PersonView::from(person)));
    }
    let directory = state.directory();
    let person = directory.people.by_user_id_or_email(id);
    let person = person.ok_or_else(|| RegistrationError::UnknownPerson(id.to_owned()))?;
    Ok(json(StatusCode::OK, &PersonView::from(person)))
}

impl PersonRequest {
    /// Returns a new person. Groups alone belong to the default organization.
    fn into_person(mut self, default_organization: &str) -> Result<Person, ErrorResponse> {
        if self.groups.is_some() && self.organizations.is_none() {
            let default = || default_organization.to_owned();
            self.organization.get_or_insert_with(default);
        }
        let memberships = self.take_memberships()?;
        let no_organization = memberships.as_ref().is_some_and(Vec::is_empty);
        Ok(Person {
            user_id: self.user_id,
            auth_id: self.auth_id,
            email: self.email,
            name: self.name,
            first_name: self.first_name,
            last_name: self.last_name,
            country: self.country,
            account_type: self.account_type.unwrap_or_default(),
            memberships: memberships.unwrap_or_default(),
            no_organization,
            roles: all(self.roles).unwrap_or_default(),
            product_contexts: all(self.product_contexts).unwrap_or_default(),
        })
    }

    /// Returns changes of a person.
    fn into_changes(mut self) -> Result<PersonChanges, ErrorResponse> {
        if self.user_id.is_some() {
            return Err(wrong("user_id", "the user id of a person does not change"));
        }
        Ok(PersonChanges {
            memberships: self.take_memberships()?,
            groups: all(self.groups),
            auth_id: self.auth_id,
            email: self.email,
            name: self.name,
            first_name: self.first_name,
            last_name: self.last_name,
            country: self.country,
            account_type: self.account_type,
            roles: all(self.roles),
            product_contexts: all(self.product_contexts),
        })
    }

    /// Takes the organizations, and the groups that belong to the only one.
    fn take_memberships(&mut self) -> Result<Option<Vec<Membership>>, ErrorResponse> {
        match (self.organization.take(), self.organizations.take()) {
            (Some(_), Some(_)) => Err(wrong("organization", "it stands beside organizations")),
            (None, Some(_)) if self.groups.is_some() => {
                let reason = "it stands beside organizations; each of them has groups of its own";
                Err(wrong("groups", reason))
            }
            (None, None) => Ok(None),
            (None, organizations) => Ok(all(organizations)),
            (Some(id), None) => Ok(Some(vec![Membership {
                organization: Organization::new(id),
                groups: all(self.groups.take()).unwrap_or_default(),
            }])),
        }
    }
}

fn wrong(place: &str, reason: &str) -> ErrorResponse {
    ErrorResponse::invalid_request(wrong_value(place, reason))
}

impl<'a> From<&'a RegisteredPerson> for PersonView<'a> {
    fn from(person: &'a RegisteredPerson) -> Self {
        let products = person.product_contexts().iter();
        Self {
            user_id: person.user_id(),
            auth_id: person.auth_id(),
            email: person.email(),
            name: person.name(),
            first_name: person.first_name(),
            last_name: person.last_name(),
            country: person.country(),
            account_type: person.account_type(),
            organizations: person.memberships().iter().map(Into::into).collect(),
            roles: person.roles().iter().map(Into::into).collect(),
            product_contexts: products.map(Into::into).collect(),
        }
    }
}
