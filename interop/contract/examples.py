"""Calls every operation of the OpenAPI document with its example, and holds the answer against the document."""

import json

from contract import Described
from openapi_spec_validator import OpenAPIV31SpecValidator

from checks import finish, report

# Operations whose example is refused: it would have to contain what only a running program has.
REFUSED = {
    "postImsExchangeJwt": "a signed assertion",
    "postImsExchangeV1Jwt": "a signed assertion",
    "postImsTokenV1": "a grant of people",
    "postImsToken": "a grant of people",
    "postImsAuthorizeSignIn": "the ticket of a page",
    "postImsInvalidateTokenV2": "a token",
    "postImsAdminProfileV1": "the token of a service",
    "postImsAdminProfileV2": "the token of a service",
    "postImsAdminProfileV3": "the token of a service",
    "postImsAdminOrganizationsV1": "the token of a service",
    "postImsAdminOrganizationsV2": "the token of a service",
    "postImsAdminOrganizationsV3": "the token of a service",
    "postImsAdminOrganizationsV4": "the token of a service",
    "postImsAdminOrganizationsV5": "the token of a service",
    "postImsAdminOrganizationsV6": "the token of a service",
    "deleteEmuAccountsAccountCertificatesFingerprint": "a fingerprint",
    "getImsOrganizationsOrganizationV2": "the organization of the token",
    "getImsOrganizationsOrganizationGroupsGroupMembers": "the organization of the token",
    "postImsFetchPcByOrgV1": "the organization of the token",
    "getImsAccountClusterV2": "the token of a person",
    "getImsAccountClusterV3": "the token of a person",
    "postApiAssetsJson": "another folder than the root",
    "deleteApiAssetsJson": "another folder than the root",
    "putAemUploadUploadPart": "the id of an upload",
    "postAemUploadUploadPart": "the id of an upload",
    "postContentDamCompleteUploadJson": "the id of an upload",
    "postContentDamFolderCompleteUploadJson": "the id of an upload",
    "postAdobeFormsAssemblerPdfaConvert": "a PDF",
    "postAdobeFormsAssemblerPdfaValidate": "a PDF",
    "getAdobeFormsBatchOutputConfigNameExecutionId": "the id of an execution",
    "putAdobeFormsBatchOutputConfigNameExecutionIdCancel": "the id of an execution",
}


def request(emulator, path, method, operation, token):
    """Sends the example of an operation."""
    item = emulator.document["paths"][path]
    query = {}
    headers = {}
    # The parameters of the operation go before those of the path.
    for parameter in map(emulator.resolved, operation.get("parameters", []) + item.get("parameters", [])):
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(parameter["example"]))
        elif parameter["in"] == "header":
            headers[parameter["name"]] = parameter["example"]
        elif "example" in parameter:
            query[parameter["name"]] = parameter["example"]
    arguments = {"params": query, "headers": headers, "allow_redirects": False, "timeout": 20}
    if any("bearer" in scheme for scheme in operation.get("security", [])) and token:
        headers["Authorization"] = "Bearer " + token
    content_type, example, media = emulator.body(operation)
    if content_type == "application/json":
        arguments["json"] = example
    elif content_type == "application/x-www-form-urlencoded":
        arguments["data"] = example
    elif content_type == "multipart/form-data":
        arguments["files"] = {
            name: (
                name,
                value if isinstance(value, str) else json.dumps(value),
                media["encoding"][name]["contentType"],
            )
            for name, value in example.items()
        }
    elif content_type:
        arguments["data"] = example
    return emulator.session.request(method.upper(), emulator.url + path, **arguments)


def in_order(operations):
    """Puts what makes things before what uses them, and what removes things last."""

    def rank(operation):
        path, method, _ = operation
        makes = ("/_emu/accounts", "/_emu/clients", "/_emu/people", "/_emu/snapshots", "/_emu/faults")
        if path == "/_emu/reset":
            return 9
        if path.startswith("/ims/logout"):
            # It ends the token of the other examples.
            return 9
        if method == "delete":
            # The whole goes after its parts.
            return 8 + 1 / path.count("/")
        if path.endswith("/restore"):
            return 0.5
        if path.startswith("/graphql/persist.json/"):
            return 0
        if method == "post" and (path in makes or path.endswith("/config")):
            return 0
        return 1 if method in ("post", "put") else 2

    return sorted(operations, key=rank)


def main():
    with Described("contract") as emulator:
        errors = list(OpenAPIV31SpecValidator(emulator.document).iter_errors())
        report("the document is valid OpenAPI 3.1", *(error.message for error in errors))
        operations = list(emulator.operations())
        token = None
        for tag in ("Remote control", None):
            if tag is None:
                token = emulator.prepare()
            chosen = [it for it in operations if (tag in it[2]["tags"]) or (tag is None and "Remote control" not in it[2]["tags"])]
            for path, method, operation in in_order(chosen):
                name = operation["operationId"]
                response = request(emulator, path, method, operation, token)
                problems = emulator.problems(operation, response)
                if (response.status_code >= 400) != (name in REFUSED):
                    problems.append(f"the example gets {response.status_code}: {response.text[:200]}")
                if token and any(scheme == {"bearer": []} for scheme in operation.get("security", [])):
                    anonymous = request(emulator, path, method, operation, None)
                    problems += emulator.problems(operation, anonymous)
                    if operation["security"] == [{"bearer": []}] and anonymous.status_code != 401:
                        problems.append(f"without a token it gets {anonymous.status_code}")
                report(f"{method.upper()} {path} answers its example as described", *problems)
    finish()


main()
