"""Whether every act noted whom its facts name: asked after each test of what it recorded over HTTP."""

import asyncpg

from app.queries.naming import NAMINGS, Identity, Touch

_NOTED = {
    Identity.ORGANIZATION: ("organization", "operation_organization", "organization_id"),
    Identity.MEMBER: ("member", "operation_member", "member_id"),
}
_OF_THINGS = (
    ("seat JOIN committee thing USING (committee_id)", "seat"),
    ("absence JOIN meeting thing USING (meeting_id)", "absence"),
    ("resolution JOIN meeting thing USING (meeting_id)", "resolution"),
)


def _touching(identity: Identity) -> list[str]:
    return [one for one, naming in NAMINGS[identity].items() if naming.touch is not Touch.NOTHING]


def _unnoted(identity: Identity) -> str:
    subject, noted, key = _NOTED[identity]
    said = [
        (table, table, f"{table}.{column}")
        for table, _, column in (one.partition(".") for one in _touching(identity))
    ]
    if identity is Identity.ORGANIZATION:
        said += [(source, fact, "thing.organization_id") for source, fact in _OF_THINGS]
    named = " UNION ALL ".join(
        f"SELECT {fact}.{act}, {named}, '{fact}' FROM {source}"
        for source, fact, named in said
        for act in ("operation_id", "superseded_by")
    )
    return f"""
        SELECT act.kind, named.fact FROM ({named}) named(operation_id, id, fact)
        JOIN public.operation act ON act.id = named.operation_id AND act.request_id IS NOT NULL
        JOIN {subject} subject ON subject.id = named.id
        WHERE NOT EXISTS (
            SELECT FROM {noted} noted WHERE noted.operation_id = act.id AND noted.{key} = named.id)"""


async def unnoted(connection: asyncpg.Connection) -> set[tuple[str, str]]:
    """The kinds of operations, with the facts, by which they touched somebody whom they did not note."""
    rows = await connection.fetch(" UNION ".join(_unnoted(identity) for identity in Identity))
    return {(row["kind"], row["fact"]) for row in rows}
