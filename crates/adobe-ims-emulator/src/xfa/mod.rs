//! A small interpreter of XFA: template and data become pages.
//!
//! It places draws, fields, groups of buttons, subforms, tables and page areas, and merges data by
//! name and by binding rules. It runs no script, resolves no fragment (`usehref`), draws no image,
//! and applies no picture clause: a field shows its value as the data has it.
//!
//! The layout is inferred from XFA's specification and is no layout of Adobe's engine: lines break
//! elsewhere, and fonts are others.

pub(crate) mod budget;
pub(crate) mod measurement;
pub(crate) mod packets;
pub(crate) mod data;
pub(crate) mod item;
pub(crate) mod content;
pub(crate) mod choices;
pub(crate) mod occur;
pub(crate) mod binding;
pub(crate) mod merge;
pub(crate) mod page_area;
pub(crate) mod sizes;
pub(crate) mod layout;
pub(crate) mod form;
