//! The settings of a command, resolved once from flags, variables and the configuration.

mod configuration_source;
mod layers;
mod profile_selection;
mod resolved;

pub(crate) use configuration_source::ConfigurationSource;
pub(crate) use layers::{SettingFlags, SettingLayers};
pub(crate) use profile_selection::{CompetingVariables, ProfileSelection, SelectionFlags};
pub(crate) use resolved::{
    CacheSettings, ClientSettings, CommonSettings, Connection, Lookup, TokenSettings,
};
