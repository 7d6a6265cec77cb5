//! `ims curl`.

use std::path::PathBuf;

use clap::Args;
use http::{Method, Uri};

use super::IdentityFlags;
use super::form_part::{self, FormPart};
use super::http_parts::{self, HeaderArgument};

pub(super) const HELP: &str = "\
The token is sent to allowed hosts only:
  - the `targets` of the profile, if it has any
  - else Adobe's AEM and API hosts (*.adobeaemcloud.com, *.adobe.io) and this machine
  - the hosts of --allow-host
Redirects are not followed.

Exit codes: 0 status below 400 · 4 status 401 or 403, or a login page · 6 status 429 · 5 status 5xx · 7 another 4xx. \
The body is printed in each case.

--timeout limits the time until the response begins, and then the time for each part of it.";

#[derive(Debug, Args)]
pub(crate) struct CurlArgs {
    /// The URL of the request
    #[arg(value_name = "URL", value_parser = http_parts::uri)]
    pub(crate) target: Uri,
    /// The method [default: POST with data, PUT with --upload-file, else GET]
    #[arg(short = 'X', long = "request", value_name = "METHOD", value_parser = http_parts::method)]
    pub(crate) method: Option<Method>,
    /// A header, or a file with one header per line; Authorization is replaced
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE|@FILE", value_parser = http_parts::header)]
    pub(crate) headers: Vec<HeaderArgument>,
    /// Send text, or a file without its line ends, as a form; several values are joined by `&`
    #[arg(
        short,
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) data: Vec<String>,
    /// Send text, or a file as it is, as a form
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) data_binary: Option<String>,
    /// Send text, or a file, as JSON
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) json: Option<String>,
    /// Send a part of multipart/form-data: NAME=TEXT, NAME=@FILE, or NAME=<FILE without the file name; `;type=…` and `;filename=…` may follow
    #[arg(short = 'F', long = "form", value_name = "NAME=CONTENT", group = "content", value_parser = form_part::parse)]
    pub(crate) parts: Vec<FormPart>,
    /// Send a file as it is
    #[arg(short = 'T', long, value_name = "FILE|-", group = "content")]
    pub(crate) upload_file: Option<PathBuf>,
    /// Print status and headers before the body
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Send the headers x-api-key and x-gw-ims-org-id, too, if their values are known
    #[arg(long)]
    pub(crate) all_headers: bool,
    /// Allow another host to receive the token; may be repeated
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
