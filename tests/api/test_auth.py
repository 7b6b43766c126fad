"""Bearer tokens: only a good one of a trusted issuer signs in, and everything else is a 401, never a failure."""

import base64
import hmac
import json
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import RolledBack
from fastapi import FastAPI
from joserfc import jwk, jws, jwt
from make import World

from app import auth
from app.auth import DEVELOPMENT_ISSUER, DevelopmentKeys, Tokens
from app.config import Settings
from app.main import create_app

ISSUER = "https://issuer.test"


class Issuer:
    """An OpenID issuer on this machine: a real HTTP server with a key set that can change."""

    def __init__(self) -> None:
        self.keys = {"first": jwk.RSAKey.generate_key(2048, {"kid": "first"}, private=True)}
        self.published = ["first"]
        self.fetched = 0
        self.status = 200
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.fetched += 1
                self.send_response(issuer.status)
                self.end_headers()
                self.wfile.write(json.dumps(issuer.key_set()).encode())

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def key_set(self) -> dict[str, Any]:
        # Newer kinds of keys stand beside those that are understood.
        unknown = {"kty": "AKP", "kid": "later", "alg": "ML-DSA-44", "pub": "AA"}
        return {"keys": [unknown, *(self.keys[kid].as_dict(private=False) for kid in self.published)]}

    def rotate(self, kid: str) -> None:
        self.keys[kid] = jwk.RSAKey.generate_key(2048, {"kid": kid}, private=True)
        self.published = [kid]

    def token(self, kid: str | None = "first", *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        said = sound() | claims
        said = {name: value for name, value in said.items() if value is not None}
        head = {"alg": "RS256"} | ({"kid": kid} if kid else {}) | (header or {})
        key = self.keys[kid or "first"]
        head = {"typ": "JWT"} | head
        return jws.serialize_compact(head, json.dumps(said), key, algorithms=["RS256", "PS256"])


def sound() -> dict[str, Any]:
    now = int(time.time())
    return {"iss": ISSUER, "sub": "lan", "aud": "dangbo", "iat": now, "exp": now + 600, "name": "Lê Thị Lan"}


@pytest.fixture(scope="module")
def first_issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.server.shutdown()
    issuer.server.server_close()


@pytest.fixture
def issuer(first_issuer: Issuer) -> Issuer:
    first_issuer.published, first_issuer.fetched, first_issuer.status = ["first"], 0, 200
    return first_issuer


@pytest.fixture
def service(issuer: Issuer, database: RolledBack, state_dir: Path) -> FastAPI:
    """The service as a province runs it: tokens of its own issuer, none of the machine's."""
    return create_app(Settings(oidc_issuer=ISSUER, oidc_jwks_url=issuer.url), database, state_dir)


async def ask(
    service: FastAPI, token: str | bytes, method: str = "GET", path: str = "/v1/me"
) -> httpx.Response:
    value = b"Bearer " + (token.encode() if isinstance(token, str) else token)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service), base_url="http://register"
    ) as client:
        return await client.request(method, path, headers={b"Authorization": value})


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unsigned(header: Any, payload: Any, signature: str = "") -> str:
    return f"{encoded(header)}.{encoded(payload)}.{signature}"


def mutants(issuer: Issuer) -> dict[str, str]:
    """Tokens that are almost good."""
    now = int(time.time())
    good = issuer.token()
    head, payload, signature = good.split(".")
    stranger = jwk.RSAKey.generate_key(2048, {"kid": "first"}, private=True)
    public = issuer.keys["first"].as_pem(private=False)
    by_secret = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{encoded(sound())}"
    with_public_key = f"{by_secret}.{encoded(hmac.digest(public, by_secret.encode(), 'sha256'))}"
    endless = encoded(b'{"iss":' + b"9" * 5000 + b"}")
    claims = {
        "wrong audience": {"aud": "another"},
        "audiences without ours": {"aud": ["another", "third"]},
        "no audience": {"aud": None},
        "empty audience": {"aud": []},
        "wrong issuer": {"iss": "https://issuer.test.evil"},
        "no issuer": {"iss": None},
        "issuer in a list": {"iss": [ISSUER]},
        "expired": {"exp": now - 31},
        "no expiry": {"exp": None},
        "expiry as text": {"exp": str(now + 600)},
        "expiry true": {"exp": True},
        "expiry not a number": {"exp": float("nan")},
        "never to expire": {"exp": float("inf")},
        "not yet valid": {"nbf": now + 60},
        "not before as text": {"nbf": "tomorrow"},
        "issued in the future": {"iat": now + 60},
        "no subject": {"sub": None},
        "empty subject": {"sub": ""},
        "numeric subject": {"sub": 7},
        "subject too long": {"sub": "x" * 301},
        "subject with a control character": {"sub": "la\nn"},
        "subject with a null": {"sub": "lan\x00"},
        "subject with a space after": {"sub": "lan "},
        "subject not composed": {"sub": "Le\u0302"},
        "subject with half a character": {"sub": "\ud800"},
    }
    return {name: issuer.token(**changed) for name, changed in claims.items()} | {
        "algorithm none": unsigned({"alg": "none", "typ": "JWT"}, sound()),
        "algorithm None": unsigned({"alg": "None", "kid": "first"}, sound(), signature),
        "the public key as a shared secret": with_public_key,
        "an algorithm not offered": issuer.token(header={"alg": "PS256"}),
        "unknown key": issuer.token(header={"kid": "unknown"}),
        "a path as key": issuer.token(header={"kid": "../../etc/passwd"}),
        "another key": jwt.encode({"alg": "RS256", "kid": "first"}, sound(), stranger, algorithms=["RS256"]),
        "its own key": unsigned(
            {"alg": "RS256", "jwk": stranger.as_dict(private=False)},
            sound(),
            jwt.encode({"alg": "RS256"}, sound(), stranger).split(".")[2],
        ),
        "critical extension": issuer.token().replace(
            head, encoded({"alg": "RS256", "kid": "first", "crit": ["exp"]})
        ),
        "another type": issuer.token(header={"typ": "logout+jwt"}),
        "tampered payload": f"{head}.{encoded(sound() | {'sub': 'root'})}.{signature}",
        "tampered signature": f"{head}.{payload}.{signature[:-4]}AAAA",
        "no signature": f"{head}.{payload}.",
        "truncated": good[:-10],
        "without its end": f"{head}.{payload}",
        "the head alone": head,
        "a fourth part": f"{good}.x",
        "five parts": f"{head}.{payload}.{signature}.x.y",
        "dots": "...",
        "one letter": "x",
        "payload not base64": f"{head}.%%%.{signature}",
        "payload not JSON": f"{head}.{encoded(b'{')}.{signature}",
        "payload not UTF-8": f"{head}.{encoded(bytes([255, 254, 253]))}.{signature}",
        "payload a list": f"{head}.{encoded([1])}.{signature}",
        "payload a number": f"{head}.{encoded(7)}.{signature}",
        "payload null": f"{head}.{encoded(None)}.{signature}",
        "payload nested without end": f"{head}.{encoded(b'[' * 5000)}.{signature}",
        "payload with a number without end": f"{head}.{endless}.{signature}",
        "head not JSON": f"{encoded(b'x')}.{payload}.{signature}",
        "head a list": f"{encoded(['alg'])}.{payload}.{signature}",
        "head text": f"{encoded('alg')}.{payload}.{signature}",
        "algorithm a list": f"{encoded({'alg': ['RS256']})}.{payload}.{signature}",
        "algorithm an object": f"{encoded({'alg': {}, 'kid': 'first'})}.{payload}.{signature}",
        "key a list": f"{encoded({'alg': 'RS256', 'kid': ['first']})}.{payload}.{signature}",
        "head nested without end": f"{encoded(b'[' * 5000)}.{payload}.{signature}",
        "longer than any token": issuer.token(name="x" * 9000),
        "an unknown API key": "dangbo_" + "x" * 43,
        "the beginning of an API key": "dangbo_",
    }


def refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:dangbo:problem:unauthenticated"


async def test_a_good_token_signs_in(service: FastAPI, issuer: Issuer) -> None:
    me = await ask(service, issuer.token())
    assert me.status_code == 200, me.text
    assert (me.json()["actor"]["issuer"], me.json()["actor"]["subject"]) == (ISSUER, "lan")
    assert me.json()["actor"]["name"] == "Lê Thị Lan"
    for soundly in (
        {"aud": ["another", "dangbo"]},
        {"exp": int(time.time()) - 5},
        {"exp": 10**400},
        {"nbf": int(time.time()) + 5},
    ):
        assert (await ask(service, issuer.token(**soundly))).status_code == 200
    assert (await ask(service, issuer.token(kid=None))).status_code == 200
    assert (await ask(service, issuer.token(header={"typ": "at+JWT"}))).status_code == 200


async def test_whatever_is_less_than_a_good_token_is_refused(service: FastAPI, issuer: Issuer) -> None:
    for name, token in mutants(issuer).items():
        answer = await ask(service, token.encode("utf-8", "surrogatepass"))
        assert answer.status_code == 401, name
        refused(answer)


async def test_every_route_of_the_contract_refuses_them(service: FastAPI, issuer: Issuer) -> None:
    made = mutants(issuer)
    some = [
        "algorithm none",
        "the public key as a shared secret",
        "expired",
        "payload a list",
        "an unknown API key",
    ]
    nothing = "00000000-0000-7000-8000-000000000000"
    asked = 0
    for path, operations in service.openapi()["paths"].items():
        if not path.startswith("/v1"):
            continue
        address = "/".join(nothing if "{" in part else part for part in path.split("/"))
        for method in operations:
            for name in some:
                answer = await ask(service, made[name], method.upper(), address)
                assert answer.status_code == 401, (method, path, name)
                refused(answer)
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(service), base_url="http://register"
            ) as client:
                refused(await client.request(method.upper(), address))
            asked += 1
    assert asked > 5


async def test_who_may_not_ask_is_told_nothing_of_what_else_is_wrong(service: FastAPI) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service), base_url="http://register"
    ) as client:
        refused(await client.get("/v1/members", params={"unknown": "1", "on": "never"}))
        refused(await client.post("/v1/members", content=b"{", headers={"Content-Type": "application/json"}))


@pytest.mark.parametrize(
    "header", [b"", b"Bearer", b"Bearer ", b"Basic bGFuOmxhbg==", b"\xff\xfe", b"Bearer \xff\xff.\xe9.x"]
)
async def test_other_credentials_are_none(service: FastAPI, header: bytes) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service), base_url="http://register"
    ) as client:
        refused(await client.get("/v1/me", headers={b"Authorization": header}))


async def test_no_garbled_token_is_a_failure(service: FastAPI, issuer: Issuer) -> None:
    chance = random.Random(7)
    good = issuer.token()
    for _ in range(300):
        garbled = bytearray(good.encode())
        for _ in range(chance.randint(1, 4)):
            garbled[chance.randrange(len(garbled))] = chance.choice(b'AZaz09-_.+/= {}"\xe9')
        if bytes(garbled) != good.encode():
            refused(await ask(service, bytes(garbled)))


async def test_a_name_that_the_register_cannot_keep_is_left_out(service: FastAPI, issuer: Issuer) -> None:
    for name in (" ", "", "x" * 201, "a\nb", 7, ["x"], "\ud800"):
        answer = await ask(service, issuer.token(name=name))
        assert (answer.status_code, answer.json()["actor"]["name"]) == (200, None)
    decomposed = await ask(service, issuer.token(name=" Le\u0302 Thi\u0323 Lan "))
    assert decomposed.json()["actor"]["name"] == "Lê Thị Lan"


async def test_the_machines_own_issuer_is_trusted_only_where_the_settings_say_so(
    service: FastAPI, app: FastAPI, state_dir: Path
) -> None:
    own = DevelopmentKeys(state_dir / auth.DEVELOPMENT_KEY_FILE).sign(
        "lan", "dangbo", None, timedelta(hours=1)
    )
    assert (await ask(app, own)).status_code == 200
    refused(await ask(service, own))


async def test_the_keys_of_one_issuer_prove_no_token_of_another(
    issuer: Issuer, database: RolledBack, state_dir: Path
) -> None:
    both = create_app(
        Settings(oidc_issuer=ISSUER, oidc_jwks_url=issuer.url, development_issuer=True), database, state_dir
    )
    assert (await ask(both, issuer.token())).status_code == 200
    refused(await ask(both, issuer.token(iss=DEVELOPMENT_ISSUER)))


async def test_a_rotated_key_is_fetched_when_first_met_and_at_most_once_a_minute(
    service: FastAPI, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: clock[0])
    assert (await ask(service, issuer.token())).status_code == 200
    assert issuer.fetched == 1
    clock[0] += 61
    issuer.rotate("second")
    assert (await ask(service, issuer.token("second"))).status_code == 200
    assert issuer.fetched == 2
    for _ in range(5):
        refused(await ask(service, issuer.token("second", header={"kid": "unknown"})))
    assert issuer.fetched == 2
    clock[0] += 61
    refused(await ask(service, issuer.token("second", header={"kid": "unknown"})))
    refused(await ask(service, issuer.token("second", header={"kid": "unknown"})))
    assert issuer.fetched == 3


async def test_a_withdrawn_key_proves_nothing_after_ten_minutes(
    service: FastAPI, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: clock[0])
    assert (await ask(service, issuer.token())).status_code == 200
    issuer.rotate("third")
    clock[0] += 601
    refused(await ask(service, issuer.token(sub="another")))


async def test_while_the_issuer_never_answered_nobody_knows_and_later_failures_change_nothing(
    service: FastAPI, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(auth.time, "monotonic", lambda: clock[0])
    issuer.status = 500
    for _ in range(3):
        answer = await ask(service, issuer.token())
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert issuer.fetched == 1
    issuer.status, clock[0] = 200, clock[0] + 6
    assert (await ask(service, issuer.token())).status_code == 200
    issuer.status, clock[0] = 500, clock[0] + 601
    assert (await ask(service, issuer.token(sub="another"))).status_code == 200


async def test_a_remembered_token_ends_with_its_expiry_and_is_judged_anew_every_minute(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Tokens("dangbo", {ISSUER: auth.KeySource(issuer.url)})
    judged = 0
    claims_of = judge._claims

    async def counted(token: str) -> dict[str, Any]:
        nonlocal judged
        judged += 1
        return await claims_of(token)

    monkeypatch.setattr(judge, "_claims", counted)
    start = time.time()
    clock = [start]
    monkeypatch.setattr(auth.time, "time", lambda: clock[0])
    token = issuer.token(exp=int(start) + 90)
    for later, times in ((0, 1), (59, 1), (61, 2), (85, 2)):
        clock[0] = start + later
        await judge.actor(token)
        assert judged == times
    clock[0] = start + 90 + auth.LEEWAY + 1
    with pytest.raises(auth.Unauthenticated):
        await judge.actor(token)


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    path = tmp_path / "issuer.pem"
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(DevelopmentKeys(path)._key().thumbprint()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1 and len(found) == 8
    assert path.stat().st_mode & 0o777 == 0o600 and len(list(tmp_path.iterdir())) == 1


async def test_a_token_says_nothing_about_what_its_bearer_may(
    service: FastAPI, issuer: Issuer, world: World
) -> None:
    token = issuer.token(role="admin", roles=["admin"], scope="admin", organization_id=str(world["province"]))
    assert (await ask(service, token)).json()["roles"] == []
    assert (await ask(service, token, path=f"/v1/organizations/{world['province']}")).status_code == 404
