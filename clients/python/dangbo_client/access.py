"""Who may do what: grants of a role on an organization and all below it, machine clients, oneself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant, Period
from dangbo_client.writing import Decision, act, correction


@dataclass(frozen=True, slots=True, kw_only=True)
class PermittedAction:
    """Something that can be done with a resource, and whether you may; if not, the refusal's code, `reason`."""

    action: str
    allowed: bool
    reason: str | None = None
    roles_that_may: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStep:
    """A step that there is now, and whether you may take it; if not, `code` and `roles_that_may` say why.

    `not_until` is a day it must lie after.
    """

    step: str
    who: str
    allowed: bool
    code: str | None = None
    roles_that_may: tuple[str, ...] | None = None
    not_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a person of an issuer, or a machine client."""

    id: str
    issuer: str
    subject: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownActor:
    """An actor by id; the only way to name a machine client."""

    actor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedActor:
    """A person by the issuer and subject of their tokens; they need not have signed in before."""

    issuer: str
    subject: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """A role on an organization and all below it, from a day up to, not including, another."""

    actor: KnownActor | NamedActor
    role: str
    organization_id: str
    from_: Day
    to: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantItem:
    """A grant as lists show it; several periods where a part was struck out, none where all was."""

    id: str
    actor: Actor
    role: str
    organization_id: str
    organization_name: str | None
    periods: tuple[Period, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(GrantItem):
    """One grant."""

    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one of several was refused, as the problem it would have been alone."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    pointer: str
    rule: str | None = None
    value: Any = None
    source: str | None = None
    records: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantResult:
    """What became of one wanted grant: the grant, or the refusal."""

    grant: GrantItem | None = None
    refusal: Refusal | None = None


class Grants(Resource):
    """`client.grants`. `on` defaults to today, `known_at` to now."""

    @reads("grants")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        actor: str | None = None,
        role: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[GrantItem]:
        """Grants that hold on a day, in the order in which they were made."""

    @reads("grants/{grant_id}")
    def get(self, grant_id: str, *, on: Day | None = None, known_at: Instant | None = None) -> Grant:
        """One grant with its periods, whether or not it holds on the day."""

    def create(
        self,
        *wanted: NewGrant,
        each: bool = False,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> tuple[GrantResult, ...]:
        """Make up to 200 grants in one act: all or none of them; with `each`, every one for itself."""
        said = {
            "grants": [
                {
                    "actor": one.actor,
                    "role": one.role,
                    "organization_id": one.organization_id,
                    "valid": {"from": one.from_, "to": one.to},
                }
                for one in wanted
            ],
            "bulk": "each" if each else "all_or_nothing",
        }
        return self._write(tuple[GrantResult, ...], ("grants",), act(reason, decisions, said))

    @writes("grants/{grant}/endings")
    def end(
        self,
        grant: Grant,
        *,
        ended_on: Day,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
    ) -> Grant:
        """End a grant; `ended_on` is the first day on which it no longer holds, today or later."""

    def correct(
        self, grant: Grant, *, from_: Day, to: Day | None = None, reason: str, evidence: str | None = None
    ) -> Grant:
        """Strike a grant out from a day up to, not including, another: it was recorded in error."""
        path = ("grants", grant.id, "corrections")
        return self._write(Grant, path, correction(from_, to, reason, evidence), grant)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedOrganization:
    """An organization that tops a branch within your reach."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who you are to the register, and what you hold today."""

    actor: Actor
    on: date
    roles: tuple[str, ...]
    reach: tuple[ReachedOrganization, ...]
    grants: tuple[GrantItem, ...]
