"""Credentials as Adobe's consoles hand them out, and the certificates of a TLS server."""

import datetime
import ipaddress
import secrets
import uuid

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)


def pem(key, form=serialization.PrivateFormat.TraditionalOpenSSL, passphrase=None):
    encryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    return key.private_bytes(serialization.Encoding.PEM, form, encryption).decode()


def crlf(text):
    return text.replace("\n", "\r\n")


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(subject, public_key, issuer, signer, *extensions, days=365):
    builder = x509.CertificateBuilder(
        subject_name=named(subject),
        issuer_name=named(issuer),
        public_key=public_key,
        serial_number=x509.random_serial_number(),
        not_valid_before=NOW - DAY,
        not_valid_after=NOW + days * DAY,
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


class Account:
    """A technical account: its data at IMS, and the document that its owner downloads."""

    def __init__(self, number=0, metascopes=("ent_aem_cloud_api",)):
        self.client_id = f"cm-p11111-e22222-integration-{number}"
        # These characters break a body that is not percent-encoded.
        self.client_secret = f"p8e-{secrets.token_urlsafe(12)}+/&=%ü{secrets.token_urlsafe(12)}"
        self.id = secrets.token_hex(12).upper() + "@techacct.adobe.com"
        self.email = f"{uuid.uuid4()}@techacct.adobe.com"
        self.org = secrets.token_hex(12).upper() + "@AdobeOrg"
        self.metascopes = tuple(metascopes)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = certificate(
            self.client_id, self.key.public_key(), self.client_id, self.key, (x509.BasicConstraints(True, None), False)
        )

    def integration(self, endpoint, **changes):
        """The form with several technical accounts, from 2023 on."""
        return {
            "imsEndpoint": endpoint,
            "metascopes": ",".join(self.metascopes),
            "technicalAccount": {"clientId": self.client_id, "clientSecret": self.client_secret},
            "email": self.email,
            "id": self.id,
            "org": self.org,
            "privateKey": crlf(pem(self.key)),
            "publicKey": crlf(self.certificate.public_bytes(serialization.Encoding.PEM).decode()),
            "certificateExpirationDate": self.certificate.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        } | changes

    def document(self, endpoint, **changes):
        return {"ok": True, "integration": self.integration(endpoint, **changes), "statusCode": 200}

    def old_document(self, endpoint):
        """The form with one technical account, until 2023."""
        document = self.document(endpoint)
        del document["integration"]["certificateExpirationDate"]
        return document


class Client:
    """A client of OAuth server-to-server: its data at IMS, and the documents that its owner may have."""

    def __init__(self):
        self.client_id = secrets.token_hex(16)
        # Two secrets are valid during a rotation. Their characters break a body that is not percent-encoded.
        self.client_secrets = [f"p8e-{secrets.token_urlsafe(12)}+/&=%ü{secrets.token_urlsafe(12)}" for _ in range(2)]
        self.id = secrets.token_hex(12).upper() + "@techacct.adobe.com"
        self.email = f"{uuid.uuid4()}@techacct.adobe.com"
        self.org = secrets.token_hex(12).upper() + "@AdobeOrg"
        self.scopes = ("AdobeID", "openid", "read_organizations", "additional_info.projectedProductContext")
        self.may_ask = True

    def document(self, **changes):
        """The download of the Adobe Developer Console."""
        return {
            "CLIENT_SECRETS": self.client_secrets[:1],
            "CLIENT_ID": self.client_id,
            "ORG_ID": self.org,
            "SCOPES": list(self.scopes),
        } | changes

    def tutorial(self, host):
        """The file of Adobe's tutorials, which names the endpoint."""
        return {
            "clientId": self.client_id,
            "clientSecret": self.client_secrets[0],
            "adobeIMSV3TokenEndpointURL": f"https://{host}/ims/token/v3",
            "scopes": ", ".join(self.scopes),
        }

    def aio(self):
        """A context of aio."""
        return {
            "client_id": self.client_id,
            "client_secrets": self.client_secrets[:1],
            "technical_account_id": self.id,
            "technical_account_email": self.email,
            "scopes": list(self.scopes),
            "ims_org_id": self.org,
        }

    def workspace(self):
        """The download of a workspace."""
        credential = {name: value for name, value in self.aio().items() if name != "ims_org_id"}
        details = {
            "credentials": [
                {
                    "id": "1",
                    "name": "interop",
                    "integration_type": "oauth_server_to_server",
                    "oauth_server_to_server": credential,
                }
            ],
            "services": [],
        }
        return {
            "project": {
                "id": "2",
                "name": "interop",
                "org": {"id": "3", "name": "interop", "ims_org_id": self.org},
                "workspace": {"id": "4", "name": "Production", "details": details},
            }
        }


class Authority:
    """A CA of this run."""

    def __init__(self, name):
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = certificate(
            name,
            self.key.public_key(),
            name,
            self.key,
            (x509.BasicConstraints(True, 0), True),
            (x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False),
        )

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def leaf(self, *names):
        """Key and certificate of a server, as one PEM text."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = [
            x509.IPAddress(ipaddress.ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names
        ]
        leaf = certificate(
            names[0],
            key.public_key(),
            self.name,
            self.key,
            (x509.BasicConstraints(False, None), True),
            (x509.SubjectAlternativeName(alternatives), False),
            (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
            (x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False),
            days=90,
        )
        return pem(key, serialization.PrivateFormat.PKCS8) + leaf.public_bytes(serialization.Encoding.PEM).decode()
