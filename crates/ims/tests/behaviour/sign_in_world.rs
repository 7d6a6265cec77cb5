//! Sign-ins: an emulator with people and clients, and a minimal browser.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use adobe_ims_emulator::identities::{Organization, ProductContext};
use adobe_ims_emulator::{GrantType, OauthClient, Person, SignIn, UserTokens};
use http::Request;
use serde_json::Value;

use crate::support::{CLIENT_SECRET, Ims, Run, Running, World};

pub(crate) const PUBLIC: &str = "public!+ID";
pub(crate) const CONFIDENTIAL: &str = "user!+ID";
pub(crate) const JANE: &str = "jane@example.com";
pub(crate) const JOHN: &str = "john@example.com";
pub(crate) const AT_WORK: &str = "4A4E45@work.e";
pub(crate) const ORGANIZATION: &str = "0123456789ABCDEF01234567@AdobeOrg";
pub(crate) const HOME: &str = "FEDCBA9876543210FEDCBA98@AdobeOrg";
/// `{"iid":"INSTANCE"}`, packed by gzip and `base64`.
const PACKED: &str = "H4sIAAAAAAACA6tWysxMUbJS8vQLDnH0c3ZVqgUAukwNMhIAAAA=";
pub(crate) const SERVICE_CODE: &str = "service?%&=ü";
pub(crate) const SCOPES: &str = "openid,AdobeID,offline_access,email";
/// All scopes of the clients.
pub(crate) const ALL_SCOPES: &str = "openid,AdobeID,offline_access,email,read_organizations,additional_info.projectedProductContext";

/// An emulator with two people and two clients.
pub(crate) fn world() -> World {
    let client = || {
        OauthClient::new()
            .scopes(ALL_SCOPES.split(','))
            .grants([
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::Implicit,
                GrantType::Device,
                GrantType::ClusterAtExchange,
                GrantType::TokenExchange,
            ])
            .redirect_uri("https://client.example/not-registered")
            .redirect_pattern("http://localhost:.*")
    };
    let world = World::with(|builder| {
        builder
            .person(
                Person::new()
                    .email(JANE)
                    .user_id("JANE@AdobeID")
                    .auth_id("JANE@AdobeID")
                    .member_of(Organization::new(HOME), [])
                    .product_context(
                        ProductContext::new("dma_aem_cloud", HOME).fulfillable_data(PACKED),
                    ),
            )
            // The same person at work.
            .person(
                Person::new()
                    .email("jane@work.example")
                    .user_id(AT_WORK)
                    .auth_id("JANE@AdobeID")
                    .member_of(Organization::new(ORGANIZATION), []),
            )
            .person(Person::new().email(JOHN).user_id("JOHN@AdobeID"))
            .oauth_client(client().client_id(PUBLIC).public())
            .oauth_client(
                client()
                    .client_id(CONFIDENTIAL)
                    .client_secret(CLIENT_SECRET)
                    .service_code(SERVICE_CODE),
            )
    });
    let url = world.emulator.url();
    let profile = |client: &str, scopes: &str| {
        format!(
            "type = \"user-pkce\"\nenvironment = \"{url}\"\nclient_id = \"{client}\"\nscopes = \"{scopes}\"\nca_files = [\"ca.pem\"]\n"
        )
    };
    world.write(
        "config.toml",
        format!(
            "version = 1\n[profiles.me]\n{}[profiles.you]\n{}client_secrets = {{ file = \"secret\" }}\n[profiles.brief]\n{}",
            profile(PUBLIC, SCOPES),
            profile(CONFIDENTIAL, SCOPES),
            profile(PUBLIC, "openid,AdobeID"),
        ),
    );
    let secret = world.write("secret", CLIENT_SECRET);
    let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(secret, only_mine).unwrap();
    world
}

/// Creates a call that stores everything in the folder of the world.
pub(crate) fn ims(world: &World, arguments: &[&str]) -> Ims {
    Ims::new(arguments)
        .env("XDG_CONFIG_HOME", world.path("config"))
        .env("XDG_STATE_HOME", world.path("state"))
        .env("IMS_CACHE_DIR", world.path("cache"))
        .in_folder(world.folder.path())
}

/// Creates a call with the profiles of the world.
pub(crate) fn with_profiles(world: &World, arguments: &[&str]) -> Ims {
    ims(world, arguments).env("IMS_CONFIG", world.path("config.toml"))
}

/// Starts `ims login` without a browser, on a free port.
pub(crate) fn login(world: &World, arguments: &[&str]) -> Running {
    let before = ["login", "--no-browser", "--port", "0"];
    let all: Vec<_> = before
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    with_profiles(world, &all).start()
}

/// Signs a person in with a profile.
#[track_caller]
pub(crate) fn sign_in(world: &World, profile: &str, email: &str) -> Run {
    let mut login = login(world, &[profile]);
    let (_, address) = login.address();
    visit(&agree(world, &address, email));
    let run = login.end();
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    run
}

/// Returns tokens of this client, without a sign-in.
pub(crate) fn tokens(world: &World, client: &str) -> UserTokens {
    tokens_for(world, client, SCOPES)
}

/// Returns tokens with these scopes.
pub(crate) fn tokens_for(world: &World, client: &str, scopes: &str) -> UserTokens {
    let sign_in = SignIn::new(client, JANE).scopes(scopes.split(','));
    world.emulator.user_tokens(&sign_in).unwrap()
}

/// Creates a call with variables for the emulator.
pub(crate) fn at_emulator(world: &World, arguments: &[&str]) -> Ims {
    ims(world, arguments)
        .env("IMS_URL", world.emulator.url())
        .env("IMS_CA_FILE", world.path("ca.pem"))
}

/// Returns the answer of IMS about a token.
#[track_caller]
pub(crate) fn validity(world: &World, kind: &str, client: &str, token: &str) -> (i32, String) {
    let arguments = ["validate", "--kind", kind, "--client-id", client];
    let run = at_emulator(world, &arguments).stdin(token).run();
    assert_eq!(run.stderr, "", "{run:?}");
    (run.code, run.stdout)
}

/// Returns a token of a profile, as JSON.
#[track_caller]
pub(crate) fn token(world: &World, profile: &str) -> Value {
    let run = with_profiles(world, &["token", "-q", "-p", profile, "-o", "json"]);
    let run = run.run_for_a_secret();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run:?}");
    serde_json::from_str(&run.stdout).unwrap()
}

/// Signs in on the page at this address and returns the redirect of the browser.
#[track_caller]
pub(crate) fn agree(world: &World, address: &str, email: &str) -> String {
    answer(world, address, email, "sign_in")
}

/// Cancels the sign-in and returns the redirect of the browser.
#[track_caller]
pub(crate) fn decline(world: &World, address: &str) -> String {
    answer(world, address, "", "cancel")
}

#[track_caller]
fn answer(world: &World, address: &str, email: &str, action: &str) -> String {
    let path = address.strip_prefix(world.emulator.url()).unwrap();
    let request = Request::get(path).body(Default::default()).unwrap();
    let page = world.emulator.respond(&request).into_body();
    let page = String::from_utf8(page.to_vec()).unwrap();
    let (_, rest) = page.split_once("name=\"ticket\" value=\"").expect(&page);
    let ticket = rest.split('"').next().unwrap();
    let body = format!("ticket={ticket}&email={email}&action={action}");
    let request = Request::post("/ims/authorize/sign_in")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into_bytes().into())
        .unwrap();
    let answer = world.emulator.respond(&request);
    let location = answer.headers()["location"].to_str().unwrap();
    location.to_owned()
}

/// Follows the redirect to the command and returns its page.
#[track_caller]
pub(crate) fn visit(address: &str) -> String {
    let (port, path) = own(address);
    let path = path.split('#').next().unwrap();
    request(port, &format!("GET {path}"), "")
}

/// Sends the fragment of the address to the command, as the script of its page does.
#[track_caller]
pub(crate) fn relay(address: &str) -> String {
    let (_, fragment) = address.split_once('#').unwrap();
    let (port, path) = own(address);
    let path = path.split('#').next().unwrap();
    request(port, &format!("POST {path}"), fragment)
}

fn own(address: &str) -> (u16, String) {
    let rest = address.strip_prefix("http://localhost:").expect(address);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
    let (port, path) = rest.split_at(end);
    let slash = if path.starts_with('/') { "" } else { "/" };
    (port.parse().unwrap(), format!("{slash}{path}"))
}

fn request(port: u16, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    page
}

/// Returns a parameter of an address, still encoded.
#[track_caller]
pub(crate) fn parameter<'a>(address: &'a str, name: &str) -> &'a str {
    let mut pairs = address.split(['?', '&', '#']);
    pairs
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("no {name} in {address}"))
}

/// Returns the last line of stderr without its time.
#[track_caller]
pub(crate) fn last_line(stderr: &str) -> String {
    let line = stderr.lines().last().unwrap();
    let end = line.find(" 20").unwrap_or(line.len());
    line[..end].to_owned()
}

/// Returns the number of sessions.
pub(crate) fn sessions(world: &World) -> usize {
    let files = fs::read_dir(world.path("state/ims/sessions")).unwrap();
    files
        .filter(|file| {
            let path = file.as_ref().unwrap().path();
            path.extension()
                .is_some_and(|it| it == "session" || it == "sealed-session")
        })
        .count()
}
