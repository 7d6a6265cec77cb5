//! The values of options that have a list of values (documented by Adobe).

use serde_json::Value;

/// Defines an enum of values with the text of each.
macro_rules! option_values {
    ($($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$value_doc])* $value,)+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Returns the value as the API writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text,)+ }
            }
        }

        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::String(value.as_str().to_owned())
            }
        }
    )+};
}

option_values! {
    /// The oldest Acrobat that opens the PDF.
    AcrobatVersion {
        /// Acrobat 10.
        Acrobat10 = "Acrobat_10";
        /// Acrobat 10.1.
        Acrobat10_1 = "Acrobat_10_1";
        /// Acrobat 11.
        Acrobat11 = "Acrobat_11";
    }
    /// The language of a print stream, `renderType`.
    PrintFormat {
        /// PostScript.
        PostScript = "PostScript";
        /// PCL, of HP.
        Pcl = "PCL";
        /// ZPL, of Zebra.
        Zpl = "ZPL";
        /// DPL, of Datamax.
        Dpl = "DPL";
        /// IPL, of Intermec.
        Ipl = "IPL";
        /// TPCL, of Toshiba.
        Tpcl = "TPCL";
    }
    /// The sides of the paper that are printed.
    Pagination {
        /// One side.
        Simplex = "simplex";
        /// Both sides, turned at the short edge.
        DuplexShortEdge = "duplexShortEdge";
        /// Both sides, turned at the long edge.
        DuplexLongEdge = "duplexLongEdge";
    }
    /// The part and the level of PDF/A.
    Compliance {
        /// PDF/A-1b.
        Pdfa1b = "PDFA_1B";
        /// PDF/A-2b.
        Pdfa2b = "PDFA_2B";
        /// PDF/A-3b.
        Pdfa3b = "PDFA_3B";
    }
    /// The amount of detail in a result about PDF/A.
    ResultLevel {
        /// Yes or no.
        PassFail = "PASS_FAIL";
        /// A summary.
        Summary = "SUMMARY";
        /// All details.
        Detailed = "DETAILED";
    }
    /// The layers of the document that are kept.
    OptionalContent {
        /// Those that are visible.
        Visible = "VISIBLE";
        /// All.
        All = "ALL";
    }
    /// The colour space of the result.
    ColorSpace {
        /// sRGB.
        SRgb = "S_RGB";
        /// Coated FOGRA27.
        CoatedFogra27 = "COATED_FOGRA27";
        /// Japan Color 2001 Coated.
        JapanColorCoated = "JAPAN_COLOR_COATED";
        /// SWOP.
        Swop = "SWOP";
    }
}
