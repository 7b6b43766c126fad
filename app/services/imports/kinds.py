"""The kinds of imports: each resource that files may bring is registered here, under its word (`ImportKind`)."""

from collections.abc import Mapping

from app.domain.access import roles_for
from app.domain.imports import ImportKind
from app.services.imports.external_ids import EXTERNAL_IDS
from app.services.imports.kind import Kind
from app.services.imports.meetings import MEETINGS
from app.services.imports.members import MEMBERS
from app.services.imports.memberships import MEMBERSHIPS
from app.services.imports.organizations import ORGANIZATIONS
from app.services.imports.seats import SEATS
from app.services.imports.transfers import TRANSFERS

KINDS: Mapping[ImportKind, Kind] = {
    ImportKind.ORGANIZATIONS: ORGANIZATIONS,
    ImportKind.MEMBERS: MEMBERS,
    ImportKind.MEMBERSHIPS: MEMBERSHIPS,
    ImportKind.SEATS: SEATS,
    ImportKind.MEETINGS: MEETINGS,
    ImportKind.TRANSFERS: TRANSFERS,
    ImportKind.EXTERNAL_IDS: EXTERNAL_IDS,
}
"""In the order in which a new register takes them in."""


def roles_by_kind() -> dict[ImportKind, list[str]]:
    """The roles that may import each kind, for SQL that filters by reach."""
    return {name: roles_for(kind.action) for name, kind in KINDS.items()}
