//! The account of the token in AEM: its id and its groups.
//!
//! `/libs/granite/security/currentuser.json` names the account with its `home`, also for a bearer token on author
//! (observed). `HOME.rw.json?props=memberOf` lists the groups (observed in published clients). A group that the account
//! may not read can be missing in the list (inferred).

use adobe_ims::Secret;
use adobe_ims::error::ServerText;
use adobe_ims::internal::text_of_server;
use serde_json::Value;

pub(super) const CURRENT_USER: &str = "/libs/granite/security/currentuser.json";

/// The name of the user of a request without a login.
const VISITOR: &str = "anonymous";

/// The group that may call the Communications APIs (documented).
const FORMS_USERS: &str = "forms-users";

/// The groups that every new account is in (documented).
const GROUPS_OF_NEW: [&str; 3] = ["contributors", "contributor", "everyone"];

/// The most groups that are named.
const MAX_SHOWN: usize = 12;

/// The account, as AEM sees it.
#[derive(Debug)]
pub(super) enum AemUser {
    /// AEM was not asked. The text completes "skipped: …".
    NotAsked(String),
    /// AEM took the request for one without a login.
    Visitor,
    Known(Account),
}

#[derive(Debug)]
pub(super) struct Account {
    id: Option<ServerText>,
    /// The path of the user in AEM, if it can be the beginning of a path in a URL.
    pub(super) home: Option<String>,
    /// The groups that AEM shows; `None` if it shows none.
    groups: Option<Groups>,
}

#[derive(Debug)]
struct Groups {
    names: Vec<String>,
    shown: Vec<ServerText>,
}

impl AemUser {
    /// Reads the answer for the current user. `None` if it does not name one.
    pub(super) fn parse(body: &[u8], secrets: &[Secret]) -> Option<Self> {
        let user: Value = serde_json::from_slice(body).ok()?;
        let id = user.get("authorizableId")?.as_str()?;
        if id == VISITOR {
            return Some(Self::Visitor);
        }
        let home = user.get("home").and_then(Value::as_str);
        Some(Self::Known(Account {
            id: text_of_server(id, secrets),
            home: home.filter(|home| is_home(home)).map(str::to_owned),
            groups: None,
        }))
    }
}

impl Account {
    /// Adds the groups of an answer, if it lists any.
    pub(super) fn with_groups(mut self, body: &[u8], secrets: &[Secret]) -> Self {
        let names = group_names(body).filter(|names| !names.is_empty());
        self.groups = names.map(|names| Groups {
            shown: names
                .iter()
                .filter_map(|name| text_of_server(name, secrets))
                .collect(),
            names,
        });
        self
    }

    pub(super) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or("a user without a name")
    }

    /// Returns the groups for a message: "the groups that AEM shows are …".
    pub(super) fn groups(&self) -> Option<String> {
        let groups = self.groups.as_ref()?;
        let mut shown: Vec<_> = groups.shown.iter().map(|name| &**name).collect();
        shown.sort_unstable();
        let more = shown.len().saturating_sub(MAX_SHOWN);
        shown.truncate(MAX_SHOWN);
        let more = (more > 0).then(|| format!(" and {more} more"));
        let shown = shown.join(", ");
        Some(format!(
            "the groups that AEM shows are {shown}{}",
            more.unwrap_or_default()
        ))
    }

    /// Tells whether the account is in `forms-users`; `None` if AEM shows no groups.
    pub(super) fn is_in_forms_users(&self) -> Option<bool> {
        let names = &self.groups.as_ref()?.names;
        Some(names.iter().any(|name| name == FORMS_USERS))
    }

    /// Returns true if AEM shows no other group than those of a new account.
    pub(super) fn has_groups_of_new_account(&self) -> bool {
        let is_of_new = |name: &String| GROUPS_OF_NEW.contains(&name.to_lowercase().as_str());
        self.groups
            .as_ref()
            .is_some_and(|groups| groups.names.iter().all(is_of_new))
    }
}

/// Returns the names of groups: of objects, or the ends of paths.
fn group_names(body: &[u8]) -> Option<Vec<String>> {
    let user: Value = serde_json::from_slice(body).ok()?;
    let groups = user
        .get("memberOf")
        .or_else(|| user.get("declaredMemberOf"))?;
    let name = |group: &Value| {
        let id = group.get("authorizableId").or_else(|| group.get("name"));
        let text = id.unwrap_or(group).as_str()?;
        Some(text.rsplit('/').next().unwrap_or_default().to_owned())
    };
    let names = groups.as_array()?.iter().filter_map(name);
    Some(names.filter(|name| !name.is_empty()).collect())
}

/// Returns true for a path of a user that means the same in a URL.
fn is_home(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
    path.starts_with("/home/users/") && path.len() <= 200 && path.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(user: &Value, groups: &Value) -> Account {
        match AemUser::parse(user.to_string().as_bytes(), &[]) {
            Some(AemUser::Known(account)) => {
                account.with_groups(groups.to_string().as_bytes(), &[])
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn user_and_groups_are_read() {
        let user = json!({"authorizableId": "a@techacct.adobe.com", "home": "/home/users/3/x_Y-z"});
        let objects = json!({"memberOf": [
            {"authorizableId": "everyone", "name": "Everyone"}, {"name": "forms-users"}]});
        let found = account(&user, &objects);
        assert_eq!(found.id(), "a@techacct.adobe.com");
        assert_eq!(found.home.as_deref(), Some("/home/users/3/x_Y-z"));
        assert_eq!(
            found.groups().as_deref(),
            Some("the groups that AEM shows are everyone, forms-users")
        );
        assert_eq!(found.is_in_forms_users(), Some(true));
        assert!(!found.has_groups_of_new_account());

        let paths = json!({"memberOf": ["/home/groups/c/contributors", "/home/groups/e/everyone"]});
        let found = account(&user, &paths);
        assert_eq!(found.is_in_forms_users(), Some(false));
        assert!(found.has_groups_of_new_account());

        for nothing in [
            json!({}),
            json!([]),
            json!({"memberOf": []}),
            json!({"memberOf": 1}),
        ] {
            let found = account(&user, &nothing);
            assert_eq!(found.groups(), None, "{nothing}");
            assert_eq!(found.is_in_forms_users(), None);
            assert!(!found.has_groups_of_new_account());
        }
    }

    #[test]
    fn user_without_login_is_a_visitor_and_other_answers_are_none() {
        let parse = |body: &str| AemUser::parse(body.as_bytes(), &[]);
        assert!(matches!(
            parse(r#"{"authorizableId":"anonymous"}"#),
            Some(AemUser::Visitor)
        ));
        for body in ["", "{}", "[]", "<html>", r#"{"authorizableId":1}"#] {
            assert!(parse(body).is_none(), "{body}");
        }
    }

    #[test]
    fn hostile_answer_leads_nowhere() {
        for home in [
            "/home/users/../../x",
            "/home/users/a?b",
            "/home/users/a#b",
            "/home/users/a.json",
            "https://evil.example/home/users/a",
            "/home/groups/a",
        ] {
            let found = account(&json!({"authorizableId": "a", "home": home}), &json!({}));
            assert_eq!(found.home, None, "{home}");
        }
        let secret = Secret::new("SECRET?%&=ü");
        let body = json!({"authorizableId": "x SECRET?%&=ü \u{1b}[31m"}).to_string();
        let Some(AemUser::Known(found)) = AemUser::parse(body.as_bytes(), &[secret]) else {
            panic!("no user");
        };
        assert_eq!(found.id(), "x [redacted]  [31m");
        let many: Vec<_> = (0..30)
            .map(|number| json!(format!("group-{number:02}")))
            .collect();
        let found = account(&json!({"authorizableId": "a"}), &json!({"memberOf": many}));
        assert!(found.groups().unwrap().ends_with("group-11 and 18 more"));
    }
}
