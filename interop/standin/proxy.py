"""An HTTP proxy that supports CONNECT only. It connects every host to one port of this machine."""

import base64
import select
import socket
import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        request = self.rfile.readline().decode("latin-1").split()
        headers = {}
        while (line := self.rfile.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        server = self.server
        server.requests.append((request, headers))
        if not request or request[0] != "CONNECT":
            return self.answer("405 Method Not Allowed")
        if server.login:
            expected = "Basic " + base64.b64encode(server.login.encode()).decode()
            if headers.get("proxy-authorization") != expected:
                return self.answer("407 Proxy Authentication Required", 'Proxy-Authenticate: Basic realm="proxy"\r\n')
        if server.refuses:
            return self.answer("403 Forbidden")
        with socket.create_connection(("127.0.0.1", server.target)) as upstream:
            self.answer("200 Connection established")
            self.pump(upstream)

    def answer(self, status, extra=""):
        length = "" if status.startswith("200") else "Content-Length: 0\r\n"
        self.wfile.write(f"HTTP/1.1 {status}\r\n{extra}{length}\r\n".encode())

    def pump(self, upstream):
        sockets = [self.connection, upstream]
        while True:
            for ready in select.select(sockets, [], [], 20)[0] or [None]:
                data = ready.recv(65536) if ready else b""
                if not data:
                    return
                (upstream if ready is self.connection else self.connection).sendall(data)


class Proxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, target, login=None, refuses=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = target
        self.login = login
        self.refuses = refuses
        self.requests = []
        self.address = f"127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass
