//! The symptoms of a cause: the statuses, codes and texts that people see.

/// The place where a cause shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SymptomPlace {
    /// In an answer of IMS.
    Ims,
    /// In an answer of Adobe's gateway, or of an API behind it.
    Gateway,
    /// In an answer of AEM, or of the network in front of it.
    Aem,
    /// In an answer of a proxy.
    Proxy,
    /// In the network, before an answer came: the words of curl, Node, Python or Java.
    Network,
    /// During the TLS handshake: the words of OpenSSL, curl, Node, Python or Java.
    Tls,
    /// In the credential document, or in the words of a program that read it.
    Document,
    /// In the private key, or in the words of a program that read it.
    Key,
}

impl SymptomPlace {
    const ALL: [Self; 8] = [
        Self::Ims,
        Self::Gateway,
        Self::Aem,
        Self::Proxy,
        Self::Network,
        Self::Tls,
        Self::Document,
        Self::Key,
    ];

    /// Returns the name, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ims => "ims",
            Self::Gateway => "gateway",
            Self::Aem => "aem",
            Self::Proxy => "proxy",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Document => "document",
            Self::Key => "key",
        }
    }
}

/// One form in which a cause shows. Other causes may look the same.
///
/// ```
/// use adobe_ims::Problem;
///
/// let mut symptoms = Problem::ClientSecretWrong.symptoms();
/// let symptom = symptoms.next().expect("a known answer of IMS");
/// assert_eq!((symptom.status, symptom.code), (Some(400), Some("invalid_client")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Symptom {
    /// The place where it shows.
    pub place: SymptomPlace,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The code of the answer.
    pub code: Option<&'static str>,
    /// The text, or the characteristic part of it.
    pub text: Option<&'static str>,
}

/// Ends the symptoms of an entry in the text of a table. The other marks stand before a symptom and before a field.
const ENTRY_END: char = '\u{1e}';
const SYMPTOM: char = '\u{1d}';
const FIELD: char = '\u{1f}';

/// Reads the symptoms of an entry of a table.
#[doc(hidden)]
pub fn symptoms_of_entry(
    table: &'static str,
    index: Option<usize>,
) -> impl Iterator<Item = Symptom> {
    let entry = index.and_then(|index| table.split(ENTRY_END).nth(index));
    let symptoms = entry.into_iter().flat_map(|entry| entry.split(SYMPTOM));
    symptoms.filter_map(read)
}

fn read(text: &'static str) -> Option<Symptom> {
    let mut parts = text.split(FIELD);
    let place = parts.next()?;
    let places = SymptomPlace::ALL.into_iter();
    let mut symptom = Symptom {
        place: places.into_iter().find(|known| known.as_str() == place)?,
        status: None,
        code: None,
        text: None,
    };
    for part in parts {
        let (name, value) = part.split_at_checked(1)?;
        match name {
            "s" => symptom.status = value.parse().ok(),
            "c" => symptom.code = Some(value),
            _ => symptom.text = Some(value),
        }
    }
    Some(symptom)
}

/// Defines what the causes of a catalogue look like. For the crates of this project only.
///
/// The table is one text without pointers, which is read when somebody asks for it: a table of texts would have to be
/// relocated at each start of a program.
#[doc(hidden)]
#[macro_export]
macro_rules! problem_symptoms {
    (@place Ims) => { "ims" };
    (@place Gateway) => { "gateway" };
    (@place Aem) => { "aem" };
    (@place Proxy) => { "proxy" };
    (@place Network) => { "network" };
    (@place Tls) => { "tls" };
    (@place Document) => { "document" };
    (@place Key) => { "key" };
    (@field status) => { "\u{1f}s" };
    (@field code) => { "\u{1f}c" };
    (@field text) => { "\u{1f}t" };
    ($Catalogue:ident { $($name:ident =
        $($place:ident { $($field:ident: $value:literal),+ $(,)? })+;)+
    }) => {
        impl $Catalogue {
            /// Returns what the cause looks like, in each form that is known.
            pub fn symptoms(self) -> impl ::core::iter::Iterator<Item = $crate::error::Symptom> {
                const ORDER: &[u8] = &[$($Catalogue::$name as u8),+];
                const TABLE: &str = ::core::concat!($(
                    $(
                        "\u{1d}",
                        $crate::problem_symptoms!(@place $place),
                        $($crate::problem_symptoms!(@field $field), $value,)+
                    )+
                    "\u{1e}",
                )+);
                const { ::core::assert!($Catalogue::ALL.len() <= 256) };
                let index = ORDER.iter().position(|entry| *entry == self as u8);
                $crate::error::symptoms_of_entry(TABLE, index)
            }
        }
    };
}
