"""Verification: whether everything recorded keeps what the register promises."""

from asyncpg import Connection

from app.domain.access import Action, require
from app.domain.errors import NotFound
from app.language import Language, in_words
from app.models.verify import Checked, Report
from app.queries import reach
from app.queries import verify as queries
from app.services.access import held_roles
from app.services.history import Cause


async def verify(connection: Connection, language: Language = Language.ENGLISH) -> Report:
    """Check the whole register. The connection must be in one snapshot, for all checks see the same state."""
    await queries.patient(connection)
    checked = []
    for check in queries.CHECKS:
        offending, count = await queries.offenders(connection, check)
        words = in_words(language, f"verify.{check}")
        checked.append(Checked(check=check, description=words, offending=offending, offending_count=count))
    return Report(
        checked=checked,
        sound=not any(one.offending_count for one in checked),
        known_at=await queries.latest(connection),
    )


async def verify_for(connection: Connection, cause: Cause, language: Language) -> Report:
    """`verify`, for an actor who may do so over the root organization. 404 where the root is out of reach."""
    root = await queries.root(connection)
    over_root = await reach.held_over(connection, [root] if root else [], cause.actor.id, cause.today)
    if not over_root:
        raise NotFound("not_found")
    require(Action.VERIFY, [role for texts in over_root.values() for role in held_roles(texts)])
    return await verify(connection, language)
