//! Resolves names as the operating system does, and notes the addresses.

use core::task::{Context, Poll};
use std::io;
use std::net::SocketAddr;
use std::vec;

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

use super::trace::ConnectionTrace;
use crate::util::future::BoxFuture;

#[derive(Clone)]
pub(super) struct TracingResolver {
    resolver: GaiResolver,
    trace: ConnectionTrace,
}

impl TracingResolver {
    pub(super) fn new(trace: ConnectionTrace) -> Self {
        Self {
            resolver: GaiResolver::new(),
            trace,
        }
    }
}

impl Service<Name> for TracingResolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.resolver.poll_ready(cx)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.resolver.call(name);
        let trace = self.trace.clone();
        Box::pin(async move {
            let addresses: Vec<_> = resolving.await?.collect();
            trace.resolved(&addresses);
            Ok(addresses.into_iter())
        })
    }
}
