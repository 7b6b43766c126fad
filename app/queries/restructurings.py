"""Restructurings as SQL: documents in their revisions, and the steps they went through."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection, Record

from app.queries.asof import LATEST, AsOf
from app.queries.conditions import Conditions
from app.queries.machine_clients import answers_for
from app.queries.reach import reachable, reachable_then, stands_nowhere
from app.queries.restructuring_previews import KEPT
from app.queries.restructuring_reversals import way_back_readable


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of restructurings is narrowed to; None: not narrowed."""

    states: list[str] | None = None
    within: UUID | None = None
    organization: UUID | None = None
    proposer: UUID | None = None
    reverses: UUID | None = None
    operation: UUID | None = None
    since: date | None = None
    until: date | None = None
    awaiting: bool | None = None


def _then(operation: str) -> str:
    return f"($2::timestamptz IS NULL OR {operation}.recorded_at <= $2)"


def _known() -> str:
    """Restructurings known at the instant: `one`, its latest revision `asked` and latest step `stands`."""
    return f"""
        restructuring one
        JOIN operation proposed ON proposed.id = one.operation_id AND {_then("proposed")}
        JOIN actor proposer ON proposer.id = one.proposer_id
        JOIN LATERAL (
            SELECT r.n, r.document, r.ids, r.effective_on FROM restructuring_revision r
            JOIN operation said ON said.id = r.operation_id AND {_then("said")}
            WHERE r.restructuring_id = one.id ORDER BY r.n DESC LIMIT 1
        ) asked ON true
        LEFT JOIN LATERAL (
            SELECT s.n, s.state, s.proposer_id, act.recorded_at, true AS taken FROM restructuring_step s
            JOIN operation act ON act.id = s.operation_id AND {_then("act")}
            WHERE s.restructuring_id = one.id ORDER BY s.n DESC LIMIT 1
        ) stands ON true"""


_COLUMNS = """
    one.id, one.reverses, one.proposer_id, proposer.name AS proposer_name, proposed.recorded_at AS proposed_at,
    asked.n AS revision, asked.document, asked.ids, asked.effective_on,
    coalesce(stands.state, 'draft') AS state, coalesce(stands.proposer_id, one.proposer_id) AS asking_id,
    asked.n + coalesce(stands.n, 0) AS version, stands.taken, stands.recorded_at AS taken_at"""


def _near(as_of: AsOf, actor: str, roles: str, today: str) -> str:
    """A condition: one of the organizations that it concerns is within reach, or the actor proposed it."""
    return f"""(one.proposer_id = {actor} OR EXISTS (
        SELECT FROM restructuring_organization near
        WHERE near.restructuring_id = one.id AND near.n = asked.n
          AND {reachable_then(as_of, "near.organization_id", actor, roles, today)}))"""


_CONCERNED = f"""
    SELECT o.organization_id FROM restructuring_organization o
    WHERE o.restructuring_id = one.id AND o.n = asked.n AND NOT {stands_nowhere("o.organization_id")}
      AND o.organization_id::text NOT IN (SELECT value FROM jsonb_each_text(asked.ids))"""
"""The organizations that it concerns, but for those that it begins, and for those that are taken back."""

_CHANGED = f"{_CONCERNED} AND o.changes"
"""Those of them that it changes: neither where something goes to, nor where it came from."""


def state_of(restructuring: str) -> str:
    """Where a restructuring (an SQL expression of its id) stands by now; null: a draft of which no step was taken."""
    return f"""(
        SELECT latest_step.state FROM restructuring_step latest_step
        WHERE latest_step.restructuring_id = {restructuring} ORDER BY latest_step.n DESC LIMIT 1)"""


def _awaiting(wanted: Conditions, agreeing: list[str], annulling: list[str]) -> str:
    """A condition: the next word is the actor's to give; consent comes first, and no proposer agrees."""
    agrees, annuls = wanted.place(agreeing), wanted.place(annulling)
    proposer = "coalesce(stands.proposer_id, one.proposer_id)"
    return f"""({proposer} <> $3 AND NOT {answers_for(proposer, "$3")} AND CASE
        WHEN stands.state IN ('submitted', 'consented') THEN EXISTS (
            SELECT FROM (
                SELECT word ->> 'organization_id' AS organization_id, word ->> 'part' = 'consents' AS consents,
                       bool_or(word ->> 'part' = 'consents') OVER () AS consent_first
                FROM restructuring_step asking CROSS JOIN LATERAL jsonb_array_elements(asking.ends) word
                WHERE asking.restructuring_id = one.id AND asking.n = (
                    SELECT max(s.n) FROM restructuring_step s
                    WHERE s.restructuring_id = one.id AND s.step = 'submit' AND s.n <= stands.n
                ) AND NOT EXISTS (
                    SELECT FROM restructuring_step given
                    WHERE given.restructuring_id = one.id AND given.step IN ('consent', 'approve')
                      AND given.n > asking.n AND given.n <= stands.n
                      AND given.ends @> jsonb_build_array(jsonb_build_object(
                          'organization_id', word -> 'organization_id', 'part', word -> 'part')))
            ) missing WHERE consents = consent_first
              AND {reachable("missing.organization_id::uuid", "$3", agrees, "$5")})
        WHEN stands.state = 'annulment_proposed' THEN EXISTS (
            SELECT FROM (
                {_CHANGED}
                UNION
                SELECT (word ->> 'organization_id')::uuid
                FROM restructuring_step asking CROSS JOIN LATERAL jsonb_array_elements(asking.ends) word
                WHERE asking.restructuring_id = one.id AND asking.step = 'submit' AND asking.revision = asked.n
            ) concerned WHERE {reachable("concerned.organization_id", "$3", annuls, "$5")})
        ELSE false END)"""


def listed(
    as_of: AsOf,
    filters: Filters,
    actor_id: UUID,
    roles: list[str],
    agreeing: list[str],
    annulling: list[str],
) -> tuple[str, list[Any], str]:
    """The restructurings within reach that pass the filters: SQL, arguments, visibility.

    `agreeing` and `annulling`: the roles by which the actor may agree to one, or annul it; none: never.
    """
    wanted = Conditions(as_of, actor_id, roles)
    wanted.want(_near(as_of, "$3", "$4", "$5"))
    wanted.want_if(filters.states, "coalesce(stands.state, 'draft') = ANY({}::text[])")
    wanted.want_if(filters.proposer, "one.proposer_id = {}")
    wanted.want_if(filters.reverses, "one.reverses = {}")
    wanted.want_if(
        filters.operation,
        "{} IN (SELECT one.operation_id UNION ALL SELECT s.operation_id FROM restructuring_step s"
        " WHERE s.restructuring_id = one.id AND s.n <= stands.n)",
    )
    wanted.want_if(filters.since, "asked.effective_on >= {}::date")
    wanted.want_if(filters.until, "asked.effective_on <= {}::date")
    if filters.awaiting is not None:
        wanted.want(f"{_awaiting(wanted, agreeing, annulling)} = {wanted.place(filters.awaiting)}::boolean")
    for asked, of in ((filters.within, wanted.below), (filters.organization, wanted.name)):
        if asked is not None:
            named = of(asked)
            wanted.want(f"""EXISTS (
                SELECT FROM restructuring_organization o WHERE o.restructuring_id = one.id AND o.n = asked.n
                AND o.organization_id IN ({named}))""")
    sql = f"SELECT {_COLUMNS} FROM {_known()} WHERE $1::date IS NOT NULL AND {wanted.wanted}"
    return sql, wanted.arguments, wanted.visible


async def get(
    connection: Connection,
    as_of: AsOf,
    restructuring_id: UUID,
    actor_id: UUID,
    roles: list[str],
    readers: list[str],
) -> Record | None:
    """One restructuring within reach, with all its steps; None where there is none.

    `concerned`: the organizations that it concerns, but for those that it begins; `changed`: those that it changes.
    `readers`: the roles that read organizations; `way_back_readable`: by them all that the draft of a reversal tells.
    `preview_id`: the latest preview of its revision that is kept still, once it was submitted of the digest submitted.
    `job_id`: of the job that waits or runs.
    `own_client`: a machine client for which the actor answers proposed what the next step agrees to.
    """
    return await connection.fetchrow(
        f"""
        SELECT {LATEST} AS frame_latest, true AS frame_visible, $2::timestamptz AS frame_known_at, {_COLUMNS},
               {answers_for("coalesce(stands.proposer_id, one.proposer_id)", "$4")} AS own_client,
               {way_back_readable("$4", "$7", "$6")} AS way_back_readable,
               (SELECT kept.id FROM restructuring_preview kept
                WHERE kept.restructuring_id = one.id AND kept.revision = asked.n
                  AND kept.made_at > clock_timestamp() - interval '{KEPT}'
                  AND kept.digest = coalesce((
                      SELECT s.digest FROM restructuring_step s
                      WHERE s.restructuring_id = one.id AND s.step = 'submit' AND s.revision = asked.n
                        AND s.n <= stands.n
                      ORDER BY s.n DESC LIMIT 1), kept.digest)
                ORDER BY kept.made_at DESC LIMIT 1) AS preview_id,
               (SELECT j.id FROM job j WHERE j.subject_id = one.id AND j.ended_at IS NULL) AS job_id,
               ARRAY({_CONCERNED}) AS concerned, ARRAY({_CHANGED}) AS changed,
               (SELECT jsonb_agg(jsonb_build_object(
                    'step', s.step, 'state', s.state, 'revision', s.revision, 'actor_id', s.actor_id,
                    'actor_name', actor.name, 'at', act.recorded_at, 'reason', act.reason, 'digest', s.digest,
                    'ends', s.ends, 'operation_id', s.operation_id) ORDER BY s.n)
                FROM restructuring_step s JOIN operation act ON act.id = s.operation_id AND {_then("act")}
                JOIN actor ON actor.id = s.actor_id WHERE s.restructuring_id = one.id) AS steps
        FROM {_known()}
        WHERE one.id = $3 AND $1::date IS NOT NULL AND {_near(as_of, "$4", "$5", "$6")}
        """,
        *as_of.arguments,
        restructuring_id,
        actor_id,
        roles,
        as_of.today,
        readers,
    )


async def insert(
    connection: Connection,
    restructuring_id: UUID,
    proposer_id: UUID,
    reverses: UUID | None,
    operation_id: UUID,
) -> None:
    """Keep a new restructuring, without a revision yet."""
    await connection.execute(
        "INSERT INTO restructuring (id, proposer_id, reverses, operation_id) VALUES ($1, $2, $3, $4)",
        restructuring_id,
        proposer_id,
        reverses,
        operation_id,
    )


async def revise(
    connection: Connection,
    *,
    restructuring_id: UUID,
    n: int,
    document: Mapping[str, Any],
    ids: Mapping[str, UUID],
    effective_on: date | None,
    named: Iterable[UUID],
    changing: Iterable[UUID],
    operation_id: UUID,
) -> None:
    """Keep what it asks for from now on, and the organizations of the register that it names, or also changes."""
    await connection.execute(
        "INSERT INTO restructuring_revision (restructuring_id, n, document, ids, effective_on, operation_id)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        restructuring_id,
        n,
        document,
        {key: str(value) for key, value in ids.items()},
        effective_on,
        operation_id,
    )
    await connection.execute(
        "INSERT INTO restructuring_organization (restructuring_id, n, organization_id, changes)"
        " SELECT $1, $2, id, id = ANY($4::uuid[]) FROM organization WHERE id = ANY($3::uuid[])",
        restructuring_id,
        n,
        list(named),
        list(changing),
    )


async def keep_step(
    connection: Connection,
    *,
    restructuring_id: UUID,
    step: str,
    state: str,
    revision: int,
    actor_id: UUID,
    proposer_id: UUID,
    ends: Sequence[Mapping[str, Any]],
    digest: str | None,
    operation_id: UUID,
) -> None:
    """Keep a step that was taken, the state that it led to, and the revision and digest that it was about."""
    await connection.execute(
        """
        INSERT INTO restructuring_step
            (restructuring_id, n, step, state, revision, actor_id, proposer_id, ends, digest, operation_id)
        SELECT $1, 1 + coalesce((SELECT max(n) FROM restructuring_step WHERE restructuring_id = $1), 0),
               $2, $3, $4, $5, $6, $7, $8, $9
        """,
        restructuring_id,
        step,
        state,
        revision,
        actor_id,
        proposer_id,
        ends,
        digest,
        operation_id,
    )


async def keep_concerned(
    connection: Connection,
    restructuring_id: UUID,
    revision: int,
    begun: Iterable[UUID],
    above: Iterable[UUID],
) -> None:
    """Keep what it concerns beside what it names: the organizations that it began, and those `above` what it moved."""
    await connection.execute(
        "INSERT INTO restructuring_organization (restructuring_id, n, organization_id, changes)"
        " SELECT $1, $2, id, id = ANY($4::uuid[]) FROM unnest($3::uuid[]) AS concerned(id) ON CONFLICT DO NOTHING",
        restructuring_id,
        revision,
        [*begun, *above],
        list(begun),
    )


async def overlapping(
    connection: Connection, restructuring_id: UUID, organization_ids: Sequence[UUID], states: Iterable[str]
) -> list[tuple[UUID, str, list[UUID]]]:
    """Other restructurings that stand in one of the states and change one of the organizations: id, state, which."""
    rows = await connection.fetch(
        f"""
        SELECT one.id, stands.state, array_agg(o.organization_id ORDER BY o.organization_id) AS organizations
        FROM restructuring one
        JOIN LATERAL {state_of("one.id")} stands ON stands.state = ANY($3::text[])
        JOIN LATERAL (
            SELECT max(r.n) AS n FROM restructuring_revision r WHERE r.restructuring_id = one.id) asked ON true
        JOIN restructuring_organization o ON o.restructuring_id = one.id AND o.n = asked.n AND o.changes
        WHERE one.id <> $1 AND o.organization_id = ANY($2::uuid[])
        GROUP BY one.id, stands.state ORDER BY one.id LIMIT 100
        """,
        restructuring_id,
        list(organization_ids),
        list(states),
    )
    return [(row["id"], row["state"], row["organizations"]) for row in rows]


async def carried_out(
    connection: Connection, restructuring_id: UUID, papers: Sequence[tuple[str, str, date]]
) -> list[UUID]:
    """Other restructurings, applied and not taken back, that name one of the decisions (issuer, number, day)."""
    rows = await connection.fetch(
        f"""
        SELECT DISTINCT s.restructuring_id AS id
        FROM unnest($2::text[], $3::text[], $4::date[]) AS asked(issuer, number, signed_on)
        JOIN decision d USING (issuer, number, signed_on)
        JOIN operation_decision tied ON tied.decision_id = d.id AND tied.role = 'decision'
        JOIN restructuring_step s ON s.operation_id = tied.operation_id AND s.step = 'apply'
        WHERE s.restructuring_id <> $1 AND {state_of("s.restructuring_id")} NOT IN ('annulled', 'reversed')
        ORDER BY id LIMIT 20
        """,
        restructuring_id,
        *([paper[place] for paper in papers] for place in range(3)),
    )
    return [row["id"] for row in rows]
