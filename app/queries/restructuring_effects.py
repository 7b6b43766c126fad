"""What a preview lists of the things that hang on organizations: the one place where each kind says so.

Every column of the schema that names an organization (`naming.NAMINGS`; a test compares) stands in `EFFECTS`, with
what a preview lists of it, or in `UNTOUCHED`, so that no kind is forgotten. What the application does to it is said by
`restructuring_acts.ACTS`, of the same relations (`restructuring_moves`); what keeps a body from ending by
`restructuring_outlasting.IN_THE_WAY`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from asyncpg import Connection

from app.domain.restructuring.effects import AffectedThing as Thing
from app.domain.restructuring.effects import RestructuringEffect as Effect
from app.queries.restructuring_moves import (
    AHEAD,
    BODIES,
    GRANTS,
    LEFT_OPEN,
    RELATIONS,
    SEATS,
    TRANSFERS,
    Moves,
)


def _access(effect: Effect, organizations: str) -> str:
    """The roles whose reach changes: `organizations` is a relation of `id` and the `ancestor_id` they are held over."""
    return f"""
        SELECT DISTINCT '{effect.value}' AS effect, g.grant_id AS id, o.id AS organization_id, NULL::uuid AS from_id,
               g.organization_id AS to_id, jsonb_build_object('actor_id', g.actor_id, 'role', g.role) AS detail
        FROM {organizations} o JOIN access_grant g ON g.organization_id = o.ancestor_id
        WHERE g.superseded_by IS NULL AND g.valid @> $3::date"""


@dataclass(frozen=True, slots=True)
class Listed:
    """Things in a preview: `rows` selects `effect`, `id`, `organization_id`, `from_id`, `to_id`, `detail`."""

    thing: Thing
    rows: str


def _row(effect: Effect, thing: str, organization: str, before: str = "NULL", after: str = "NULL") -> str:
    return (
        f"'{effect.value}' AS effect, {thing} AS id, {organization} AS organization_id, {before}::uuid AS from_id,"
        f" {after}::uuid AS to_id, NULL::jsonb AS detail"
    )


EFFECTS: Mapping[str, tuple[Listed, ...]] = {
    "membership.cell_id": (
        Listed(
            Thing.MEMBER,
            f"""
            SELECT '{Effect.MOVES.value}' AS effect, moving.member_id AS id, moving.cell_id AS organization_id,
                   moving.cell_id AS from_id, moving.to_id,
                   jsonb_build_object('from', lower(moving.valid), 'to', upper(moving.valid)) AS detail
            FROM moving
            UNION ALL
            SELECT '{Effect.MOVES.value}', back.member_id, back.from_id, NULL, back.to_id,
                   jsonb_build_object('from', lower(back.valid), 'to', upper(back.valid))
            FROM back
            UNION ALL
            SELECT {_row(Effect.TRAVELS, "m.member_id", "m.cell_id")}
            FROM placed JOIN organization_ancestry below ON below.ancestor_id = placed.id AND below.valid @> $2::date
            JOIN membership m ON m.cell_id = below.organization_id AND m.superseded_by IS NULL AND m.valid @> $2::date
            WHERE NOT EXISTS (SELECT FROM cells WHERE cells.from_id = m.cell_id)
              AND NOT EXISTS (SELECT FROM members WHERE members.member_id = m.member_id)""",
        ),
    ),
    "placement.parent_id": (
        Listed(
            Thing.ORGANIZATION,
            f"""
            SELECT {_row(Effect.TRAVELS, "below.organization_id", "below.organization_id", "placed.id")}
            FROM placed JOIN organization_ancestry below ON below.ancestor_id = placed.id
            WHERE below.valid @> $2::date AND below.depth > 0
              AND below.organization_id NOT IN (SELECT id FROM placed)
              AND below.organization_id NOT IN (SELECT id FROM ended)""",
        ),
    ),
    "committee.organization_id": (
        Listed(
            Thing.COMMITTEE,
            f"SELECT {_row(Effect.ENDS, 'body.committee_id', 'body.organization_id')} FROM ({BODIES}) body",
        ),
        Listed(
            Thing.SEAT,
            f"SELECT {_row(Effect.ENDS, 'gone.seat_id', 'gone.organization_id')} FROM ({SEATS}) gone",
        ),
    ),
    "transfer.from_cell_id": (
        Listed(
            Thing.TRANSFER,
            f"""
            SELECT {_row(Effect.CHANGES, "t.transfer_id", "t.now_from", "t.from_cell_id", "t.now_to")}
            FROM ({TRANSFERS}) t
            UNION ALL
            SELECT {_row(Effect.STAYS, "t.transfer_id", "t.now_from", "t.from_cell_id", "t.to_id")}
            FROM ({LEFT_OPEN}) t""",
        ),
    ),
    "access_grant.organization_id": (
        Listed(
            Thing.GRANT,
            f"""
            SELECT '{Effect.ENDS.value}' AS effect, g.grant_id AS id, g.organization_id, NULL::uuid AS from_id,
                   NULL::uuid AS to_id, jsonb_build_object('actor_id', g.actor_id, 'role', g.role) AS detail
            FROM ({GRANTS}) g""",
        ),
        Listed(Thing.ACCESS, _access(Effect.LOSES, "left_behind")),
        Listed(Thing.ACCESS, _access(Effect.GAINS, "entered")),
        Listed(
            Thing.ACCESS,
            _access(Effect.LOSES, "(SELECT from_id AS id, ancestor_id FROM lost)"),
        ),
        Listed(
            Thing.ACCESS,
            _access(Effect.GAINS, "(SELECT from_id AS id, ancestor_id FROM won)"),
        ),
    ),
    "organization_authority.organization_id": (
        Listed(
            Thing.AUTHORITY,
            f"""
            SELECT {_row(Effect.ENDS, "a.organization_id", "a.organization_id")}
            FROM organization_authority a
            WHERE a.superseded_by IS NULL AND a.valid && {AHEAD}
              AND a.organization_id IN (SELECT id FROM lapsing)""",
        ),
    ),
    "actor.organization_id": (
        Listed(
            Thing.MACHINE_CLIENT,
            f"""
            SELECT {_row(Effect.STAYS, "a.id", "a.organization_id")}
            FROM actor a JOIN ended ON ended.id = a.organization_id""",
        ),
    ),
    "notice.organization_id": (
        Listed(
            Thing.NOTICE,
            f"""
            SELECT {_row(Effect.STAYS, "n.id", "n.organization_id")}
            FROM notice n JOIN ended ON ended.id = n.organization_id
            WHERE NOT EXISTS (SELECT FROM notice_closing c WHERE c.notice_id = n.id)""",
        ),
    ),
    "policy.scope_id": (
        Listed(
            Thing.POLICY,
            f"""
            SELECT {_row(Effect.STAYS, "p.scope_id", "p.scope_id")} FROM policy p JOIN ended ON ended.id = p.scope_id
            WHERE p.superseded_by IS NULL AND p.valid && {AHEAD}""",
        ),
    ),
    "policy_edit.scope_id": (
        Listed(
            Thing.POLICY_EDIT,
            f"""
            SELECT {_row(Effect.STAYS, "e.id", "e.scope_id")} FROM policy_edit e JOIN ended ON ended.id = e.scope_id
            WHERE NOT EXISTS (SELECT FROM policy_edit_closing c WHERE c.id = e.id)""",
        ),
    ),
}
"""What a preview lists, by the column by which it hangs on organizations: roles with whose reach changes."""

UNTOUCHED = frozenset(
    {
        "meeting.organization_id",  # what met, met; later ones keep it from ending (`IN_THE_WAY`)
        "ballot.organization_id",  # votes taken stay valid; days after the end block as well
        "transfer.to_organization_id",  # with the transfer, which `transfer.from_cell_id` lists
        "transfer.to_cell_id",
        "organization_name.organization_id",  # facts of the organization itself: the plan says them
        "organization_type.organization_id",
        "organization_code.organization_id",
        "organization_sector.organization_id",
        "organization_opening.organization_id",
        "organization_external_id.organization_id",
        "placement.organization_id",
        "lineage.source_id",
        "lineage.target_id",
        "roll_destination.cell_id",
        "roll_destination.destination_id",
        "notice_person.cell_id",  # what was told, sent or asked stays so
        "import.organization_id",
        "import_error.organization_id",
        "operation_organization.organization_id",
        "restructuring_organization.organization_id",
        "restructuring_preview_row.organization_id",
        "restructuring_preview_row.from_id",
        "restructuring_preview_row.to_id",
        "organization_ancestry.organization_id",  # derived anew
        "organization_ancestry.ancestor_id",
        "headcount_change.cell_id",
    }
)
"""The other columns that name an organization: they need no line of a preview."""


async def list_into(connection: Connection, preview_id: UUID, moves: Moves) -> None:
    """Keep in a preview the things that would change or travel along, one row each."""
    for one in chain.from_iterable(EFFECTS.values()):
        await connection.execute(
            f"""
            {RELATIONS}
            INSERT INTO restructuring_preview_row
                (preview_id, thing, effect, id, organization_id, from_id, to_id, detail)
            SELECT given.id, '{one.thing.value}', found.effect, found.id, found.organization_id, found.from_id,
                   found.to_id, found.detail
            FROM given, ({one.rows}) found
            """,
            preview_id,
            *moves.arguments,
        )
