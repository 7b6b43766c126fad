"""What must hold of everything recorded, as SQL: each check selects what offends it, so no row means sound.

An offender is the id of an organization, a member or an operation, or `table:id` where one row of a table is
at fault. The checks do not trust constraints and triggers: they see what was written past them.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from asyncpg import Connection

from app.domain.access import MACHINE_ISSUER
from app.domain.catalogues import CATALOGUES
from app.domain.committees import HEADS
from app.domain.hierarchy import DEEPEST
from app.domain.transfers import FOR_GOOD
from app.models.verify import MOST_SHOWN
from app.queries import facts, restructuring_soundness, two_persons
from app.queries.asof import LATEST
from app.queries.facts import FactTable
from app.queries.transfer_acts import ABSENCES


def _covered(table: str, key: str) -> str:
    """The days over which something is believed of each key, as one multirange."""
    return f"(SELECT {key}, range_agg(valid) AS days FROM {table} WHERE superseded_by IS NULL GROUP BY {key})"


def _shared(offender: str, table: str, *key: str) -> str:
    """Believed rows that say the same key on a same day."""
    same = " AND ".join(f"one.{column} = other.{column}" for column in key)
    return f"""
        SELECT {offender} AS offender FROM {table} one JOIN {table} other ON {same}
           AND one.id <> other.id AND one.valid && other.valid
        WHERE one.superseded_by IS NULL AND other.superseded_by IS NULL"""


def _seams(table: str, key: str) -> str:
    """Keys whose believed periods, in order, do not follow each other day by day: a gap or an overlap."""
    return f"""
        SELECT {key} AS offender FROM (
            SELECT {key}, lower(valid) AS begins,
                   lag(upper(valid), 1, lower(valid)) OVER (PARTITION BY {key} ORDER BY lower(valid), id) AS reached
            FROM {table} WHERE superseded_by IS NULL
        ) piece WHERE begins IS DISTINCT FROM reached"""


def _believed_twice(table: FactTable) -> str:
    return _shared(f"'{table.name}:' || one.id", table.name, *table.key)


def _of_unsound_operation(table: str, first: str = "fact.said_first_by") -> str:
    """Rows whose operation, or the one that superseded it or said it first, is missing, unsealed or in wrong order."""
    return f"""
        SELECT '{table}:' || fact.id AS offender FROM {table} fact
        LEFT JOIN operation said ON said.id = fact.operation_id
        LEFT JOIN operation took_back ON took_back.id = fact.superseded_by
        LEFT JOIN operation first ON first.id = {first}
        WHERE said.recorded_at IS NULL
           OR (fact.superseded_by IS NOT NULL AND took_back.recorded_at IS NULL)
           OR (fact.superseded_by <> fact.operation_id AND took_back.recorded_at <= said.recorded_at)
           OR ({first} IS NOT NULL AND (first.recorded_at < said.recorded_at) IS NOT TRUE)"""


def _not_by_two(table: str) -> str:
    """Acts that their operations say otherwise, or that no other person decided."""
    return f"""
        SELECT one.id AS offender FROM {table} one LEFT JOIN operation said ON said.id = one.operation_id
        WHERE one.proposer_id IS DISTINCT FROM said.actor_id
        UNION ALL
        SELECT c.id FROM {table}_closing c LEFT JOIN {table} one ON one.id = c.id
        LEFT JOIN operation said ON said.id = c.operation_id LEFT JOIN actor closer ON closer.id = c.closer_id
        WHERE one.proposer_id IS DISTINCT FROM c.proposer_id OR said.actor_id IS DISTINCT FROM c.closer_id
           OR (c.state = 'withdrawn') <> (c.closer_id = c.proposer_id)
           OR (c.state <> 'withdrawn' AND closer.issuer IS NOT DISTINCT FROM '{MACHINE_ISSUER}')"""


_HEADS = ", ".join(f"'{one.value}'" for one in HEADS)

_FOR_GOOD = ", ".join(f"'{one.value}'" for one in sorted(FOR_GOOD))

_UPWARD = f"""
    up(organization_id, ancestor_id, depth, valid) AS (
        SELECT organization_id, organization_id, 0, valid FROM placement WHERE superseded_by IS NULL
        UNION ALL
        SELECT up.organization_id, p.parent_id, up.depth + 1, up.valid * p.valid
        FROM up JOIN placement p ON p.organization_id = up.ancestor_id AND p.valid && up.valid
        WHERE p.superseded_by IS NULL AND p.parent_id IS NOT NULL AND up.depth <= {DEEPEST}
    )"""
"""Who stands above whom and when, to one level more than a tree may have: who stands in a circle gets there."""

CHECKS: Mapping[str, str] = {
    "one_root": """
        SELECT root.organization_id AS offender FROM placement root
        WHERE root.parent_id IS NULL AND root.superseded_by IS NULL AND (
            EXISTS (
                SELECT FROM placement other WHERE other.parent_id IS NULL AND other.superseded_by IS NULL
                AND other.id <> root.id AND other.valid && root.valid)
            OR upper(root.valid) IS NOT NULL AND NOT EXISTS (
                SELECT FROM placement following WHERE following.parent_id IS NULL
                AND following.superseded_by IS NULL AND following.valid @> upper(root.valid)))""",
    "organization_unbroken": f"""
        {_seams("placement", "organization_id")}
        UNION ALL
        SELECT id FROM organization o WHERE NOT EXISTS (SELECT FROM placement WHERE organization_id = o.id)""",
    "parent_alive": """
        SELECT p.organization_id AS offender
        FROM placement p LEFT JOIN organization_life parent ON parent.organization_id = p.parent_id
        WHERE p.superseded_by IS NULL AND p.parent_id IS NOT NULL AND NOT p.valid <@ coalesce(parent.days, '{}')""",
    "tree_without_cycle": f"""
        WITH RECURSIVE {_UPWARD}
        SELECT organization_id AS offender FROM up WHERE depth > {DEEPEST}""",
    # By another measure of the day an organization may also end that an earlier one lets live on.
    "lineage_whole": f"""
        WITH step AS (
            SELECT source_id, lower(valid) AS day, sum(share) AS told, min(whole) AS least, max(whole) AS most,
                   bool_or(target_id = source_id) AS survives
            FROM lineage WHERE superseded_by IS NULL
            GROUP BY source_id, lower(valid), {facts.said_first_by("lineage")}, measure
        )
        SELECT step.source_id AS offender FROM step
        LEFT JOIN organization_life life ON life.organization_id = step.source_id
        WHERE told <> least OR least <> most OR NOT coalesce(life.days, '{{}}') @> CASE
            WHEN survives AND NOT EXISTS (
                SELECT FROM step ending
                WHERE ending.source_id = step.source_id AND ending.day = step.day AND NOT ending.survives
            ) THEN day ELSE day - 1 END
           OR NOT survives AND life.days @> day""",
    "lineage_without_cycle": """
        WITH RECURSIVE edge AS (
            SELECT source_id, target_id, lower(valid) AS day FROM lineage l
            WHERE superseded_by IS NULL AND NOT EXISTS (
                SELECT FROM lineage own WHERE own.source_id = l.source_id AND own.target_id = l.source_id
                AND own.superseded_by IS NULL AND lower(own.valid) = lower(l.valid))
        ),
        way(first_id, id, day) AS (
            SELECT source_id, target_id, day FROM edge
            UNION
            SELECT way.first_id, edge.target_id, way.day FROM way JOIN edge ON edge.source_id = way.id
            WHERE edge.day = way.day
        )
        SELECT first_id AS offender FROM way WHERE first_id = id""",
    "ancestry": f"""
        WITH RECURSIVE {_UPWARD},
        truth AS (
            SELECT organization_id, ancestor_id, depth, unnest(range_agg(valid)) AS valid FROM up
            WHERE depth <= {DEEPEST} GROUP BY organization_id, ancestor_id, depth
        ),
        stored AS (SELECT organization_id, ancestor_id, depth, valid FROM organization_ancestry)
        SELECT organization_id AS offender FROM (TABLE truth EXCEPT ALL TABLE stored) missing
        UNION ALL
        SELECT organization_id FROM (TABLE stored EXCEPT ALL TABLE truth) surplus""",
    "organization_described": f"""
        SELECT life.organization_id AS offender FROM organization_life life
        LEFT JOIN {_covered("organization_name", "organization_id")} named USING (organization_id)
        LEFT JOIN {_covered("organization_type", "organization_id")} typed USING (organization_id)
        WHERE NOT life.days <@ coalesce(named.days * typed.days, '{{}}')""",
    "opening_in_life": """
        SELECT o.organization_id AS offender FROM organization_opening o
        LEFT JOIN organization_life life USING (organization_id)
        WHERE o.superseded_by IS NULL AND NOT o.valid <@ coalesce(life.days, '{}')
        UNION ALL
        SELECT organization_id FROM organization_opening WHERE superseded_by IS NULL
        GROUP BY organization_id HAVING (SELECT count(*) FROM unnest(range_agg(valid))) > 1""",
    "membership_unbroken": f"""
        {_seams("membership", "member_id")}
        UNION ALL
        SELECT member_id FROM membership WHERE superseded_by IS NULL GROUP BY member_id
        HAVING bool_and(upper(valid) IS NOT NULL)
            OR min(lower(valid)) IS DISTINCT FROM min(lower(valid)) FILTER (WHERE cell_id IS NOT NULL)
        UNION ALL
        SELECT id FROM member m WHERE NOT EXISTS (SELECT FROM membership WHERE member_id = m.id)""",
    "membership_in_cell": """
        SELECT m.member_id AS offender FROM membership m LEFT JOIN cell_life USING (cell_id)
        WHERE m.superseded_by IS NULL AND m.cell_id IS NOT NULL AND NOT m.valid <@ coalesce(cell_life.days, '{}')""",
    "code_in_catalogue": " UNION ALL ".join(
        f"""
        SELECT said.{one.subject}_id AS offender FROM {one.table} said
        LEFT JOIN catalogue_life life ON life.key = '{one.key}' AND life.code = said.{one.field}
        WHERE said.superseded_by IS NULL AND said.{one.field} IS NOT NULL
          AND NOT said.valid <@ coalesce(life.days, '{{}}')"""
        for one in CATALOGUES.values()
    ),
    "member_described": f"""
        SELECT held.member_id AS offender FROM {_covered("membership", "member_id")} held
        LEFT JOIN {_covered("person", "member_id")} described USING (member_id)
        WHERE NOT held.days <@ coalesce(described.days, '{{}}')""",
    "headcounts": """
        SELECT cell_id AS offender FROM (
            SELECT cell_id, standing, on_date, n FROM headcount_change
            UNION ALL
            SELECT cell_id, standing, lower(valid), -1 FROM membership
            WHERE superseded_by IS NULL AND cell_id IS NOT NULL
            UNION ALL
            SELECT cell_id, standing, upper(valid), 1 FROM membership
            WHERE superseded_by IS NULL AND cell_id IS NOT NULL AND upper(valid) IS NOT NULL
        ) difference GROUP BY cell_id, standing, on_date HAVING sum(n) <> 0""",
    "code_borne_once": _shared("one.organization_id", "organization_code", "code"),
    "external_id_borne_once": " UNION ALL ".join(
        (
            _shared("one.organization_id", "organization_external_id", "system", "external_id"),
            _shared("one.member_id", "member_external_id", "system", "external_id"),
        )
    ),
    "identifier_borne_once": _shared("one.member_id", "identifier", "kind", "number_space", "number"),
    "committee_in_life": """
        SELECT c.committee_id AS offender FROM committee c LEFT JOIN organization_life life USING (organization_id)
        WHERE c.superseded_by IS NULL AND NOT c.valid <@ coalesce(life.days, '{}')""",
    "committee_one_of_a_kind": _shared("one.committee_id", "committee", "organization_id", "kind")
    + " AND one.committee_id <> other.committee_id",
    "seat_in_committee": f"""
        SELECT s.seat_id AS offender FROM seat s
        LEFT JOIN {_covered("committee", "committee_id")} office USING (committee_id)
        WHERE s.superseded_by IS NULL AND NOT s.valid <@ coalesce(office.days, '{{}}')""",
    "seat_of_official": """
        SELECT s.seat_id AS offender FROM seat s LEFT JOIN (
            SELECT member_id, range_agg(valid) AS days FROM membership
            WHERE superseded_by IS NULL AND cell_id IS NOT NULL AND standing = 'official' GROUP BY member_id
        ) official USING (member_id)
        WHERE s.superseded_by IS NULL AND NOT s.valid <@ coalesce(official.days, '{}')""",
    "seat_held_once": f"""
        {_shared("one.seat_id", "seat", "committee_id")} AND one.seat_id <> other.seat_id
        AND (one.member_id = other.member_id OR one.title IN ({_HEADS}) AND other.title IN ({_HEADS}))""",
    "meeting_in_life": """
        SELECT m.meeting_id AS offender FROM meeting m LEFT JOIN organization_life life USING (organization_id)
        WHERE m.superseded_by IS NULL AND NOT m.valid <@ coalesce(life.days, '{}')""",
    "meeting_one_regular": """
        SELECT one.meeting_id AS offender FROM meeting one JOIN meeting other USING (organization_id, body, month, kind)
        WHERE one.id <> other.id AND one.kind = 'regular'
          AND one.superseded_by IS NULL AND other.superseded_by IS NULL""",
    # Not that the absent were on the roll: corrections of a roll leave them, and the meeting notes it.
    "record_of_meeting": """
        SELECT said.meeting_id AS offender FROM (
            SELECT meeting_id, valid FROM absence WHERE superseded_by IS NULL
            UNION ALL
            SELECT meeting_id, valid FROM resolution WHERE superseded_by IS NULL
        ) said
        WHERE NOT EXISTS (
            SELECT FROM meeting m WHERE m.meeting_id = said.meeting_id AND m.superseded_by IS NULL
              AND m.not_held_reason IS NULL AND m.valid @> said.valid)""",
    "grant_held_once": _shared("one.grant_id", "access_grant", "actor_id", "role", "organization_id"),
    "members_told_apart_once": _shared("one.distinction_id", "member_distinction", "one_id", "other_id")
    + " AND one.distinction_id <> other.distinction_id",
    "paper_told_apart_once": _shared(
        "one.distinction_id", "paper_distinction", "member_id", "system", "external_id"
    )
    + """ AND one.distinction_id <> other.distinction_id
        UNION ALL
        SELECT d.distinction_id FROM paper_distinction d
        JOIN member_external_id x USING (member_id, system, external_id)
        WHERE d.superseded_by IS NULL AND x.superseded_by IS NULL""",
    "notice_settled": """
        SELECT c.notice_id AS offender FROM notice_closing c LEFT JOIN LATERAL (
            SELECT m.member_id FROM notice_match m WHERE m.notice_id = c.notice_id ORDER BY m.id DESC LIMIT 1
        ) meant ON true
        WHERE c.state = 'settled' AND NOT EXISTS (
            SELECT FROM operation_member act
            WHERE act.operation_id = c.settled_by AND (act.member_id = meant.member_id OR EXISTS (
                SELECT FROM member_merge g WHERE meant.member_id IN (g.survivor_id, g.duplicate_id)
                AND act.member_id IN (g.survivor_id, g.duplicate_id))))
        UNION ALL
        SELECT notice_id FROM notice_closing JOIN notice_person USING (notice_id)""",
    "by_two_persons": " UNION ALL ".join(_not_by_two(table) for table in two_persons.PROPOSED),
    "restructuring_by_two_persons": restructuring_soundness.BY_TWO_PERSONS,
    "restructuring_course": restructuring_soundness.COURSE,
    "roll_destination": restructuring_soundness.ROLL_DESTINATION,
    "transfer_unbroken": f"""
        {_seams("transfer", "transfer_id")}
        UNION ALL
        SELECT transfer_id FROM transfer WHERE superseded_by IS NULL GROUP BY transfer_id
        HAVING bool_and(upper(valid) IS NOT NULL)""",
    "transfer_and_activity": f"""
        SELECT transfer_id AS offender FROM ({ABSENCES}) absent WHERE NOT isempty(days)
        UNION ALL
        SELECT transfer_id FROM transfer WHERE superseded_by IS NULL AND open_member_id <> member_id
        UNION ALL
        SELECT gone.transfer_id FROM transfer gone JOIN activity a USING (member_id)
        WHERE gone.superseded_by IS NULL AND gone.open_member_id IS NULL AND a.superseded_by IS NULL
          AND a.status = 'transferring' AND gone.kind IN ({_FOR_GOOD})
          AND a.valid @> lower(gone.valid) AND lower(a.valid) < lower(gone.valid)
          AND NOT EXISTS (
              SELECT FROM transfer going WHERE going.open_member_id = gone.member_id AND going.superseded_by IS NULL
              AND going.valid @> lower(gone.valid))""",
    "transfer_open_once": _shared("one.transfer_id", "transfer", "open_member_id"),
    # Placements, memberships and transfers have checks of their own above, which also see gaps.
    "fact_believed_once": " UNION ALL ".join(
        _believed_twice(table)
        for table in facts.TABLES
        if table not in (facts.PLACEMENT, facts.MEMBERSHIP, facts.TRANSFER)
    ),
    "operation_sealed": """
        SELECT id AS offender FROM operation WHERE recorded_at IS NULL
        UNION ALL
        SELECT one.id FROM operation one JOIN operation other USING (recorded_at) WHERE one.id <> other.id""",
    "fact_of_operation": " UNION ALL ".join(
        [
            *(_of_unsound_operation(one.name) for one in facts.TABLES),
            _of_unsound_operation("api_key", first="NULL::uuid"),
        ]
    ),
}
"""Check → what offends it."""


async def patient(connection: Connection) -> None:
    """Give the statements of this transaction the time and the memory that whole tables need."""
    await connection.execute("SET LOCAL statement_timeout = '10min'; SET LOCAL work_mem = '64MB'")


async def offenders(connection: Connection, check: str) -> tuple[list[str], int]:
    """What offends a check: the first hundred, and how many there are."""
    row = await connection.fetchrow(
        f"""
        SELECT (array_agg(offender ORDER BY offender))[:{MOST_SHOWN}] AS shown, count(*) AS n
        FROM (SELECT DISTINCT offender::text FROM ({CHECKS[check]}) offending) offender
        """
    )
    return row["shown"] or [], row["n"]


async def latest(connection: Connection) -> datetime | None:
    """The instant up to which the snapshot knows the register."""
    known_at: datetime | None = await connection.fetchval(f"SELECT {LATEST}")
    return known_at


async def root(connection: Connection) -> UUID | None:
    """The root organization (the last one, where another followed); None while the register is not open."""
    organization_id: UUID | None = await connection.fetchval(
        "SELECT organization_id FROM placement WHERE parent_id IS NULL AND superseded_by IS NULL"
        " ORDER BY lower(valid) DESC LIMIT 1"
    )
    return organization_id
