use core::fmt;

/// A remark about a value that is sent: what was repaired, or what is odd about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// There were quotes around it.
    HadQuotes,
    /// A line end was written out after it.
    HadLineEnd,
    /// There were the brackets of a list around it.
    HadBrackets,
    /// The ending of an organisation was missing.
    LackedAdobeOrg,
    /// There is a quote at one end only.
    HalfQuotes,
    /// There are brackets around it that are no list's.
    Brackets,
    /// A dash, a quote or an ellipsis of a word processor is in it.
    Typographic,
    /// An organisation ends in `@AdobeOrg`.
    NoOrganization,
    /// The id of a technical account ends in `@techacct.adobe.com`.
    NoTechnicalAccount,
    /// An e-mail address in the place of the id of a technical account.
    Email,
    /// A UUID in the place of the id of a technical account.
    Uuid,
}

/// A remark about the value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldNote {
    /// The name of the field, or of the kind of its value.
    pub field: String,
    /// The remark.
    pub note: Note,
}

impl fmt::Display for FieldNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.note)
    }
}

impl Note {
    /// Returns true if the value was repaired, and false if it is odd and was left as it is.
    pub fn is_repair(self) -> bool {
        matches!(
            self,
            Self::HadQuotes | Self::HadLineEnd | Self::HadBrackets | Self::LackedAdobeOrg
        )
    }

    /// Returns true for a remark about the form of an identity.
    pub fn is_about_identity(self) -> bool {
        matches!(
            self,
            Self::LackedAdobeOrg
                | Self::NoOrganization
                | Self::NoTechnicalAccount
                | Self::Email
                | Self::Uuid
        )
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HadQuotes => "had quotes around it, which were left out",
            Self::HadLineEnd => {
                "ended in a line end that was written out (\\n), which was left out"
            }
            Self::HadBrackets => "had the brackets of a list around it, which were left out",
            Self::LackedAdobeOrg => "lacked its ending @AdobeOrg, which was added",
            Self::HalfQuotes => "has a quote at one end only",
            Self::Brackets => "has brackets around it",
            Self::Typographic => "has a dash, a quote or an ellipsis of a word processor",
            Self::NoOrganization => "does not end in @AdobeOrg",
            Self::NoTechnicalAccount => "does not end in @techacct.adobe.com",
            Self::Email => {
                "is an e-mail address, not the id of a technical account (…@techacct.adobe.com)"
            }
            Self::Uuid => "is a UUID, not the id of a technical account (…@techacct.adobe.com)",
        })
    }
}
