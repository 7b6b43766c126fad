"""Every column of the schema that names an organization or a member: what hangs on it, and what it touches.

The one list of them, which reversals, merges and the noting of what an act touched follow. Some of the columns have no
foreign key: of those that follow or are derived, and of policies, whose scope may be the nation.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum
from typing import NamedTuple

from app.queries.facts import TABLES, FactTable


class Identity(StrEnum):
    """What can be named, by its column."""

    ORGANIZATION = "organization.id"
    MEMBER = "member.id"


class Bond(Enum):
    """What becomes of a row where what it names is to be no more, or another."""

    BLOCKS = "blocks"
    """It rests on what it names: while it stands, what brought that into being is not taken back (R-REV-1)."""
    FOLLOWS = "follows"
    """It tells what was done, sent or asked, which stays so whatever becomes of what it names."""
    DERIVED = "derived"
    """It is worked out from facts, and anew with them."""


class Touch(Enum):
    """What it means for an operation to write a fact, or to take it back, in which a column names somebody."""

    CHANGES = "changes"
    """The fact is theirs: they gain a version."""
    CONCERNS = "concerns"
    """It is of something else and concerns them."""
    NOTHING = "nothing"
    """Nothing: it is said of somebody else, or another column of the row says the same."""


class Naming(NamedTuple):
    """How one column names."""

    bond: Bond
    touch: Touch = Touch.NOTHING


_OWN = Naming(Bond.BLOCKS, Touch.CHANGES)
_NAMED = Naming(Bond.BLOCKS, Touch.CONCERNS)
_RESTING = Naming(Bond.BLOCKS)
_TOLD = Naming(Bond.FOLLOWS)
_DERIVED = Naming(Bond.DERIVED)

NAMINGS: Mapping[Identity, Mapping[str, Naming]] = {
    Identity.ORGANIZATION: {
        "organization_name.organization_id": _OWN,
        "organization_type.organization_id": _OWN,
        "organization_code.organization_id": _OWN,
        "organization_sector.organization_id": _OWN,
        "organization_opening.organization_id": _OWN,
        "organization_authority.organization_id": _OWN,
        "organization_external_id.organization_id": _OWN,
        "placement.organization_id": _OWN,
        "placement.parent_id": _NAMED,
        "membership.cell_id": _NAMED,
        "committee.organization_id": _NAMED,
        "meeting.organization_id": _NAMED,
        "ballot.organization_id": _RESTING,  # of an act about a member: a body over the cell, whose path names it
        "transfer.from_cell_id": _NAMED,
        "transfer.to_organization_id": _NAMED,
        "transfer.to_cell_id": _NAMED,
        "access_grant.organization_id": _NAMED,
        "policy.scope_id": _NAMED,
        "lineage.source_id": _NAMED,
        "lineage.target_id": _NAMED,
        "roll_destination.cell_id": _NAMED,
        "roll_destination.destination_id": _NAMED,
        "policy_edit.scope_id": _RESTING,
        "notice.organization_id": _RESTING,
        "actor.organization_id": _RESTING,
        "notice_person.cell_id": _TOLD,
        "import.organization_id": _TOLD,
        "import_error.organization_id": _TOLD,
        "operation_organization.organization_id": _TOLD,
        "restructuring_organization.organization_id": _TOLD,
        "restructuring_preview_row.organization_id": _TOLD,
        "restructuring_preview_row.from_id": _TOLD,
        "restructuring_preview_row.to_id": _TOLD,
        "organization_ancestry.organization_id": _DERIVED,
        "organization_ancestry.ancestor_id": _DERIVED,
        "headcount_change.cell_id": _DERIVED,
    },
    Identity.MEMBER: {
        "person.member_id": _OWN,
        "membership.member_id": _OWN,
        "activity.member_id": _OWN,
        "identifier.member_id": _OWN,
        "member_external_id.member_id": _OWN,
        "member_merge.survivor_id": _OWN,
        "member_merge.duplicate_id": _OWN,
        "transfer.member_id": _OWN,
        "transfer.open_member_id": _RESTING,
        "hold.member_id": _OWN,
        "ballot.member_id": _OWN,
        "correction_proposal.member_id": _RESTING,
        "seat.member_id": _RESTING,
        "absence.member_id": _RESTING,
        "member_distinction.one_id": _RESTING,
        "member_distinction.other_id": _RESTING,
        "paper_distinction.member_id": _RESTING,
        "notice_match.member_id": _RESTING,
        "operation_member.member_id": _TOLD,
        "recorded_read.member_id": _TOLD,
    },
}
"""`table.column` → how it names. `tests/rules/test_naming.py` compares with the schema."""

RESTING: Mapping[str, str] = {
    "policy_edit.scope_id": """
        SELECT e.scope_id AS id, e.operation_id FROM policy_edit e
        WHERE NOT EXISTS (SELECT FROM policy_edit_closing c WHERE c.id = e.id)""",
    "correction_proposal.member_id": """
        SELECT p.member_id AS id, p.operation_id FROM correction_proposal p
        WHERE NOT EXISTS (SELECT FROM correction_proposal_closing c WHERE c.id = p.id)""",
    "notice.organization_id": "SELECT organization_id AS id, operation_id FROM notice",
    "actor.organization_id": """
        SELECT a.organization_id AS id, k.operation_id FROM actor a JOIN api_key k ON k.actor_id = a.id
        WHERE k.superseded_by IS NULL""",
    "notice_match.member_id": "SELECT member_id AS id, operation_id FROM notice_match",
}
"""What blocks and is no fact, as SQL: whom each row that stands names (`id`), and the operation that made it.

What two persons have closed says nothing any more, a machine client without a key can do nothing.
Notices are never altered.
"""


def naming(identity: Identity) -> list[tuple[FactTable, str]]:
    """The tables of facts with each of their columns that names a member, or an organization."""
    namings = NAMINGS[identity]
    return [
        (table, column) for table in TABLES for column in table.columns if f"{table.name}.{column}" in namings
    ]


def resting(identity: Identity) -> list[str]:
    """What else blocks, as queries of `id` and `operation_id`."""
    return [sql for column, sql in RESTING.items() if column in NAMINGS[identity]]
