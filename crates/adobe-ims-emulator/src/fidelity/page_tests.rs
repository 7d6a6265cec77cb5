//! `docs/emulator-fidelity.md` is made from the catalogue: `UPDATE_DOCS=1 cargo test -p adobe-ims-emulator` writes it.

use std::fmt::Write;
use std::path::Path;

use super::{Area, Behaviour, Certainty, behaviours};
use crate::ims_settings::{ImsSetting, ImsSettings};

const INTRODUCTION: &str = "\
# The statements of the emulator about Adobe

**Nothing on this page was verified against the live service.** Each behaviour of the emulator comes from what others
published: Adobe's documentation, published clients, standards, reports. This page says for each from where it is known,
and how certain it is that IMS and AEM do the same:
";

const MEANINGS: &str = "
The list includes the limits of the emulator, and the differences that it has on purpose. `ims emulator conformance`
checks some of these behaviours against any IMS, with your own credentials: see [Is it right?](emulator.md#is-it-right).
If Adobe answers differently, please report it with the id of the behaviour.

This page is made from the catalogue in the code, `adobe_ims_emulator::fidelity`. A test compares the two.
";

const SETTINGS: &str = "Settings of IMS";

const ABOUT_SETTINGS: &str = "
Where sources disagree, or IMS was seen to answer both ways, a setting chooses. Its first value here is the default.
`ims emulator serve --setting NAME=VALUE` sets it at the start, `PATCH /_emu/settings` later. AEM has
[settings of its own](emulator.md#aem).
";

/// The width of a line.
const WIDTH: usize = 120;

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n| Certainty | Means | Behaviours |\n|---|---|---|\n");
    for certainty in Certainty::ALL {
        let count = behaviours().filter(|it| it.certainty == certainty).count();
        let (name, meaning) = (certainty.name(), meaning(certainty));
        let _ = writeln!(page, "| {name} | {meaning} | {count} |");
    }
    page.push_str(MEANINGS);
    page.push('\n');
    for area in Area::ALL {
        let title = area.title();
        let _ = writeln!(page, "- [{title}](#{})", anchor(title));
    }
    let _ = writeln!(page, "- [{SETTINGS}](#{})", anchor(SETTINGS));
    for area in Area::ALL {
        let _ = write!(page, "\n## {}\n\n", area.title());
        for behaviour in behaviours().filter(|it| it.area == *area) {
            page.push_str(&entry(behaviour));
        }
    }
    let _ = write!(page, "\n## {SETTINGS}\n{ABOUT_SETTINGS}\n");
    for setting in ImsSettings::table() {
        page.push_str(&setting_entry(setting));
    }
    page
}

fn meaning(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Observed => {
            "somebody saw the live service do it, or Adobe's tests against the service show it"
        }
        Certainty::Documented => "Adobe documents it",
        Certainty::Matched => "a published client relies on it",
        Certainty::Standard => "a standard that IMS follows demands it",
        Certainty::Inferred => "the emulator's own choice; the source is the reason for it",
    }
}

fn entry(behaviour: &Behaviour) -> String {
    let Behaviour {
        id,
        statement,
        certainty,
        source,
        ..
    } = behaviour;
    let label = if *certainty == Certainty::Inferred {
        "Reason"
    } else {
        "Source"
    };
    let first = format!("`{id}` ({}): {statement}", certainty.name());
    wrapped("- ", &first) + &wrapped("  ", &format!("{label}: {source}."))
}

fn setting_entry(setting: &ImsSetting) -> String {
    let default = setting.default_value();
    let others = setting.values().into_iter().filter(|it| *it != default);
    let values: Vec<String> = [default]
        .into_iter()
        .chain(others)
        .map(|value| format!("`{value}`"))
        .collect();
    let (name, effect) = (setting.name(), setting.effect());
    let first = format!("`{name}` ({}): {effect}", values.join(", "));
    let default = format!("Default: {}", setting.reason());
    let source = format!("Sources: {}", setting.source());
    wrapped("- ", &first) + &wrapped("  ", &default) + &wrapped("  ", &source)
}

/// Returns a paragraph of a list item. Its first line begins with `start`.
fn wrapped(start: &str, paragraph: &str) -> String {
    let mut lines = start.to_owned();
    let mut column = start.len();
    for (number, word) in paragraph.split(' ').enumerate() {
        let length = word.chars().count();
        if number > 0 && column + 1 + length > WIDTH {
            lines.push_str("\n  ");
            column = 2;
        } else if number > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += length;
    }
    lines + "\n"
}

/// Returns the anchor of a heading, as GitHub makes it.
fn anchor(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a maintainer asks for the page")]
fn page_is_that_of_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/emulator-fidelity.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let differs = written.lines().zip(page.lines()).find(|(a, b)| a != b);
    assert_eq!(
        differs, None,
        "UPDATE_DOCS=1 cargo test -p adobe-ims-emulator writes the page"
    );
    assert_eq!(written.len(), page.len());
    assert!(page.lines().all(|line| line.chars().count() <= WIDTH));
}

#[test]
fn every_area_and_every_behaviour_is_on_the_page() {
    let page = page();
    for area in Area::ALL {
        assert!(behaviours().any(|it| it.area == *area), "{area:?}");
    }
    for setting in ImsSettings::table() {
        let start = format!("- `{}` (`{}`, ", setting.name(), setting.default_value());
        assert_eq!(page.matches(&start).count(), 1, "{}", setting.name());
    }
    for it in behaviours() {
        let start = format!("- `{}` ({}): ", it.id, it.certainty.name());
        assert_eq!(page.matches(&start).count(), 1, "{}", it.id);
    }
}
