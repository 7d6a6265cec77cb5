//! The addresses of the emulator: sockets, proxy and host names.

use std::net::IpAddr;

use super::EmulatorBuilder;

impl EmulatorBuilder {
    /// Sets the address on which the emulator listens. The default is loopback, 127.0.0.1 and ::1.
    ///
    /// Every machine that reaches another address can control the emulator and read its credentials.
    /// With the folders of batches it can also read and write files of this machine. So use another
    /// address in a container or in a network of tests only. [`url`](crate::Emulator::url) names this
    /// address, or loopback if this is the address of all interfaces (`0.0.0.0`, `::`).
    #[must_use]
    pub fn listen(mut self, address: IpAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Sets the port. The default, 0, takes any free port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Serves HTTPS instead of HTTP.
    #[must_use]
    pub fn tls(mut self, tls: bool) -> Self {
        self.tls = tls;
        self
    }

    /// Opens a proxy on this port on loopback; 0 takes any free port. It is for clients with
    /// built-in hosts: a tunnel (CONNECT) to a host below `adobelogin.com`, `adobeaemcloud.com` or
    /// `adobe.io` ends in the emulator, over TLS with a certificate for this host. Clients have to
    /// trust [`Emulator::ca_pem`](crate::Emulator::ca_pem). The proxy leads to no other host, and
    /// not to `/_emu/`. It works with [`tls`](Self::tls) and without.
    ///
    /// ```
    /// # #[cfg(feature = "ring")]
    /// # fn main() -> Result<(), adobe_ims_emulator::StartError> {
    /// use adobe_ims_emulator::Emulator;
    ///
    /// let emulator = Emulator::builder().connect_proxy(0).start()?;
    /// let proxy = emulator.proxy_url().unwrap_or_default();
    /// // A program under test runs with HTTPS_PROXY set to this URL, and calls
    /// // https://ims-na1.adobelogin.com.
    /// assert!(proxy.starts_with("http://127.0.0.1:"));
    /// assert!(emulator.ca_pem().is_some());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(feature = "ring"))]
    /// # fn main() {}
    /// ```
    #[must_use]
    pub fn connect_proxy(mut self, port: u16) -> Self {
        self.proxy_port = Some(port);
        self
    }

    /// Makes the proxy want a user and a password, which the emulator generates
    /// ([`Emulator::proxy_user`](crate::Emulator::proxy_user) and
    /// [`Emulator::proxy_password`](crate::Emulator::proxy_password)). It answers with 407
    /// otherwise.
    #[must_use]
    pub fn proxy_authentication(mut self, on: bool) -> Self {
        self.proxy_authentication = on;
        self
    }

    /// Adds a base URL that the emulator accepts in the audience and the metascopes of an
    /// assertion. A text without scheme gets `https://`. The TLS certificate is valid for its host.
    #[must_use]
    pub fn audience_alias(mut self, base_url: impl Into<String>) -> Self {
        self.audience_aliases.push(base_url.into());
        self
    }

    /// Adds a host name under which tests call the emulator besides `localhost`, such as that of its
    /// service in a network of containers: a name or an IP address, without a port.
    ///
    /// The control endpoints accept it, an assertion may name it as its audience, and the TLS
    /// certificate is valid for it. The control endpoints refuse all other names, because a web page
    /// could have bound such a name to this machine.
    #[must_use]
    pub fn control_host(mut self, name: impl Into<String>) -> Self {
        self.control_hosts.push(name.into());
        self
    }

    /// Sets the maximum size of a request with documents, in bytes; the default is 100 MiB. A larger
    /// request gets a 413.
    #[must_use]
    pub fn document_limit(mut self, bytes: usize) -> Self {
        self.document_limit = bytes;
        self
    }
}
