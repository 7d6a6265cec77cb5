use core::pin::Pin;

/// The future that a method of a trait object returns.
///
/// ```
/// use adobe_ims::BoxFuture;
///
/// fn answer() -> BoxFuture<'static, u32> {
///     Box::pin(async { 42 })
/// }
/// # drop(answer());
/// ```
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
