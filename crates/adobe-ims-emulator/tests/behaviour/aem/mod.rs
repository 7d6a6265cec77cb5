//! The responses of AEM, without Forms.

mod access;
mod allow_list;
mod assets;
mod content;
mod graphql;
mod support;
mod upload;
