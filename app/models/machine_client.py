"""Machine clients: systems that sign in with an API key. Their tables are `Actor` and `ApiKey`."""

from pydantic import Field as Bounds

from app.models.access import ActorName, PermittedAction
from app.models.page import Page
from app.models.scalars import Day, Id, KnownAt, Name, Note, Shape

MOST_KEYS = 10
"""Living keys that a machine client may have at once: enough to change them without a pause."""


class MachineClientNew(Shape):
    """A system, and the organization that answers for it."""

    name: ActorName
    organization_id: Id


class MachineKeyRead(Shape):
    """A living key, without the key itself: that is told once, when it is made."""

    id: Id
    expires_on: Day | None = Bounds(description="The first day on which it no longer signs in.")


class MachineClientItem(Shape):
    """A machine client. Its `id` is the `actor_id` that grants name."""

    id: Id
    name: ActorName
    organization_id: Id
    organization_name: Name | None
    keys: list[MachineKeyRead] = Bounds(
        max_length=MOST_KEYS, description="Neither revoked nor expired today."
    )


class MachineClientPage(Page[MachineClientItem]):
    """One page of machine clients."""


class MachineClientRead(MachineClientItem):
    """One machine client."""

    on: Day
    known_at: KnownAt
    actions: list[PermittedAction] = Bounds(max_length=50)


class MachineKeyNew(Shape):
    """How long the key shall sign in; without a day, until it is revoked."""

    expires_on: Day | None = None


class MachineKeyMade(MachineKeyRead):
    """A new key. The register keeps only its hash: nobody can be told it again."""

    key: str = Bounds(min_length=50, max_length=60, examples=["dangbo_" + "A" * 43])


class MachineKeyRevocation(Shape):
    """Why a key shall sign in no longer."""

    reason: Note | None = None
