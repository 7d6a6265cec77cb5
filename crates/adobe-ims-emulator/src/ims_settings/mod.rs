//! The settings of IMS: answers on which sources disagree, or that IMS was seen to give both ways.

pub(crate) mod values;
pub(crate) mod table;

pub use table::{ImsSetting, ImsSettings, InvalidSetting, SettingKind};
pub use values::{RefreshTokenReuse, ServiceTokenForm, SignatureError};
