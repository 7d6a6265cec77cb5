//! Staying signed in: each refresh token is spent once, and none is lost that need not be.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use adobe_ims::provider::{SessionSource, TokenSource};
use adobe_ims::store::{FileStore, SealingKey, Session, Sessions};
use adobe_ims::{
    Clock, Credentials, Environment, Error, ErrorClass, ImsClient, KeyContext, OauthClient,
    Problem, Secret, TokenProvider, UserSession, crypto,
};
use serde_json::json;
use tempfile::TempDir;

use crate::canned::token_with;
use crate::provider_world::{all, settle};
use crate::rotating_ims::{Mood, RotatingIms};
use crate::support::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION};
use crate::virtual_time::{DAY, HOUR, SECOND, VirtualClock, wait};

const FIRST: &str = "refresh-0?%&=";

struct World {
    clock: VirtualClock,
    ims: RotatingIms,
    folder: TempDir,
}

impl World {
    /// Where nobody is signed in.
    fn empty() -> Self {
        Self {
            clock: VirtualClock::new(),
            ims: RotatingIms::new(FIRST),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    async fn new() -> Self {
        let world = Self::empty();
        world.sign_in(FIRST).await;
        world
    }

    async fn sign_in(&self, refresh_token: &str) {
        let user = self.user();
        let session = self.session(refresh_token);
        user.sessions().keep(user.key(), &session).await.unwrap();
    }

    fn session(&self, refresh_token: &str) -> Session {
        let scopes = vec!["openid".to_owned()];
        let user = Some("person@AdobeID".to_owned());
        Session::new(Secret::new(refresh_token), user, scopes, self.clock.now())
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("deeper/sessions")
    }

    fn user(&self) -> UserSession {
        self.user_in(Sessions::new(self.path()))
    }

    fn user_in(&self, sessions: Sessions) -> UserSession {
        let client = OauthClient::new(Environment::production(), CLIENT_ID)
            .with_secrets([CLIENT_SECRET.into()])
            .with_organization(Some(ORGANIZATION));
        UserSession::new(client, sessions, "me ü", Vec::new())
    }

    fn ims(&self) -> ImsClient {
        ImsClient::new(self.ims.clone()).with_clock(self.clock.clone())
    }

    /// As another process has it: nothing is shared but the files.
    fn source(&self) -> SessionSource {
        SessionSource::new(self.ims(), self.user()).unwrap()
    }

    async fn mint(&self) -> Result<String, Error> {
        let minted = self.source().mint().await?;
        Ok(minted.token.as_secret().expose().to_owned())
    }

    async fn problem(&self) -> Problem {
        self.mint().await.unwrap_err().problem()
    }

    fn file(&self) -> PathBuf {
        self.path()
            .join(format!("{}.session", self.user().key().id()))
    }

    fn refresh_token(&self) -> String {
        let session = self.user().session().unwrap();
        session.refresh_token.expose().to_owned()
    }
}

#[tokio::test(start_paused = true)]
async fn each_refresh_token_is_spent_once_and_the_next_is_kept() {
    let world = World::new().await;
    for number in 1..=3 {
        assert_eq!(world.mint().await.unwrap(), format!("access-{number}"));
        assert_eq!(world.refresh_token(), format!("refresh-{number}"));
    }
    assert_eq!(world.ims.shown(), [FIRST, "refresh-1", "refresh-2"]);
}

#[tokio::test(start_paused = true)]
async fn of_twenty_processes_one_asks_and_the_others_take_what_came() {
    let world = World::new().await;
    for round in 1..=3 {
        let tokens = all(20, || {
            let source = world.source();
            Box::pin(async move { source.mint().await.unwrap().token })
        })
        .await;
        let obtained_at = world.user().session().unwrap().obtained_at;
        for token in tokens {
            assert_eq!(token.as_secret().expose(), format!("access-{round}"));
            assert_eq!(token.expires_at(), Some(obtained_at + HOUR));
            assert_eq!(token.headers().api_key().unwrap(), CLIENT_ID);
            assert_eq!(token.organization_id(), Some(ORGANIZATION));
        }
        assert_eq!(world.ims.shown().len(), round);
    }
}

#[tokio::test(start_paused = true)]
async fn providers_that_share_a_store_ask_once_for_a_whole_day_of_processes() {
    let world = World::new().await;
    for _ in 0..20 {
        let provider = TokenProvider::builder(world.source())
            .store(FileStore::new(world.folder.path().join("tokens")))
            .clock(world.clock.clone())
            .build();
        let token = provider.token().await.unwrap();
        assert_eq!(token.as_secret().expose(), "access-1");
        wait(Duration::from_secs(100)).await;
    }
    assert_eq!(world.ims.shown().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn files_are_private() {
    use std::os::unix::fs::MetadataExt;
    let world = World::new().await;
    world.mint().await.unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(world.path()), 0o700);
    let files: Vec<_> = fs::read_dir(world.path()).unwrap().collect();
    assert_eq!(files.len(), 2, "the session and its lock");
    for file in files {
        assert_eq!(mode(file.unwrap().path()), 0o600);
    }
    let shown = format!("{:?} {:?}", world.user().session().unwrap(), world.source());
    assert!(
        !shown.contains("refresh-1") && !shown.contains("access-1"),
        "{shown}"
    );
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_file_says_what_the_documentation_says() {
    let world = World::new().await;
    world.ims.is(Mood::Mute);
    world.problem().await;
    let asking = fs::read_to_string(world.file()).unwrap();
    world.ims.is(Mood::Good);
    world.problem().await;
    let refused = fs::read_to_string(world.file()).unwrap();
    let claims = json!({"rtea": "1900000000000"});
    world.ims.takes("anew");
    world.sign_in("anew").await;
    world.ims.says(json!({"access_token": token_with(claims)}));
    world.mint().await.unwrap();
    let content = fs::read_to_string(world.file()).unwrap();
    assert!(content.starts_with("adobe-ims.session/1\n"));
    let documented =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sessions.md"));
    let documented = documented.unwrap();
    let mut names: Vec<&str> = [&asking, &refused, &content]
        .iter()
        .flat_map(|content| content.lines().skip(1))
        .map(|line| line.split_once(": ").unwrap().0)
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 16, "{names:?}");
    for name in names {
        assert!(documented.contains(&format!("`{name}`")), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_written_is_not_spent() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new().await;
    let mode = |mode| fs::set_permissions(world.path(), fs::Permissions::from_mode(mode)).unwrap();
    let source = world.source();
    mode(0o500);
    // Whoever may do anything may write all the same.
    let is_closed = fs::write(world.path().join("probe"), "").is_err();
    let outcome = source.mint().await;
    mode(0o700);
    let expected = is_closed.then_some(Problem::SessionUnusable);
    assert_eq!(outcome.err().map(|error| error.problem()), expected);
    assert_eq!(world.ims.shown().len(), usize::from(!is_closed));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_lost_is_told_when_it_matters() {
    let world = World::new().await;
    world.ims.is(Mood::Mute);
    assert_eq!(world.problem().await, Problem::ConnectionFailed);
    let asked_at = world.user().session().unwrap().signed_in_at;
    world.ims.is(Mood::Good);
    // The same one again: nobody can know that it was spent.
    let error = world.mint().await.unwrap_err();
    assert_eq!(world.ims.shown(), [FIRST, FIRST]);
    assert_eq!(
        (error.problem(), error.class()),
        (Problem::SignInAgain, ErrorClass::Refused)
    );
    assert!(!error.is_transient());
    let when = adobe_ims::timestamp::shown(asked_at);
    let lost = format!("IMS was asked on {when} and its answer was lost");
    assert!(
        error.hints().next().unwrap().starts_with(&lost),
        "{error:?}"
    );
    // A person signs in again, and all is well.
    world.ims.takes("anew");
    world.sign_in("anew").await;
    assert_eq!(world.mint().await.unwrap(), "access-3");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_arrived_bothers_nobody() {
    let world = World::new().await;
    world.ims.is(Mood::Deaf);
    assert_eq!(world.problem().await, Problem::ConnectionFailed);
    world.ims.is(Mood::Down);
    assert_eq!(world.problem().await, Problem::ServerError);
    world.ims.is(Mood::Good);
    assert_eq!(world.mint().await.unwrap(), "access-1");
    // Nothing of it is left: a later refusal is none of a lost answer.
    world.ims.takes("another");
    let error = world.mint().await.unwrap_err();
    assert!(
        error.hints().all(|hint| !hint.contains("was lost")),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_not_asked_for_again_until_somebody_signs_in_or_an_hour_passes() {
    let world = World::new().await;
    world.ims.takes("another");
    assert_eq!(world.problem().await, Problem::SignInAgain);
    assert!(world.user().session().unwrap().refused_at().is_some());
    let others = all(20, || {
        let source = world.source();
        Box::pin(async move { source.mint().await.unwrap_err().problem() })
    })
    .await;
    assert_eq!(others, [Problem::SignInAgain; 20]);
    wait(HOUR - SECOND).await;
    assert_eq!(world.problem().await, Problem::SignInAgain);
    assert_eq!(world.ims.shown().len(), 1, "nobody asked");
    wait(SECOND).await;
    world.ims.takes(FIRST);
    assert_eq!(world.mint().await.unwrap(), "access-2");
    assert!(world.user().session().unwrap().refused_at().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_gives_up_does_not_lose_the_next_refresh_token() {
    let world = World::new().await;
    let source = world.source();
    let given_up = tokio::time::timeout(Duration::from_millis(10), source.mint()).await;
    assert!(given_up.is_err());
    drop(source);
    wait(SECOND).await;
    assert_eq!(world.refresh_token(), "refresh-1");
    assert_eq!(world.mint().await.unwrap(), "access-2");
    assert_eq!(world.ims.shown(), [FIRST, "refresh-1"]);
}

#[test]
fn a_process_that_dies_while_ims_answers_gives_the_lock_back() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap()
    };
    let dying = runtime();
    let world = dying.block_on(async {
        let world = World::new().await;
        world.ims.is(Mood::Stuck);
        let stuck = tokio::time::timeout(SECOND, world.mint()).await;
        assert!(stuck.is_err());
        world
    });
    drop(dying);
    world.ims.is(Mood::Good);
    let (path, ims) = (world.path(), world.ims.clone());
    let error = runtime().block_on(async move {
        let world = World {
            clock: VirtualClock::new(),
            ims,
            folder: world.folder,
        };
        assert_eq!(world.path(), path);
        world.mint().await.unwrap_err()
    });
    assert_eq!(error.problem(), Problem::SignInAgain);
    assert!(
        error
            .hints()
            .next()
            .unwrap()
            .contains("its answer was lost")
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_that_ims_said_is_kept_to_the_second() {
    let world = World::new().await;
    let millis = |time: std::time::SystemTime| {
        let since = time.duration_since(std::time::UNIX_EPOCH).unwrap();
        since.as_millis().to_string()
    };
    let end = world.clock.now() + 14 * DAY;
    let claims = json!({
        "rtea": millis(end), "created_at": millis(world.clock.now()), "expires_in": "86400000",
        "user_id": "person@AdobeID",
    });
    world.ims.says(json!({"access_token": token_with(claims)}));
    world.mint().await.unwrap();
    assert_eq!(world.user().session().unwrap().ends_at(), end);
    world.ims.says(json!({}));
    world
        .clock
        .set_ahead(end.duration_since(world.clock.now()).unwrap());
    let error = world.mint().await.unwrap_err();
    assert_eq!(error.problem(), Problem::SignInAgain);
    assert!(
        error.to_string().contains("ended on 2027-01-29T08:00:00Z"),
        "{error}"
    );
    assert_eq!(world.ims.shown().len(), 1, "nobody asked");
    world.clock.set_back(SECOND);
    world.mint().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_only_usual_does_not_keep_from_asking() {
    let world = World::new().await;
    let session = world.user().session().unwrap();
    assert_eq!(session.ends_at(), session.obtained_at + 14 * DAY);
    wait(20 * DAY).await;
    assert_eq!(world.mint().await.unwrap(), "access-1");
}

#[tokio::test(start_paused = true)]
async fn where_no_next_refresh_token_comes_the_old_one_stays() {
    let world = World::new().await;
    world.ims.says(json!({"refresh_token": null}));
    world.mint().await.unwrap();
    assert_eq!(world.refresh_token(), FIRST);
    world.ims.takes(FIRST);
    assert_eq!(world.mint().await.unwrap(), "access-2");
}

#[tokio::test(start_paused = true)]
async fn the_next_refresh_token_is_kept_though_its_access_token_is_useless() {
    let world = World::new().await;
    for useless in [json!({"expires_in": 0}), json!({"access_token": "a b"})] {
        world.ims.says(useless);
        let error = world.mint().await.unwrap_err();
        let expected = [Problem::TokenDeadOnArrival, Problem::AnswerWithoutToken];
        assert!(expected.contains(&error.problem()), "{error:?}");
        world.ims.says(json!({}));
        world.mint().await.unwrap();
    }
    assert_eq!(world.ims.shown().len(), 4);
    assert_eq!(world.refresh_token(), "refresh-4");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_meanwhile_is_not_written_over() {
    let world = World::new().await;
    let source = world.source();
    let asking = tokio::spawn(async move { source.mint().await.unwrap() });
    settle().await;
    world.sign_in("anew").await;
    asking.await.unwrap();
    assert_eq!(world.refresh_token(), "anew");
    // And a sign-out waits just so, and gives back what is to be invalidated.
    world.ims.takes("anew");
    let source = world.source();
    let asking = tokio::spawn(async move { source.mint().await.unwrap() });
    settle().await;
    let user = world.user();
    let ended = user.sessions().end(user.key()).await.unwrap().unwrap();
    assert_eq!(ended.refresh_token.expose(), "refresh-2");
    asking.await.unwrap();
    assert_eq!(user.session().unwrap_err().problem(), Problem::NotSignedIn);
    assert!(user.sessions().end(user.key()).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_never_given_back_is_an_error_and_nothing_is_spent() {
    let world = World::new().await;
    world.ims.is(Mood::Stuck);
    let source = world.source();
    let stuck = tokio::spawn(async move { source.mint().await });
    settle().await;
    let error = world.mint().await.unwrap_err();
    assert_eq!(error.problem(), Problem::SessionBusy);
    assert!(error.is_transient());
    assert_eq!(world.ims.shown().len(), 1);
    stuck.abort();
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_trusted_is_set_aside_and_not_used() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    type Break = fn(&World);
    let ways: [(&str, Break); 5] = [
        ("half", |world| {
            fs::write(world.file(), "adobe-ims.session/1\nenv").unwrap()
        }),
        ("empty", |world| fs::write(world.file(), "").unwrap()),
        ("another's", |world| {
            let content = fs::read_to_string(world.file()).unwrap();
            fs::write(world.file(), content.replace("name: me", "name: you")).unwrap();
        }),
        ("open", |world| {
            let open = fs::Permissions::from_mode(0o644);
            fs::set_permissions(world.file(), open).unwrap();
        }),
        ("a link", |world| {
            let elsewhere = world.folder.path().join("elsewhere");
            fs::rename(world.file(), &elsewhere).unwrap();
            symlink(elsewhere, world.file()).unwrap();
        }),
    ];
    for (name, way) in ways {
        let world = World::new().await;
        let source = world.source();
        way(&world);
        let error = source.mint().await.unwrap_err();
        assert_eq!(error.problem(), Problem::SessionSetAside, "{name}");
        assert!(!format!("{error:?}").contains(FIRST), "{name}");
        let error = source.mint().await.unwrap_err();
        assert_eq!(error.problem(), Problem::NotSignedIn, "{name}");
        assert!(world.ims.shown().is_empty(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sealed_session_shows_nothing_and_keeps_to_its_key() {
    let world = World::empty();
    let sessions = |byte: u8| {
        let key = SealingKey::read(&[byte; 32]).unwrap();
        Sessions::new(world.path()).sealed(key)
    };
    let user = world.user_in(sessions(1));
    let session = world.session(FIRST);
    user.sessions().keep(user.key(), &session).await.unwrap();
    let source = SessionSource::new(world.ims(), user.clone()).unwrap();
    source.mint().await.unwrap();
    for file in fs::read_dir(world.path()).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&content);
        assert!(
            !text.contains("refresh") && !text.contains("person"),
            "{text}"
        );
    }
    for other in [world.user_in(sessions(2)), world.user()] {
        assert_eq!(other.session().unwrap_err().problem(), Problem::NotSignedIn);
    }
    assert!(sessions(2).list().unwrap()[0].session.is_none());
    let listed = sessions(1).list().unwrap();
    let (key, session) = listed[0].session.as_ref().unwrap();
    assert_eq!((key, key.name()), (user.key(), "me ü"));
    assert_eq!(session.refresh_token.expose(), "refresh-1");
}

#[tokio::test(start_paused = true)]
async fn credentials_of_somebody_who_signed_in_are_credentials_like_all_others() {
    let world = World::empty();
    let credentials = Credentials::User(world.user());
    let (context, crypto) = (KeyContext::default(), crypto::default_provider());
    let source = |credentials: &Credentials| credentials.source(world.ims(), &context, &crypto);
    let nobody = source(&credentials).err().unwrap();
    assert_eq!(nobody.problem(), Problem::NotSignedIn);
    assert!(nobody.to_string().contains("\"me ü\""), "{nobody}");
    assert!(credentials.store_key(&context).is_none());
    world.sign_in(FIRST).await;
    let key = credentials.store_key(&context).unwrap();
    let minting = source(&credentials).unwrap();
    assert_eq!(minting.store_key(), Some(&key));
    assert_eq!(key.subject(), "person@AdobeID me ü");
    minting.mint().await.unwrap();
    // A rotation is the same sign-in; another sign-in is not.
    assert_eq!(credentials.store_key(&context).unwrap(), key);
    world.sign_in("anew").await;
    let other = credentials.store_key(&context).unwrap();
    assert_eq!(other.id(), key.id());
    assert_ne!(other.fingerprint(), key.fingerprint());
}
