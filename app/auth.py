"""From credential to `Actor`: bearer tokens of an OpenID issuer, and API keys of machine clients.

The only file that sees credentials. A token is judged by its signature, issuer, audience and time; what its
bearer may do is no matter of the token but of the grants in the register, read with every question.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import secrets
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
import structlog
from fastapi import Depends, Request
from joserfc import jwk, jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

from app import clock
from app.config import Settings
from app.domain.access import MACHINE_ISSUER, Actor, actor_of
from app.domain.errors import Unauthenticated, Unavailable
from app.queries import actors

log = structlog.get_logger()

ALGORITHMS = ["RS256", "ES256", "Ed25519"]
TYPES = {"jwt", "at+jwt", "application/at+jwt"}
LONGEST_TOKEN = 8192
LEEWAY = 30
KEY_PREFIX = "dangbo_"
DEVELOPMENT_ISSUER = "dangbo:development"
DEVELOPMENT_KEY_FILE = "development-issuer.pem"

_MOST_REMEMBERED = 10_000
_REMEMBERED_FOR = 60.0
"""Seconds; with `_KEPT_FOR` the longest that a token outlives the withdrawal of its key."""

_REFETCH_EVERY = 60.0
_RETRY_EVERY = 5.0
_KEPT_FOR = 600.0

_UNSOUND = (JoseError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""All that a hostile token makes its readers raise."""


def new_key() -> tuple[str, bytes]:
    """A fresh API key (256 random bits) and what of it is stored."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    return key, hash_of(key)


def hash_of(key: str) -> bytes:
    """What is stored of an API key: its SHA-256, enough for a key of full entropy."""
    return hashlib.sha256(key.encode()).digest()


class Tokens:
    """Judges bearer tokens against the key sets of the issuers it trusts; remembers those it found good."""

    def __init__(self, audience: str, issuers: Mapping[str, "KeySource"]) -> None:
        self._audience = audience
        self._issuers = issuers
        self._good: OrderedDict[bytes, tuple[float, Actor]] = OrderedDict()

    async def actor(self, token: str) -> Actor:
        """The token's bearer; `Unauthenticated` for anything less than a good token of a trusted issuer."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise Unauthenticated("token_refused")
        digest = hashlib.sha256(token.encode()).digest()
        remembered = self._good.get(digest)
        if remembered is not None and remembered[0] > time.time():
            return remembered[1]
        claims = await self._claims(token)
        actor = actor_of(claims["iss"], claims["sub"], _plain_name(claims.get("name")))
        self._good[digest] = (min(claims["exp"], time.time() + _REMEMBERED_FOR), actor)
        self._good.move_to_end(digest)
        while len(self._good) > _MOST_REMEMBERED:
            self._good.popitem(last=False)
        return actor

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            issuer = _unproven_issuer(token)
            source = self._issuers[issuer]
            try:
                decoded = jwt.decode(token, await source.keys(), algorithms=ALGORITHMS)
            except (BadSignatureError, InvalidKeyIdError):
                # The issuer may have changed its keys since we fetched them.
                decoded = jwt.decode(token, await source.keys(fresh=True), algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": issuer},
                aud={"essential": True, "value": self._audience},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(decoded.claims)
            sound = decoded.header.get("typ", "JWT").lower() in TYPES and _is_plain(
                decoded.claims["sub"], 300
            )
        except _UNSOUND:
            raise Unauthenticated("token_refused") from None
        if not sound:
            raise Unauthenticated("token_refused")
        return dict(decoded.claims)


def _unproven_issuer(token: str) -> str:
    """The issuer a token claims, only to choose the key set that must then prove it."""
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iss"])


def _is_plain(text: str, longest: int) -> bool:
    """Whether the register can keep the text as it is (`app.models.fact.clean_text`)."""
    unchanged = text == unicodedata.normalize("NFC", text).strip()
    return unchanged and text.isprintable() and 0 < len(text) <= longest


def _plain_name(claim: object) -> str | None:
    """A name claim as the register can keep it; None for anything else."""
    if not isinstance(claim, str):
        return None
    name = unicodedata.normalize("NFC", claim).strip()
    return name if _is_plain(name, 200) else None


class KeySource:
    """The key set of an issuer, fetched from its address and kept for ten minutes.

    A token that the kept keys do not prove makes it look again, at most once a minute; keys that cannot be
    fetched anew are kept. While an issuer has never answered it is asked every five seconds at most.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: jwk.KeySet | None = None
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def keys(self, *, fresh: bool = False) -> jwk.KeySet:
        """The keys; `Unavailable` while the issuer never answered."""
        if self._keys is None or self._is_due(fresh):
            async with self._lock:
                if self._is_due(fresh):
                    await self._fetch()
        if self._keys is None:
            raise Unavailable("issuer_unreachable", retry_after=5)
        return self._keys

    def _is_due(self, fresh: bool) -> bool:
        wait = _RETRY_EVERY if self._keys is None else _REFETCH_EVERY if fresh else _KEPT_FOR
        return time.monotonic() - self._tried_at >= wait

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()  # first, so that nobody who has keys waits for the answer
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                answer = await client.get(self._url)
            self._keys = jwk.KeySet.import_key_set(answer.raise_for_status().json())
        except (httpx.HTTPError, *_UNSOUND) as error:
            log.warning("issuer_keys_not_fetched", error=type(error).__name__)


class DevelopmentKeys(KeySource):
    """This machine's own issuer: one key in the state directory. For the embedded database only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def keys(self, *, fresh: bool = False) -> jwk.KeySet:
        return jwk.KeySet([self._key()])

    def _key(self) -> jwk.OKPKey:
        if not self._path.exists():
            self._make()
        return jwk.OKPKey.import_key(self._path.read_text(), {"kid": "development"})

    def _make(self) -> None:
        """Make the key whole before it gets its name, so that processes that start together share one."""
        private = jwk.OKPKey.generate_key("Ed25519", {"kid": "development"}, private=True)
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(private.as_pem(private=True).decode())
        with contextlib.suppress(FileExistsError):
            os.link(draft, self._path)
        draft.unlink()

    def sign(self, subject: str, audience: str, name: str | None, lifetime: timedelta) -> str:
        """A token of this issuer."""
        now = datetime.now(UTC)
        claims = {
            "iss": DEVELOPMENT_ISSUER,
            "sub": subject,
            "aud": audience,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        if name:
            claims["name"] = name
        return jwt.encode(
            {"alg": "Ed25519", "kid": "development"}, claims, self._key(), algorithms=["Ed25519"]
        )


def tokens(settings: Settings, state_dir: Path | None) -> Tokens:
    """The judge of tokens that the settings ask for."""
    issuers: dict[str, KeySource] = {}
    if settings.oidc_issuer and settings.oidc_jwks_url:
        issuers[settings.oidc_issuer] = KeySource(settings.oidc_jwks_url)
    if settings.development_issuer and state_dir is not None:
        issuers[DEVELOPMENT_ISSUER] = DevelopmentKeys(state_dir / DEVELOPMENT_KEY_FILE)
    return Tokens(settings.oidc_audience, issuers)


async def authenticated(request: Request) -> Actor:
    """Who asks; found once per request, before anything else is done for it. 401 without a good credential.

    A plain function and not a chain of dependencies: each link would cost every request tens of microseconds.
    """
    known: Actor | None = getattr(request.state, "actor", None)
    if known is not None:
        return known
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise Unauthenticated("no_credential")
    request.state.today = today(request)
    actor = (
        await _machine(request, credential)
        if credential.startswith(KEY_PREFIX)
        else await request.app.state.tokens.actor(credential)
    )
    request.scope["actor_id"] = actor.id
    request.state.actor = actor
    return actor


async def _machine(request: Request, key: str) -> Actor:
    async with request.app.state.database.reading() as connection:
        row = await actors.by_key(connection, hash_of(key), request.state.today)
    if row is None:
        raise Unauthenticated("key_refused")
    return Actor(row["id"], MACHINE_ISSUER, row["subject"], row["name"])


def today(request: Request) -> date:
    """The civil day where the register is kept."""
    return clock.today(request.app.state.zone)


ActorDep = Annotated[Actor, Depends(authenticated)]
"""Who asks; 401 without a good credential."""
