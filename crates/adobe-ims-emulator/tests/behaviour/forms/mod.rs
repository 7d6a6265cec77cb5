//! AEM Forms Communications.

mod support;
mod access;
mod generation;
mod templates;
mod printing;
mod references;
mod assembly;
mod pdfa;
mod batch;
mod batch_configs;
mod hostile;
