//! `ims emulator serve --setting NAME=VALUE`.

use std::num::NonZeroU64;
use std::time::Duration;

use adobe_ims_emulator::ims_settings::{ImsSetting, ImsSettings, InvalidSetting};
use adobe_ims_emulator::{AemTier, AssemblerAnswer, BrowserLogin};

use crate::console::wrap::hanging;

/// The columns of the help, which is indented, in a terminal of 80.
const COLUMNS: usize = 70;

/// A setting that the emulator is known to take.
#[derive(Clone, Debug)]
pub(crate) enum SettingFlag {
    Ims(ImsSettingFlag),
    Aem(AemSettingFlag),
}

/// A setting of the emulated IMS.
#[derive(Clone, Debug)]
pub(crate) struct ImsSettingFlag {
    name: String,
    value: String,
}

/// A setting of the emulated AEM.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AemSettingFlag {
    DefaultTier(AemTier),
    CheckAllowList(bool),
    BrowserLogin(BrowserLogin),
    UploadPartBytes(NonZeroU64),
    AssemblerAnswer(AssemblerAnswer),
    BatchRecordTime(Duration),
}

/// The description of a setting of AEM.
struct AemSetting {
    name: &'static str,
    values: Values,
    default: &'static str,
    effect: &'static str,
    parse: fn(&str) -> Option<AemSettingFlag>,
}

enum Values {
    Names(&'static [&'static str]),
    NumberFrom(u64),
}

const AEM_SETTINGS: &[AemSetting] = &[
    AemSetting {
        name: "default_tier",
        values: Values::Names(&["author", "preview", "publish"]),
        default: "author",
        effect: "The tier of AEM for requests whose host names none, such as localhost.",
        parse: |value| AemTier::from_name(value).map(AemSettingFlag::DefaultTier),
    },
    AemSetting {
        name: "check_allow_list",
        values: Values::Names(&["false", "true"]),
        default: "true",
        effect: "AEM refuses OAuth server-to-server clients that are not on its allow list.",
        parse: |value| value.parse().ok().map(AemSettingFlag::CheckAllowList),
    },
    AemSetting {
        name: "browser_login",
        values: Values::Names(&["redirect", "page"]),
        default: "redirect",
        effect: "What author sends to a browser without a token: a 302 to IMS, or a login page.",
        parse: |value| {
            let answer = match value {
                "redirect" => BrowserLogin::Redirect,
                "page" => BrowserLogin::Page,
                _ => return None,
            };
            Some(AemSettingFlag::BrowserLogin(answer))
        },
    },
    AemSetting {
        name: "upload_part_bytes",
        values: Values::NumberFrom(1),
        default: "10485760",
        effect: "The size of the parts of a direct binary upload, in bytes.",
        parse: |value| value.parse().ok().map(AemSettingFlag::UploadPartBytes),
    },
    AemSetting {
        name: "assembler_answer",
        values: Values::Names(&["multipart", "pdf"]),
        default: "multipart",
        effect: "The form of the answer to an assembly with one result.",
        parse: |value| {
            let answer = match value {
                "multipart" => AssemblerAnswer::Multipart,
                "pdf" => AssemblerAnswer::Pdf,
                _ => return None,
            };
            Some(AemSettingFlag::AssemblerAnswer(answer))
        },
    },
    AemSetting {
        name: "batch_record_ms",
        values: Values::NumberFrom(0),
        default: "100",
        effect: "The time that a batch takes for a record, in virtual milliseconds.",
        parse: |value| {
            let time = value.parse().ok().map(Duration::from_millis);
            time.map(AemSettingFlag::BatchRecordTime)
        },
    },
];

impl SettingFlag {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        if let Some(setting) = AEM_SETTINGS.iter().find(|setting| setting.name == name) {
            let flag = (setting.parse)(value).map(Self::Aem);
            return flag.ok_or_else(|| setting.refusal(value));
        }
        let flag = ImsSettingFlag {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        match flag.apply(&mut ImsSettings::default()) {
            Ok(()) => Ok(Self::Ims(flag)),
            Err(error @ InvalidSetting::UnknownName(_)) => {
                let names: Vec<&str> = AEM_SETTINGS.iter().map(|it| it.name).collect();
                Err(format!("{error}, {}", names.join(", ")))
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

impl ImsSettingFlag {
    pub(crate) fn apply(&self, settings: &mut ImsSettings) -> Result<(), InvalidSetting> {
        settings.set(&self.name, &self.value)
    }
}

impl AemSetting {
    fn refusal(&self, value: &str) -> String {
        let wanted = match self.values {
            Values::Names(names) => format!("one of {}", names.join(", ")),
            Values::NumberFrom(least) => format!("a number from {least} on"),
        };
        format!("the setting {} is {wanted}, not {value:?}", self.name)
    }

    fn help(&self) -> String {
        let values = match self.values {
            Values::Names(names) => names.join("|"),
            Values::NumberFrom(_) => "N".to_owned(),
        };
        help_of(self.name, &values, self.default, self.effect)
    }
}

/// Returns the help, which lists all settings.
pub(super) fn long_help() -> String {
    let of_ims = |setting: &ImsSetting| {
        let values = setting.values().join("|");
        let default = setting.default_value();
        help_of(setting.name(), &values, default, setting.effect())
    };
    let of_ims: String = ImsSettings::table().iter().map(of_ims).collect();
    let of_aem: String = AEM_SETTINGS.iter().map(AemSetting::help).collect();
    let first = "How IMS and AEM answer where sources disagree; may be repeated. The settings can be \
                 changed later at /_emu/settings and /_emu/aem/settings.";
    format!("{}{of_ims}{of_aem}", hanging("", first, COLUMNS))
}

fn help_of(name: &str, values: &str, default: &str, effect: &str) -> String {
    let effect = format!("[default: {default}] {effect}");
    format!("\n\n{name}={values}\n{}", hanging("", &effect, COLUMNS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_takes_what_its_description_says() {
        for setting in AEM_SETTINGS {
            let AemSetting { name, values, .. } = setting;
            let of_ims = ImsSettings::table().iter();
            assert!(of_ims.clone().all(|other| other.name() != *name), "{name}");
            assert!((setting.parse)(setting.default).is_some(), "{name}");
            let (good, bad) = match values {
                Values::Names(names) => (names.iter().map(|it| it.to_string()).collect(), None),
                Values::NumberFrom(least) => (vec![least.to_string()], least.checked_sub(1)),
            };
            for value in good {
                assert!((setting.parse)(&value).is_some(), "{name}={value}");
            }
            let bad = bad.map_or("-1".to_owned(), |number| number.to_string());
            for value in ["", "Author", "1.5", &bad] {
                assert!((setting.parse)(value).is_none(), "{name}={value}");
            }
        }
    }
}
