use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};

use super::config::BatchConfig;
use super::place::{id_in_location, path};
use super::state::BatchState;
use crate::client::FormsClient;
use crate::client::call::{Call, CallContent};
use crate::client::retry::Repetition;
use crate::client::send::sleep;
use crate::error::{FormsProblem, Result};
use crate::received::content::is_web_page;
use crate::received::json::{MAX_JSON, object};
use crate::received::reader::AnswerReader;

/// The batch API. It is on the author tier only.
///
/// ```no_run
/// use aem_forms::FormsClient;
///
/// # async fn example(client: FormsClient) -> aem_forms::Result<()> {
/// let batches = client.batches();
/// let id = batches.run("letters", None).await?;
/// let state = batches.wait("letters", &id, |state| println!("{:?}", state.outputs)).await?;
/// if state.has_failed() {
///     println!("a record failed: see the folder of the failures");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BatchApi<'a>(&'a FormsClient);

/// The first pause between two questions about a run. It doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const MAX_PAUSE: Duration = Duration::from_secs(60);

impl FormsClient {
    /// Returns the batch API.
    pub fn batches(&self) -> BatchApi<'_> {
        BatchApi(self)
    }
}

impl BatchApi<'_> {
    /// Creates a configuration.
    ///
    /// # Errors
    /// [`FormsProblem::RequestInvalid`] for a configuration without a name, and the errors of every request. A name that
    /// exists is refused by AEM (409).
    pub async fn create(&self, config: &BatchConfig) -> Result<()> {
        config.required_name()?;
        let body = Some(config.to_value());
        self.exchange(Method::POST, &["config"], body).await?;
        Ok(())
    }

    /// Returns a configuration.
    ///
    /// # Errors
    /// The errors of every request. AEM answers 404 for a name that it does not know.
    pub async fn config(&self, name: &str) -> Result<BatchConfig> {
        let answer = self.exchange(Method::GET, &["config", name], None).await?;
        answer.object().map(BatchConfig::of_server)
    }

    /// Returns all configurations.
    ///
    /// # Errors
    /// The errors of every request.
    pub async fn configs(&self) -> Result<Vec<BatchConfig>> {
        let answer = self.exchange(Method::GET, &["configs"], None).await?;
        Ok(answer
            .list()?
            .into_iter()
            .map(BatchConfig::of_server)
            .collect())
    }

    /// Changes a configuration: the members that are given replace those that AEM has.
    ///
    /// # Errors
    /// [`FormsProblem::RequestInvalid`] for a configuration without a name, and the errors of every request.
    pub async fn update(&self, changes: &BatchConfig) -> Result<BatchConfig> {
        let name = changes.required_name()?;
        let old = self.config(name).await?;
        let config = changes.clone().over_json(&old.to_json())?;
        let body = Some(config.to_value());
        self.exchange(Method::PUT, &["config", name], body).await?;
        Ok(config)
    }

    /// Deletes a configuration.
    ///
    /// # Errors
    /// The errors of every request.
    pub async fn delete(&self, name: &str) -> Result<()> {
        self.exchange(Method::DELETE, &["config", name], None)
            .await?;
        Ok(())
    }

    /// Starts a run, and returns its id. The members of `changes` replace those of the configuration for this run.
    ///
    /// A start is not repeated when its outcome is not known: it would run twice.
    ///
    /// # Errors
    /// [`FormsProblem::AnswerMalformed`] for an answer without an id, and the errors of every request.
    pub async fn run(&self, name: &str, changes: Option<&BatchConfig>) -> Result<String> {
        let body = changes.map_or_else(|| json!({}), |it| json!({"config": it.to_value()}));
        let segments = ["config", name, "execution"];
        let answer = self.exchange(Method::POST, &segments, Some(body)).await?;
        let id = id_in_location(answer.reader.exchange.headers());
        id.ok_or_else(|| {
            let message = "it does not name the run (Location)";
            answer.reader.error(FormsProblem::AnswerMalformed, message)
        })
    }

    /// Returns the state of a run.
    ///
    /// # Errors
    /// [`FormsProblem::AnswerMalformed`] for an answer without a status, and the errors of every request.
    pub async fn state(&self, name: &str, id: &str) -> Result<BatchState> {
        let segments = ["config", name, "execution", id];
        let answer = self.exchange(Method::GET, &segments, None).await?;
        answer.state(answer.object()?)
    }

    /// Returns the runs of a configuration.
    ///
    /// # Errors
    /// Those of [`state`](Self::state).
    pub async fn runs(&self, name: &str) -> Result<Vec<BatchState>> {
        let segments = ["config", name, "executions"];
        let answer = self.exchange(Method::GET, &segments, None).await?;
        let states = answer.list()?.into_iter();
        states.map(|state| answer.state(state)).collect()
    }

    /// Waits for the end of a run. It asks after 10 seconds, then less often, at least once a minute. `seen` gets each
    /// state. A caller that does not want to wait for ever drops the future.
    ///
    /// # Errors
    /// Those of [`state`](Self::state).
    pub async fn wait(
        &self,
        name: &str,
        id: &str,
        mut seen: impl FnMut(&BatchState) + Send,
    ) -> Result<BatchState> {
        let mut pause = FIRST_PAUSE;
        loop {
            let state = self.state(name, id).await?;
            seen(&state);
            if !state.is_running() {
                return Ok(state);
            }
            sleep(pause).await;
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    async fn exchange(
        &self,
        method: Method,
        segments: &[&str],
        body: Option<Value>,
    ) -> Result<BatchAnswer> {
        let repetition = match method {
            Method::POST => Repetition::Harmful,
            _ => Repetition::Harmless,
        };
        let call = Call {
            method,
            path: path(segments),
            accept: "application/json",
            content: body.map_or(CallContent::None, |body| {
                CallContent::Json(Bytes::from(body.to_string()))
            }),
            repetition,
        };
        let mut reader = AnswerReader::new(self.0.send(&call).await?)?;
        let text = match reader.next_part().await? {
            Some(_) => reader.whole_text(MAX_JSON).await?,
            None => String::new(),
        };
        // AEM answers a path that it does not know with a page that says that content was created.
        if is_web_page(text.as_bytes()) {
            let message = "the content is a web page";
            return Err(reader.error(FormsProblem::AnswerNotDocument, message));
        }
        Ok(BatchAnswer { reader, text })
    }
}

/// An answer that was read.
struct BatchAnswer {
    reader: AnswerReader,
    text: String,
}

impl BatchAnswer {
    fn object(&self) -> Result<Map<String, Value>> {
        object(&self.reader, &self.text)
    }

    /// Returns the objects of `{"data":[…]}`.
    fn list(&self) -> Result<Vec<Map<String, Value>>> {
        let mut object = self.object()?;
        let Some(Value::Array(data)) = object.remove("data") else {
            return Err(self.malformed("it has no list (data)"));
        };
        let objects = data.into_iter().map(|value| match value {
            Value::Object(object) => Ok(object),
            _ => Err(self.malformed("its list holds something else than objects")),
        });
        objects.collect()
    }

    fn state(&self, answer: Map<String, Value>) -> Result<BatchState> {
        let state = BatchState::read(answer, |text| self.reader.exchange.shown(text));
        state.ok_or_else(|| self.malformed("it has no state of a run (status)"))
    }

    fn malformed(&self, message: &str) -> crate::Error {
        self.reader.error(FormsProblem::AnswerMalformed, message)
    }
}
