//! `ims curl`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use http::{HeaderValue, Method, Uri};

use super::IdentityFlags;
use super::curl_content::{DataPieces, FormParts};
use super::curl_flags::UnneededFlags;
use super::duration;
use super::http_parts::{self, HeaderArgument};

pub(super) const HELP: &str = "\
The token is sent to allowed hosts only:
  - the `targets` of the profile, if it has any
  - else Adobe's AEM and API hosts (*.adobeaemcloud.com, *.adobe.io) and this machine
  - the hosts of --allow-host, without `targets`
Redirects are not followed.

Exit codes: 0 status below 400 · 4 status 401 or 403, or a login page · 6 status 429 · 5 status 5xx · 7 another 4xx. \
The body is printed in each case, unless --fail is given.

--timeout limits the time until the response begins, and then the time for each part of it; --max-time limits all of it.";

#[derive(Debug, Args)]
pub(crate) struct CurlArgs {
    /// The URL of the request
    #[arg(value_name = "URL", value_parser = http_parts::uri)]
    pub(crate) target: Uri,
    /// The method [default: POST with data, PUT with --upload-file, HEAD with --head, else GET]
    #[arg(short = 'X', long = "request", value_name = "METHOD", value_parser = http_parts::method)]
    pub(crate) method: Option<Method>,
    /// A header, or a file with one header per line; Authorization is replaced
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE|@FILE", value_parser = http_parts::header)]
    pub(crate) headers: Vec<HeaderArgument>,
    #[command(flatten)]
    pub(crate) data: DataPieces,
    /// Put the data of --data and its like into the query of the URL
    #[arg(short = 'G', long, conflicts_with_all = ["json", "form", "form-string", "upload_file"])]
    pub(crate) get: bool,
    /// Send text, or a file, as JSON; several values are joined
    #[arg(
        long,
        value_name = "TEXT|@FILE|@-",
        allow_hyphen_values = true,
        conflicts_with = "upload_file"
    )]
    pub(crate) json: Vec<String>,
    #[command(flatten)]
    pub(crate) parts: FormParts,
    /// Send a file as it is; its name is added to a URL that ends in /
    #[arg(short = 'T', long, value_name = "FILE|-")]
    pub(crate) upload_file: Option<PathBuf>,
    /// Ask for status and headers only (HEAD), and print them
    #[arg(short = 'I', long, conflicts_with_all = ["json", "form", "form-string", "upload_file"])]
    pub(crate) head: bool,
    /// The header User-Agent; an empty text sends none
    #[arg(short = 'A', long, value_name = "TEXT", value_parser = http_parts::header_value)]
    pub(crate) user_agent: Option<HeaderValue>,
    /// The header Referer
    #[arg(short = 'e', long, value_name = "URL", value_parser = http_parts::header_value)]
    pub(crate) referer: Option<HeaderValue>,
    /// The part of the content that is asked for, such as 0-99 (Range)
    #[arg(short = 'r', long, value_name = "FROM-TO", value_parser = http_parts::range)]
    pub(crate) range: Option<HeaderValue>,
    /// Print status and headers before the body
    #[arg(short, long, alias = "show-headers")]
    pub(crate) include: bool,
    /// Do not print the body of an answer with a status of 400 or more
    #[arg(short, long)]
    pub(crate) fail: bool,
    /// The time limit of the request and its answer, in seconds or with a unit
    #[arg(short, long, value_name = "SECONDS", value_parser = duration::parse)]
    pub(crate) max_time: Option<Duration>,
    /// Send the headers x-api-key and x-gw-ims-org-id, too, if their values are known
    #[arg(long)]
    pub(crate) all_headers: bool,
    /// Allow another host to receive the token; may be repeated
    #[arg(long, value_name = "https://HOST[:PORT]")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) unneeded: UnneededFlags,
    #[command(flatten)]
    pub(crate) identity: IdentityFlags,
}
