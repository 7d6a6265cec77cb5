//! `ims curl`.

use std::path::PathBuf;

use clap::Args;
use http::{Method, Uri};

use super::IdentityFlags;
use super::form_part::{self, FormPart};
use super::http_parts::{self, HeaderArgument};

pub(super) const HELP: &str = "\
Ends with 0 when the API answered below 400, else with 4 (401, 403, a login page), 6 (429), 5 (5xx) or 7 \
(another 4xx); the body is on stdout all the same. The token goes to Adobe's AEM and API hosts \
(*.adobeaemcloud.com, *.adobe.io), to this machine, and to --allow-host; that of a profile with `targets` to \
those and to --allow-host; redirects are not followed. \
--timeout is the time to send and until the answer of the API begins, and then that of each piece of it.";

#[derive(Debug, Args)]
pub(crate) struct CurlArgs {
    /// Where to
    #[arg(value_name = "URL", value_parser = http_parts::uri)]
    pub(crate) target: Uri,
    /// The method [default: POST with data, PUT with --upload-file, else GET]
    #[arg(short = 'X', long = "request", value_name = "METHOD", value_parser = http_parts::method)]
    pub(crate) method: Option<Method>,
    /// A header, or a file of them, one in a line; Authorization is replaced
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE|@FILE", value_parser = http_parts::header)]
    pub(crate) headers: Vec<HeaderArgument>,
    /// Send this, or the content of a file without its line ends, as a form; several are joined by `&`
    #[arg(
        short,
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) data: Vec<String>,
    /// The same with the content of a file as it is
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) data_binary: Option<String>,
    /// Send this, or the content of a file, as JSON
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        group = "content",
        allow_hyphen_values = true
    )]
    pub(crate) json: Option<String>,
    /// Send a part of multipart/form-data: NAME=TEXT, NAME=@FILE, or NAME=<FILE for its content alone; `;type=…` and `;filename=…` may follow
    #[arg(short = 'F', long = "form", value_name = "NAME=CONTENT", group = "content", value_parser = form_part::parse)]
    pub(crate) parts: Vec<FormPart>,
    /// Send a file as it is
    #[arg(short = 'T', long, value_name = "FILE|-", group = "content")]
    pub(crate) upload_file: Option<PathBuf>,
    /// Print status and headers before the body
    #[arg(short, long)]
    pub(crate) include: bool,
    /// Send x-api-key and x-gw-ims-org-id as well, as far as they are known
    #[arg(long)]
    pub(crate) all_headers: bool,
    /// The token may go there, too
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
