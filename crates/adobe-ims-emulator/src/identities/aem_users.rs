//! The users of the emulated AEM, and their groups.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::identities::aem_group::AemGroup;

/// A user that AEM created for a technical account or a person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AemUser {
    /// The login name, which is the e-mail address.
    pub login: String,
    /// The id of the technical account or of the person.
    pub user_id: String,
    /// The groups of the user, in alphabetical order.
    pub groups: Vec<String>,
}

/// The groups of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct AemGroups(BTreeSet<AemGroup>);

impl AemGroups {
    /// Returns whether a member of these groups may do what the group may do. Administrators may do
    /// everything.
    pub(crate) fn allow(&self, group: AemGroup) -> bool {
        self.0.contains(&group) || self.0.contains(&AemGroup::Administrators)
    }
}

impl FromIterator<AemGroup> for AemGroups {
    fn from_iter<I: IntoIterator<Item = AemGroup>>(groups: I) -> Self {
        Self(groups.into_iter().chain([AemGroup::Contributors]).collect())
    }
}

/// The users and their groups. Times are in milliseconds since 1970.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(crate) struct AemUsers {
    /// The login name of each user id.
    logins: BTreeMap<String, String>,
    /// The groups of each user id, each with the time from which they count.
    groups: BTreeMap<String, Vec<(i64, AemGroups)>>,
}

impl AemUsers {
    /// Adds a user id to a group, now and in all later changes. AEM may create the user later.
    pub(crate) fn add_to_group(&mut self, user_id: &str, group: AemGroup, now: i64) {
        let mut current = self.groups(user_id, now);
        current.0.insert(group);
        let changes = self.groups.entry(user_id.to_owned()).or_default();
        changes.retain(|(from, _)| *from > now);
        for (_, later) in changes.iter_mut() {
            later.0.insert(group);
        }
        changes.insert(0, (now, current));
    }

    /// Replaces the groups of a user id at a time, and forgets all other later changes.
    pub(crate) fn set_groups(&mut self, user_id: &str, groups: AemGroups, now: i64, from: i64) {
        let current = self.groups(user_id, now);
        let changes = vec![(now, current), (from, groups)];
        self.groups.insert(user_id.to_owned(), changes);
    }

    /// Returns the groups of a user id.
    pub(crate) fn groups(&self, user_id: &str, now: i64) -> AemGroups {
        let mut changes = self.groups.get(user_id).into_iter().flatten().rev();
        let current = changes.find(|(from, _)| *from <= now);
        current.map_or_else(|| [].into_iter().collect(), |(_, groups)| groups.clone())
    }

    pub(crate) fn all(&self, now: i64) -> Vec<AemUser> {
        self.logins
            .iter()
            .map(|(id, login)| {
                let groups = self.groups(id, now);
                AemUser {
                    login: login.clone(),
                    user_id: id.clone(),
                    groups: groups.0.iter().map(ToString::to_string).collect(),
                }
            })
            .collect()
    }

    /// Creates the user at the first call, and returns the groups of the user.
    pub(crate) fn record_call(&mut self, user_id: &str, login: &str, now: i64) -> AemGroups {
        self.logins
            .entry(user_id.to_owned())
            .or_insert_with(|| login.to_owned());
        self.groups(user_id, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(users: &AemUsers, now: i64) -> Vec<&'static str> {
        let groups = users.groups("id", now).0;
        groups.into_iter().map(AemGroup::name).collect()
    }

    #[test]
    fn groups_count_from_their_time_on() {
        let mut users = AemUsers::default();
        assert_eq!(names(&users, 0), ["contributors"]);
        users.set_groups("id", [AemGroup::FormsUsers].into_iter().collect(), 0, 600);
        assert_eq!(names(&users, 599), ["contributors"]);
        assert_eq!(names(&users, 600), ["contributors", "forms-users"]);
        users.add_to_group("id", AemGroup::DamUsers, 10);
        assert_eq!(names(&users, 10), ["contributors", "dam-users"]);
        assert_eq!(
            names(&users, 600),
            ["contributors", "dam-users", "forms-users"]
        );
        users.set_groups("id", [].into_iter().collect(), 700, 700);
        assert_eq!(names(&users, 700), ["contributors"]);
    }

    #[test]
    fn administrators_may_do_everything() {
        let groups: AemGroups = [AemGroup::Administrators].into_iter().collect();
        assert!(AemGroup::ALL.into_iter().all(|group| groups.allow(group)));
        let groups: AemGroups = [AemGroup::FormsUsers].into_iter().collect();
        assert!(!groups.allow(AemGroup::Administrators));
    }
}
