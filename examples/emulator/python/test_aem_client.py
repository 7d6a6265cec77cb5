from concurrent.futures import ThreadPoolExecutor

import pytest
from aem_client import AemClient, RequestFailed
from emulator import Emulator

EXCHANGE = "/ims/exchange/jwt"
ASSETS = "/api/assets.json"


@pytest.fixture(scope="session")
def running():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(running):
    running.control("POST", "reset")
    # As an administrator of AEM does it.
    account = running.ready["technical_account_id"]
    running.control("PUT", f"aem/rights/{account}", {"groups": ["forms-users"]})
    return running


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(emulator, waits):
    return AemClient(
        emulator.credentials(), aem=emulator.url, ims=emulator.url, wait=waits.append
    )


def test_one_token_serves_many_calls(client, emulator):
    with ThreadPoolExecutor() as pool:
        folders = list(pool.map(lambda _: client.assets(), range(4)))
    assert [folder["class"] for folder in folders] == [["assets/folder"]] * 4
    emulator.verify(path=EXCHANGE, at_most=1)
    emulator.verify(path=ASSETS, status=200, exactly=4)


def test_outage_of_ims_is_survived(client, emulator, waits):
    fault = {"when": {"path": EXCHANGE, "times": 2}, "then": [{"status": 503}]}
    emulator.control("POST", "faults", fault)
    client.assets()
    assert waits == [1, 2]
    emulator.verify(path=EXCHANGE, status=503, exactly=2)
    emulator.verify(path=EXCHANGE, status=200, exactly=1)


def test_refusal_is_not_repeated(client, emulator):
    fault = {"when": {"path": EXCHANGE}, "then": [{"ims_error": "invalid_client"}]}
    emulator.control("POST", "faults", fault)
    with pytest.raises(RequestFailed, match="invalid_client"):
        client.assets()
    emulator.verify(path=EXCHANGE, exactly=1)


def test_expired_token_is_replaced(client, emulator):
    client.assets()
    emulator.control("POST", "clock/advance", {"seconds": 24 * 60 * 60})
    client.assets()
    emulator.verify(path=EXCHANGE, exactly=2)
    emulator.verify(path=ASSETS, status=401, exactly=1)


def test_exchange_has_the_documented_fields_and_its_token_goes_to_aem(client, emulator):
    client.assets()
    exchange, call = emulator.control("GET", "requests")["requests"]
    names = {field["name"] for field in exchange["fields"]}
    assert names == {"client_id", "client_secret", "jwt_token"}
    assert exchange["client_id"] == emulator.ready["client_id"]
    assert call["token_id"] == exchange["token_id"]
