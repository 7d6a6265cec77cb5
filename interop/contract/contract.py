"""Shared by the checks of the OpenAPI document: the emulator with its document, and answers held against it."""

import os
import sys

import jsonschema
import requests

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import Emulator

METHODS = ("get", "post", "put", "patch", "delete", "options")


class Described(Emulator):
    """An emulator, its OpenAPI document, and a session of requests."""

    def __init__(self, name, *flags):
        super().__init__(name, *flags)
        self.session = requests.Session()
        self.session.trust_env = False
        self.document = self.session.get(self.url + "/_emu/openapi.json", timeout=20).json()

    def resolved(self, value):
        """Returns what a reference leads to, or the value itself."""
        while isinstance(value, dict) and "$ref" in value:
            target = self.document
            for name in value["$ref"].removeprefix("#/").split("/"):
                target = target[name.replace("~1", "/").replace("~0", "~")]
            value = target
        return value

    def operations(self, tag=None):
        for path, item in self.document["paths"].items():
            for method in METHODS:
                if method in item and (tag is None or tag in item[method]["tags"]):
                    yield path, method, item[method]

    def prepare(self):
        """Makes the client, the person and the file of the examples. Returns a token with all rights in AEM."""
        self.session.post(self.url + "/_emu/reset", timeout=20).raise_for_status()
        clients = self.example("/_emu/clients", "post")
        client = self.session.post(self.url + "/_emu/clients", json=clients, timeout=20)
        client.raise_for_status()
        person = self.session.post(self.url + "/_emu/people", json=self.example("/_emu/people", "post"), timeout=20)
        person.raise_for_status()
        listed = {"tiers": ["author", "preview", "publish"]}
        entry = f"{self.url}/_emu/aem/allow_list/{client.json()['client_id']}"
        self.session.put(entry, json=listed, timeout=20).raise_for_status()
        account = client.json()["technical_account_id"]
        rights = {"groups": ["administrators", "forms-users", "dam-users"]}
        self.session.put(f"{self.url}/_emu/aem/rights/{account}", json=rights, timeout=20).raise_for_status()
        form = self.example("/ims/token/v3", "post")
        answer = self.session.post(self.url + "/ims/token/v3", data=form, timeout=20)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def example(self, path, method):
        return self.body(self.document["paths"][path][method])[1]

    def body(self, operation):
        """Returns the first content type of a request that has an example, and the example."""
        content = self.resolved(operation.get("requestBody", {})).get("content", {})
        for content_type, media in content.items():
            if "example" in media:
                return content_type, media["example"], media
        return None, None, None

    def problems(self, operation, response):
        """Returns what in a response is not as the document says."""
        described = operation["responses"].get(str(response.status_code))
        if described is None:
            return [f"the status {response.status_code} is not described"]
        described = self.resolved(described)
        problems = []
        for name, header in described.get("headers", {}).items():
            if header.get("required") and name not in response.headers:
                problems.append(f"the header {name} is missing")
        content = described.get("content")
        if content is None:
            return problems + (["there is a body"] if response.content else [])
        media_type = response.headers.get("Content-Type", "").split(";")[0].strip()
        media = content.get(media_type, content.get("*/*"))
        if media is None:
            return [*problems, f"the content type {media_type!r} is not described"]
        if "schema" in media:
            value = response.json() if media_type.endswith("json") else response.text
            # The references in the schema begin at the root of the document.
            schema = {**media["schema"], "components": self.document["components"]}
            validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
            problems += [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
        return problems
