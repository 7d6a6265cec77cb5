//! The memory that a large document takes.
