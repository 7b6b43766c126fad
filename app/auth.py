"""From credential to `Actor`: bearer tokens of an OpenID issuer, and API keys of machine clients.

The only file that sees credentials. A token is judged by its signature, issuer, audience and time; what its
bearer may do is no matter of the token but of the grants in the register, read with every question.
"""

import asyncio
import base64
import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import httpx
from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from app.config import Settings
from app.domain.access import MACHINE_ISSUER, Actor
from app.domain.errors import Unauthenticated, Unavailable
from app.queries import actors

ALGORITHMS = ["RS256", "ES256", "Ed25519"]
LEEWAY = 30
KEY_PREFIX = "dangbo_"
DEVELOPMENT_ISSUER = "dangbo:development"
_MOST_REMEMBERED = 10_000
_REFETCH_EVERY = 60.0


def actor_of(issuer: str, subject: str, name: str | None = None) -> Actor:
    """The actor of an issuer and a subject: the same two always give the same id."""
    return Actor(uuid5(NAMESPACE_URL, f"{issuer} {subject}"), issuer, subject, name)


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
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        remembered = self._good.get(digest)
        if remembered is not None and remembered[0] > time.time():
            return remembered[1]
        claims = await self._claims(token)
        name = claims.get("name")
        actor = actor_of(
            claims["iss"], claims["sub"], name[:200] if isinstance(name, str) and name.isprintable() else None
        )
        self._good[digest] = (float(claims["exp"]), actor)
        while len(self._good) > _MOST_REMEMBERED:
            self._good.popitem(last=False)
        return actor

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            issuer = _unproven_issuer(token)
            source = self._issuers[issuer]
            keys = await source.keys()
            try:
                decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (JoseError, ValueError):
                # The issuer may have changed its keys since we fetched them.
                decoded = jwt.decode(token, await source.keys(fresh=True), algorithms=ALGORITHMS)
            jwt.JWTClaimsRegistry(
                leeway=LEEWAY,
                iss={"essential": True, "value": issuer},
                aud={"essential": True, "value": self._audience},
                exp={"essential": True},
                sub={"essential": True},
            ).validate(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise Unauthenticated("token_refused") from None
        subject = decoded.claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 300 or not subject.isprintable():
            raise Unauthenticated("token_refused")
        return dict(decoded.claims)


def _unproven_issuer(token: str) -> str:
    """The issuer a token claims, only to choose the key set that must then prove it."""
    payload = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iss"])


class KeySource:
    """The key set of an issuer, fetched from its address and kept; looked at again at most once a minute."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: jwk.KeySet | None = None
        self._fetched_at = -_REFETCH_EVERY
        self._lock = asyncio.Lock()

    async def keys(self, *, fresh: bool = False) -> jwk.KeySet:
        """The keys; `Unavailable` while the issuer never answered."""
        async with self._lock:
            stale = fresh and time.monotonic() - self._fetched_at > _REFETCH_EVERY
            if self._keys is None or stale:
                try:
                    async with httpx.AsyncClient(timeout=5) as client:
                        answer = await client.get(self._url)
                        self._keys = jwk.KeySet.import_key_set(answer.raise_for_status().json())
                        self._fetched_at = time.monotonic()
                except (httpx.HTTPError, ValueError, JoseError):
                    if self._keys is None:
                        raise Unavailable("issuer_unreachable", retry_after=5) from None
            return self._keys


class DevelopmentKeys(KeySource):
    """This machine's own issuer: one key in the state directory. For the embedded database only."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def keys(self, *, fresh: bool = False) -> jwk.KeySet:
        return jwk.KeySet([self._key()])

    def _key(self) -> jwk.OKPKey:
        if not self._path.exists():
            private = jwk.OKPKey.generate_key("Ed25519", {"kid": "development"}, private=True)
            self._path.touch(mode=0o600)
            self._path.write_text(private.as_pem(private=True).decode())
        return jwk.OKPKey.import_key(self._path.read_text(), {"kid": "development"})

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
        issuers[DEVELOPMENT_ISSUER] = DevelopmentKeys(state_dir / "development-issuer.pem")
    return Tokens(settings.oidc_audience, issuers)


_bearer = HTTPBearer(auto_error=False, description="An access token of the issuer, or an API key `dangbo_…`.")


async def _actor(request: Request, credentials: Annotated[Any, Depends(_bearer)]) -> Actor:
    if credentials is None:
        raise Unauthenticated("no_credential")
    credential: str = credentials.credentials
    request.state.today = today(request)
    actor = (
        await _machine(request, credential)
        if credential.startswith(KEY_PREFIX)
        else await request.app.state.tokens.actor(credential)
    )
    request.scope["actor_id"] = actor.id
    return actor


async def _machine(request: Request, key: str) -> Actor:
    async with request.app.state.database.reading() as connection:
        row = await actors.by_key(connection, hash_of(key), request.state.today)
    if row is None:
        raise Unauthenticated("key_refused")
    return Actor(row["id"], MACHINE_ISSUER, row["subject"], row["name"])


def today(request: Request) -> date:
    """The civil day where the register is kept."""
    zone: ZoneInfo = request.app.state.zone
    return datetime.now(zone).date()


ActorDep = Annotated[Actor, Depends(_actor)]
"""Who asks; 401 without a good credential."""
