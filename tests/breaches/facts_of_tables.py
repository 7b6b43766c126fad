"""What every table of facts promises, broken table by table."""

from datetime import date

from make import CAUSE, OPENED

from app.domain.period import Period
from app.queries import facts
from app.services import history
from breaches.bodies import committee, seat
from breaches.breaking import BREACHES, Break, Breaker, breach
from breaches.cases import away, transfer


def _believed_twice(table: facts.FactTable) -> Break:
    async def break_it(at: Breaker) -> set[object]:
        await at.drop(table.name, f"ex_{table.name}_{'_'.join(table.key)}")
        if not await at.fetchval(f"SELECT count(*) FROM {table.name}"):
            await _say_something(at, table)
        others = await at.connection.fetch(
            "SELECT conname FROM pg_constraint WHERE contype = 'x' AND conrelid = $1::text::regclass",
            table.name,
        )
        for row in others:
            await at.drop(table.name, row["conname"])
        columns = ", ".join(table.columns)
        first = await at.fetchval(f"SELECT max(id) FROM {table.name} WHERE superseded_by IS NULL")
        # The same value again would break the rules about values too.
        values = {"external_id": "'other'", "code": "'other'", "number": "'other'", "role": "'auditor'"}
        said = ", ".join(
            values.get(name, name) if kind == "VARCHAR" else name for name, kind in table.columns.items()
        )
        await at.run(
            f"INSERT INTO {table.name} ({columns}, valid, operation_id)"
            f" SELECT {said}, daterange('2100-01-01', '2100-01-02'), operation_id FROM {table.name} WHERE id = $1",
            first,
        )
        second = await at.fetchval(f"SELECT max(id) FROM {table.name}")
        return {f"{table.name}:{first}", f"{table.name}:{second}"}

    break_it.__name__ = f"{table.name}_believed_twice"
    return break_it


async def _say_something(at: Breaker, table: facts.FactTable) -> None:
    if table is facts.COMMITTEE:
        await committee(at)
        return
    if table is facts.SEAT:
        await seat(at, await committee(at))
        return
    if table in (facts.MEETING, facts.ABSENCE, facts.RESOLUTION):
        meeting_id, days = history.new_id(), Period(OPENED)
        meeting = (at.world["health-1"], "cell", None, "thematic", date(2023, 5, 1), None)
        await at.say(facts.MEETING, (meeting_id,), days, *meeting)
        if table is facts.ABSENCE:
            await at.say(table, (meeting_id, at.world["p0"]), days, "ill")
        if table is facts.RESOLUTION:
            await at.say(table, (meeting_id, 1), days, "Nghị quyết", "two_thirds", 2, {}, 2)
        return
    said: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
        "activity": ((at.world["p0"],), ("exempted",)),
        "ballot": (
            (history.new_id(),),
            ("exit", at.world["p0"], "cell", at.world["court"], 3, {}, 3, None),
        ),
        "member_distinction": ((history.new_id(),), tuple(sorted((at.world["p0"], at.world["p3"])))),
        "paper_distinction": ((history.new_id(),), (at.world["p0"], "hr", "1")),
        "member_merge": ((history.new_id(),), (at.world["p0"], at.world["p3"])),
        "identifier": ((at.world["p0"], "citizen_id"), ("030170000001", at.world["province"])),
        "organization_authority": ((at.world["court"], "delegated_upper_powers"), ()),
        "organization_sector": ((at.world["court"],), ("hospital",)),
        "lineage": (
            (history.new_id(),),
            (at.world["court"], at.world["court"], "split_into", 1, 1, 0),
        ),
        "roll_destination": ((at.world["court"],), (at.world["health-1"],)),
        "hold": ((history.new_id(),), (at.world["p0"], "complaint")),
        "transfer": ((history.new_id(),), transfer(at)),
    }
    if table is facts.TRANSFER:
        await away(at)
    key, values = said[table.name]
    await at.say(table, key, Period(OPENED), *values)


BREACHES += [
    ("fact_believed_once", _believed_twice(table))
    for table in facts.TABLES
    if table not in (facts.PLACEMENT, facts.MEMBERSHIP, facts.TRANSFER)
]


@breach("operation_sealed")
async def an_operation_never_sealed(at: Breaker) -> set[object]:
    return {await at.operation()}


@breach("operation_sealed")
async def two_operations_at_one_instant(at: Breaker) -> set[object]:
    await at.connection.execute("DROP INDEX uq_operation_recorded_at")
    operations = {await at.operation(), await at.operation()}
    await at.run("UPDATE operation SET recorded_at = now() WHERE recorded_at IS NULL")
    return operations


def _unsound(table: str, how: str) -> Break:
    async def break_it(at: Breaker) -> set[object]:
        await _say_for(at, table)
        row = await at.fetchval(
            f"SELECT id FROM {table} WHERE superseded_by IS NULL ORDER BY id DESC LIMIT 1"
        )
        missing = history.new_id()
        if how == "of_no_operation":
            await at.run(f"UPDATE {table} SET operation_id = $1 WHERE id = $2", missing, row)
        elif how == "said_first_by_no_operation":
            await at.run(f"UPDATE {table} SET said_first_by = $1 WHERE id = $2", missing, row)
        elif how == "said_first_by_itself":
            await at.run(f"UPDATE {table} SET said_first_by = operation_id WHERE id = $1", row)
        else:
            # Taken back and said again, so that nothing is missed but the order of the two operations.
            columns = await at.fetchval(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_name = $1 AND column_name NOT IN ('id', 'superseded_by', 'hash')",
                table,
            )
            earlier = await at.fetchval("SELECT id FROM operation ORDER BY recorded_at LIMIT 1")
            by = missing if how == "taken_back_by_no_operation" else earlier
            if how == "taken_back_before_it_was_said":
                latest = await at.operation()
                await at.seal()
                await at.run(f"UPDATE {table} SET operation_id = $1 WHERE id = $2", latest, row)
            await at.run(f"UPDATE {table} SET superseded_by = $1 WHERE id = $2", by, row)
            if table != "api_key":
                await at.run(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = $1", row
                )
        return {f"{table}:{row}"}

    break_it.__name__ = f"{table}_{how}"
    return break_it


async def _say_for(at: Breaker, table: str) -> None:
    if await at.fetchval(f"SELECT count(*) FROM {table}"):
        return
    if table == "api_key":
        operation_id = await at.operation()
        await at.seal()
        await at.run(
            "INSERT INTO api_key (id, actor_id, hash, operation_id) VALUES ($1, $2, '\\x00', $3)",
            history.new_id(),
            CAUSE.actor.id,
            operation_id,
        )
    else:
        await _say_something(at, next(one for one in facts.TABLES if one.name == table))


BREACHES += [
    ("fact_of_operation", _unsound(table, how))
    for table in (*(one.name for one in facts.TABLES), "api_key")
    for how in ("of_no_operation", "taken_back_by_no_operation", "taken_back_before_it_was_said")
]
BREACHES += [
    ("fact_of_operation", _unsound(table, how))
    for table in (facts.SEAT.name, facts.PLACEMENT.name)
    for how in ("said_first_by_no_operation", "said_first_by_itself")
]
