"""Which transfers the rows of a file are about, as SQL: on record or new, and what the rows add to each together."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.domain.imports import ImportKey
from app.domain.transfers import OPEN, TransferState, TransferStep
from app.queries.imports import staging
from app.queries.imports.members import known_member
from app.queries.imports.organizations import known_by, once_known_by
from app.queries.members import home
from app.queries.transfers import papers as papers_of
from app.queries.transfers import struck_out

_ANSWERS = f"'{TransferStep.RECEIVE}', '{TransferStep.REFUSE}'"
_OPEN = ", ".join(f"'{one}'" for one in sorted(OPEN))


async def resolve_names(connection: Connection, key: ImportKey, system: str) -> None:
    """Find the organizations and the members, as they were named on the days of the rows.

    `once_id`: who bore the name last, whether or not it does on the day.
    """
    named = " UNION ".join(
        f"SELECT {name} AS name, {day} AS day FROM staged_row WHERE sound AND {name} IS NOT NULL"
        for name, day in (
            ("from_cell", "introduced_on"),
            ("to_organization", "introduced_on"),
            ("received_cell", "answered_on"),
        )
    )
    await staging.create(
        connection,
        "staged_named",
        ["name", "day"],
        f"""
        SELECT n.*, found.organization_id, coalesce(found.organization_id, once.organization_id) AS once_id
        FROM ({named}) n
        LEFT JOIN LATERAL ({known_by(key, "n.name", "n.day")}) found ON true
        LEFT JOIN LATERAL ({once_known_by(key, "n.name", "n.day")}) once ON found.organization_id IS NULL
        """,
        system,
    )
    await staging.create(
        connection,
        "staged_person",
        ["member", "day"],
        f"""
        SELECT n.*, found.member_id
        FROM (SELECT DISTINCT member, introduced_on AS day FROM staged_row WHERE sound) n
        LEFT JOIN LATERAL ({known_member("n.member", "n.day")}) found ON true
        """,
        system,
    )


async def named(connection: Connection) -> tuple[list[UUID], list[UUID]]:
    """The members and the organizations that the file names."""
    row = await connection.fetchrow(
        """
        SELECT ARRAY(SELECT DISTINCT member_id FROM staged_person WHERE member_id IS NOT NULL) AS members,
               ARRAY(SELECT DISTINCT organization_id FROM staged_named WHERE organization_id IS NOT NULL) AS places
        """
    )
    return row["members"], row["places"]


_TOLD = {
    "purpose": "text",
    "moved_on": "date",
    "expected_end": "date",
    "introduction_number": "text",
    "introduction_signed_on": "date",
    "answer": "text",
    "answered_on": "date",
    "received_cell": "text",
    "received_cell_id": "uuid",
    "refusal_ground": "text",
    "answer_number": "text",
    "answer_signed_on": "date",
}
"""What a row may tell of a transfer besides who goes when from where to where: several rows may tell it together."""


def _papers_of(step: str, paper: str) -> str:
    """What papers a step on record has, against the one of the row: `any`, `numbered` like it, or the `same`."""
    number, signed_on = f"p.{paper}_number", f"p.{paper}_signed_on"
    return f"""
        SELECT count(*) > 0 AS there, coalesce(bool_or(d.number = {number}), false) AS numbered,
               coalesce(bool_or(d.number = {number} AND coalesce(d.signed_on = {signed_on}, true)), false) AS same
        FROM {papers_of(step, "NULL::timestamptz")} tied JOIN decision d ON d.id = tied.decision_id
        WHERE tied.operation_id = {step}.operation_id"""


_RECORDED = f"""
    SELECT last.transfer_id, last.state, lower(last.valid) AS last_on, last.due_on, last.due_rule, last.expected_end,
           last.to_cell_id, last.to_organization_id, last.to_outside, ended.that_day,
           given.numbered, given.there AS given, begun.operation_id AS begun_by,
           coalesce(p.purpose, begun.purpose) IS NOT DISTINCT FROM begun.purpose
           AND coalesce(p.moved_on, begun.moved_on) IS NOT DISTINCT FROM begun.moved_on
           AND coalesce(p.expected_end, begun.expected_end) IS NOT DISTINCT FROM begun.expected_end
           AND (p.introduction_number IS NULL OR given.same OR NOT given.there) AS same
    FROM (
        SELECT DISTINCT ON (b.transfer_id) b.* FROM transfer b
        WHERE b.member_id = p.member_id AND b.kind = p.kind AND b.introduced_on = p.introduced_on
          AND b.from_cell_id = p.from_id AND b.superseded_by IS NULL
        ORDER BY b.transfer_id, lower(b.valid) DESC
    ) last
    JOIN LATERAL (
        SELECT i.* FROM transfer i WHERE i.transfer_id = last.transfer_id AND i.step = '{TransferStep.INTRODUCE}'
        AND i.said_first_by IS NULL ORDER BY i.id LIMIT 1
    ) begun ON true
    CROSS JOIN LATERAL ({_papers_of("begun", "introduction")}) given
    CROSS JOIN LATERAL (
        SELECT last.state NOT IN ({_OPEN}, '{TransferState.RECEIVED}') AND lower(last.valid) = last.introduced_on
            AS that_day
    ) ended
    WHERE EXISTS (
        SELECT FROM transfer k WHERE k.transfer_id = last.transfer_id
        AND k.to_organization_id IS NOT DISTINCT FROM p.to_id AND k.to_outside IS NOT DISTINCT FROM p.to_outside
        AND (k.superseded_by IS NULL OR k.said_first_by IS NULL AND NOT {struck_out("k", "NULL::timestamptz")})
    ) AND NOT (ended.that_day AND p.introduction_number IS NOT NULL AND given.there AND NOT given.numbered)
    ORDER BY given.numbered DESC, ended.that_day, last.transfer_id DESC LIMIT 1"""
"""The transfer on record that a row (`p`) is about.

It is known by its member, kind, day of introduction, cell that sends and a destination that it had. On one day there
are two of these only where the first ended on that day: then the paper of the introduction tells them apart.
"""

_ANSWER = f"""
    SELECT a.step, lower(a.valid) AS "on", a.to_cell_id, a.refusal_ground, a.operation_id, given.there AS given,
           (a.step, lower(a.valid)) = (p.answer, p.answered_on)
           AND coalesce(p.received_cell_id, a.to_cell_id) IS NOT DISTINCT FROM a.to_cell_id
           AND coalesce(p.refusal_ground, a.refusal_ground) IS NOT DISTINCT FROM a.refusal_ground
           AND (p.answer_number IS NULL OR given.same OR NOT given.there) AS same
    FROM (
        SELECT a.* FROM transfer a WHERE a.transfer_id = known.transfer_id AND a.step IN ({_ANSWERS})
        AND a.said_first_by IS NULL AND NOT {struck_out("a", "NULL::timestamptz")} ORDER BY a.id DESC LIMIT 1
    ) a CROSS JOIN LATERAL ({_papers_of("a", "answer")}) given"""
"""What the receiving side has answered of the transfer `known`, also where a step of the same day followed."""


def _together(name: str, kind: str) -> str:
    """What the rows about a transfer say of this together, where none contradicts another; else what the row says."""
    return f"CASE WHEN agreed THEN (max({name}::text) OVER alike)::{kind} ELSE {name} END AS {name}"


async def resolve_transfers(connection: Connection, today: date) -> None:
    """Find which transfers are on record, where each stands last, and what the file adds to it.

    Of a known one `last_…` says where it stands, `told` the step by which the receiving side has answered, `same`
    whether the row says the same of what is recorded, `unclear` whether it may as well mean a new one. `adds`: the row
    says something new. `acts`: something is to be written by this row, for all that tell of the transfer without
    contradicting each other: `answers` it, gives the step on record its paper (`gives_introduction`, `gives_answer`).
    `first_row`: the first row by day that would act on the member.
    """
    agreed = " AND ".join(
        f"min({name}::text) OVER alike IS NOT DISTINCT FROM max({name}::text) OVER alike" for name in _TOLD
    )
    await staging.create(
        connection,
        "staged_transfer",
        ["row", "transfer_id", "member_id"],
        f"""
        WITH placed AS (
            SELECT s.*, p.member_id, {home("p.member_id", "$1")} AS home_id, f.organization_id AS from_id,
                   t.organization_id AS to_id, t.once_id AS to_once_id, c.organization_id AS received_cell_id
            FROM staged_row s
            LEFT JOIN staged_person p ON p.member = s.member AND p.day = s.introduced_on
            LEFT JOIN staged_named f ON f.name = s.from_cell AND f.day = s.introduced_on
            LEFT JOIN staged_named t ON t.name = s.to_organization AND t.day = s.introduced_on
            LEFT JOIN staged_named c ON c.name = s.received_cell AND c.day = s.answered_on
            WHERE s.sound
        ),
        found AS (
            SELECT p.*, known.transfer_id AS known_id, known.transfer_id IS NOT NULL AS known,
                   known.state AS last_state, known.last_on, known.due_on AS last_due_on,
                   known.due_rule AS last_due_rule, known.expected_end AS last_end, known.to_cell_id AS last_cell_id,
                   CASE WHEN known.transfer_id IS NULL THEN p.to_id ELSE known.to_organization_id END AS receiver_id,
                   CASE WHEN known.transfer_id IS NULL THEN p.to_outside ELSE known.to_outside END AS receiver_outside,
                   known.begun_by, NOT known.given AS without_introduction,
                   told.step AS told, told.operation_id AS told_by, NOT told.given AS without_answer,
                   known.same AND (told.step IS NULL OR p.answer IS NULL OR told.same) AS same,
                   known.that_day AND NOT known.numbered AND NOT coalesce(told.same, false) AS unclear,
                   jsonb_build_array(
                       known.transfer_id, p.member_id, p.kind, p.introduced_on, coalesce(p.from_id::text, p.from_cell),
                       coalesce(p.to_id::text, p.to_organization), p.to_outside
                   ) AS about
            FROM placed p LEFT JOIN LATERAL ({_RECORDED}) known ON true LEFT JOIN LATERAL ({_ANSWER}) told ON true
        ),
        weighed AS (
            SELECT found.*, answer IS NOT NULL AND told IS NULL AS new_answer,
                   introduction_number IS NOT NULL AND without_introduction IS true AS new_introduction_paper,
                   answer_number IS NOT NULL AND without_answer IS true AS new_answer_paper,
                   {agreed} AS agreed
            FROM found WINDOW alike AS (PARTITION BY about)
        ),
        adding AS (
            SELECT weighed.*, NOT known OR new_answer OR new_introduction_paper OR new_answer_paper AS adds FROM weighed
        ),
        joined AS (
            SELECT row, member, member_id, home_id, kind, from_cell, from_id, to_organization, to_id, to_once_id,
                   to_outside, introduced_on, known, last_state, last_on, last_due_on, last_due_rule, last_end,
                   last_cell_id, receiver_id, receiver_outside, begun_by, told, told_by, same, unclear, adds,
                   {", ".join(_together(name, kind) for name, kind in _TOLD.items())},
                   coalesce(known_id, CASE WHEN agreed THEN (max(fresh_id::text) OVER alike)::uuid ELSE fresh_id END)
                       AS transfer_id,
                   bool_or(new_answer) OVER mine AS answers,
                   bool_or(new_introduction_paper) OVER mine AS gives_introduction,
                   bool_or(new_answer_paper) OVER mine AS gives_answer,
                   adds AND row = first_value(row) OVER (
                       PARTITION BY about, CASE WHEN NOT agreed THEN row END ORDER BY NOT adds, answer IS NULL, row
                   ) AS acts
            FROM adding
            WINDOW alike AS (PARTITION BY about), mine AS (PARTITION BY about, CASE WHEN NOT agreed THEN row END)
        ),
        judged AS (
            SELECT joined.*, coalesce(last_cell_id, receiver_id) AS reached_id,
                   EXISTS (SELECT FROM organization_opening o WHERE o.organization_id = receiver_id
                           AND o.superseded_by IS NULL AND lower(o.valid) <= $1::date) AS on_board,
                   coalesce(received_cell_id, receiver_id) AS entered_id
            FROM joined
        )
        SELECT *, CASE WHEN acts THEN first_value(row) OVER (
            PARTITION BY member_id, acts ORDER BY introduced_on, row) END AS first_row
        FROM judged
        """,
        today,
    )
    await staging.create(
        connection,
        "staged_subject",
        ["transfer_id"],
        "SELECT DISTINCT transfer_id, known FROM staged_transfer",
    )
    await staging.create(
        connection,
        "staged_changed",
        ["transfer_id"],
        "SELECT DISTINCT transfer_id FROM staged_transfer WHERE known AND acts",
    )
