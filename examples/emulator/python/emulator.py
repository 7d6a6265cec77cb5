"""Runs `ims emulator serve`, and calls its control endpoints."""

import json
import os
import pathlib
import subprocess
import urllib.error
import urllib.request


class Emulator:
    """A running emulator; a context manager that ends it."""

    def __init__(self, *flags):
        # It ends when its stdin closes: also if the test program is killed.
        command = [os.environ.get("IMS_BIN", "ims"), "emulator", "serve", "--exit-with-stdin", *flags]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self._process.stdout.readline()
        if not line:
            self._end()
            raise RuntimeError("the emulator ended before it was ready")
        self.ready = json.loads(line)
        self.url = self.ready["url"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()

    def _end(self):
        self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def credentials(self):
        return json.loads(pathlib.Path(self.ready["credentials"]).read_text())

    def control(self, method, path, body=None):
        """Sends a request to a control endpoint, and returns its answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emu/{path}", data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def verify(self, **expected):
        """Fails the test if the emulator got other requests than expected."""
        self.control("POST", "verify", expected)
