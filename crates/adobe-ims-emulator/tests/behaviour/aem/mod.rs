//! The responses of AEM, without Forms.

mod access;
mod allow_list;
mod assets;
mod content;
mod graphql;
mod sites;
mod support;
mod upload;
