//! Colour, which repeats what the words say and never says it alone.

use super::rows::clean;
use super::streams::Stream;

/// The meaning of a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Warning,
    Problem,
    /// Less important than the text around it.
    Faint,
}

impl Tone {
    /// Returns the parameters of the escape sequence. The eight basic colours follow the theme of the terminal.
    fn parameters(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Warning => "33",
            Self::Problem => "1;31",
            Self::Faint => "2",
        }
    }
}

/// The wish of the environment about colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ColourWish {
    Never,
    Always,
    /// The stream decides.
    #[default]
    OnTerminal,
}

impl ColourWish {
    /// Reads the variables. `NO_COLOR` comes first: a person sets it, and a program may set the other one.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_not_zero = |value: &String| value != "0";
        // Consoles of Windows obey escape sequences only if a program asks for it; these two stand for others.
        let obeys = !cfg!(windows)
            || ["WT_SESSION", "TERM"]
                .iter()
                .any(|it| variable(it).is_some());
        if variable("NO_COLOR").is_some() {
            Self::Never
        } else if variable("CLICOLOR_FORCE").filter(is_not_zero).is_some() {
            Self::Always
        } else if variable("TERM").is_some_and(|it| it == "dumb") || !obeys {
            Self::Never
        } else {
            Self::OnTerminal
        }
    }
}

/// Colours words for one stream, or leaves them as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    is_coloured: bool,
}

impl Palette {
    /// The palette that leaves every word as it is.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { is_coloured: false };

    /// Decides for a stream. Commands ask `Context::palette` once.
    pub(crate) fn of(stream: Stream, wish: ColourWish) -> Self {
        Self::decide(wish, || stream.is_terminal())
    }

    fn decide(wish: ColourWish, is_terminal: impl FnOnce() -> bool) -> Self {
        let is_coloured = match wish {
            ColourWish::Never => false,
            ColourWish::Always => true,
            ColourWish::OnTerminal => is_terminal(),
        };
        Self { is_coloured }
    }

    /// Returns the text in the colour of the tone, and without control characters of its own.
    pub(crate) fn paint(self, tone: Tone, text: &str) -> String {
        let text = clean(text);
        if !self.is_coloured || text.is_empty() {
            return text;
        }
        let parameters = tone.parameters();
        format!("\u{1b}[{parameters}m{text}\u{1b}[0m")
    }
}

/// Returns the columns that a text takes: its characters, without the escape sequences of `Palette::paint`.
pub(crate) fn columns(text: &str) -> usize {
    let mut is_escape = false;
    let mut columns = 0;
    for c in text.chars() {
        match c {
            '\u{1b}' => is_escape = true,
            'm' if is_escape => is_escape = false,
            _ if is_escape => {}
            _ => columns += 1,
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(variables: &[(&str, &str)]) -> ColourWish {
        ColourWish::read(|name| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn no_color_comes_before_everything_else() {
        let no_color = ("NO_COLOR", "0");
        let forced = ("CLICOLOR_FORCE", "1");
        let term = ("TERM", "xterm-256color");
        assert_eq!(wish(&[term]), ColourWish::OnTerminal);
        assert_eq!(wish(&[term, no_color]), ColourWish::Never);
        assert_eq!(wish(&[term, forced]), ColourWish::Always);
        assert_eq!(wish(&[term, forced, no_color]), ColourWish::Never);
        assert_eq!(
            wish(&[term, ("CLICOLOR_FORCE", "0")]),
            ColourWish::OnTerminal
        );
        assert_eq!(wish(&[("TERM", "dumb")]), ColourWish::Never);
        assert_eq!(wish(&[("TERM", "dumb"), forced]), ColourWish::Always);
    }

    #[test]
    fn stream_decides_if_the_environment_does_not() {
        let is_coloured = |wish, is_terminal| Palette::decide(wish, || is_terminal).is_coloured;
        assert!(is_coloured(ColourWish::OnTerminal, true));
        assert!(!is_coloured(ColourWish::OnTerminal, false));
        assert!(is_coloured(ColourWish::Always, false));
        assert!(!is_coloured(ColourWish::Never, true));
    }

    #[test]
    fn painted_text_has_its_own_escape_sequences_only() {
        let palette = Palette { is_coloured: true };
        let painted = palette.paint(Tone::Problem, "over\u{1b}[2J\n");
        assert_eq!(painted, "\u{1b}[1;31mover\u{fffd}[2J\u{fffd}\u{1b}[0m");
        assert_eq!(columns(&painted), "over?[2J?".len());
        assert_eq!(palette.paint(Tone::Faint, ""), "");
        assert_eq!(Palette::PLAIN.paint(Tone::Good, "gräßlich"), "gräßlich");
        assert_eq!(columns("gräßlich"), 8);
    }
}
