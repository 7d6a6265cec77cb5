use adobe_ims::Error;

/// The same failure in other words, with what was known of this case.
pub(crate) fn retold(error: &Error, what: String) -> Error {
    let hints: Vec<_> = error.hints().map(str::to_owned).collect();
    let own = hints.len() - error.problem().fixes().len();
    let own = hints.into_iter().take(own);
    own.fold(Error::new(error.problem(), what), Error::with_hint)
}
