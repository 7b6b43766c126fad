"""Machine clients: systems that sign in with an API key, and the keys."""

from dataclasses import dataclass, field
from datetime import date, datetime

from dangbo_client.access import PermittedAction
from dangbo_client.lists import Listing
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineKey:
    """A living key, without the key itself; on `expires_on` it no longer signs in."""

    id: str
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMachineKey(MachineKey):
    """A new key, told this once: the register keeps only its hash."""

    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineClientItem:
    """A machine client. Its `id` is the `actor_id` that grants name."""

    id: str
    name: str
    organization_id: str
    organization_name: str | None
    keys: tuple[MachineKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineClient(MachineClientItem):
    """One machine client."""

    on: date
    known_at: datetime | None
    actions: tuple[PermittedAction, ...]


class MachineClients(Resource):
    """`client.machine_clients`."""

    @reads("machine-clients")
    def list(
        self,
        *,
        within: str | None = None,
        organization: str | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[MachineClientItem]:
        """Machine clients in the order in which they were made, each with its living keys."""

    @reads("machine-clients/{machine_client_id}")
    def get(self, machine_client_id: str) -> MachineClient:
        """One machine client with its living keys."""

    @writes("machine-clients")
    def create(self, *, name: str, organization_id: str) -> MachineClient:
        """Make a machine client that an organization answers for; it can do nothing until granted a role."""

    @writes("machine-clients/{machine_client_id}/keys")
    def create_key(self, machine_client_id: str, *, expires_on: Day | None = None) -> NewMachineKey:
        """Make one more key. Where its answer was lost on the way, `Conflict`: revoke it and make another."""

    @writes("machine-clients/{machine_client_id}/keys/{key_id}/revocations")
    def revoke_key(self, machine_client_id: str, key_id: str, *, reason: str | None = None) -> MachineClient:
        """Take a key back: the next request that names it is refused."""
