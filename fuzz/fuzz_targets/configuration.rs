//! Reads any text as a configuration file.

#![no_main]

use std::path::Path;

use adobe_ims_config::Configuration;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (file, home) = (Path::new("/etc/ims/config.toml"), Path::new("/home/person"));
    match Configuration::parse(text, file, Some(home)) {
        Err(error) => {
            let _ = error.to_string();
        }
        Ok(configuration) => {
            for profile in &configuration.unusable_profiles {
                let _ = profile.error.to_string();
            }
        }
    }
});
