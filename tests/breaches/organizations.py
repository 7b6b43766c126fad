"""Organizations and their tree, broken."""

from datetime import date

from make import BEGAN, OPENED, organization

from app.domain.period import Period
from app.queries import facts
from app.queries.register import insert_organizations
from app.services import history
from breaches.breaking import Breaker, breach

ENDED = date(2024, 1, 1)


@breach("one_root")
async def two_roots(at: Breaker) -> set[object]:
    await at.drop("placement", "ex_placement_one_root")
    district = at.world["district"]
    await at.run("UPDATE placement SET parent_id = NULL WHERE organization_id = $1", district)
    await at.rebuild()
    return {district, at.world["province"]}


@breach("one_root")
async def a_root_that_ends_without_another(at: Breaker) -> set[object]:
    await at.run("UPDATE placement SET valid = daterange('2020-08-01', '2100-01-01')")
    await at.run("UPDATE organization_opening SET valid = daterange(lower(valid), '2100-01-01')")
    await at.run("DELETE FROM membership")
    await at.run("DELETE FROM headcount_change")
    await at.run("DELETE FROM member")
    await at.rebuild()
    return {at.world["province"]}


@breach("organization_unbroken")
async def a_life_with_a_gap(at: Breaker) -> set[object]:
    court = at.world["court"]
    await at.run("UPDATE placement SET valid = '[2020-08-01,2021-01-01)' WHERE organization_id = $1", court)
    await at.run(
        "INSERT INTO placement (organization_id, parent_id, valid, operation_id)"
        " SELECT organization_id, parent_id, '[2022-01-01,)', operation_id FROM placement"
        " WHERE organization_id = $1",
        court,
    )
    await at.rebuild()
    return {court}


@breach("organization_unbroken")
async def two_places_on_one_day(at: Breaker) -> set[object]:
    court = at.world["court"]
    await at.drop("placement", "ex_placement_organization_id")
    await at.run(
        "INSERT INTO placement (organization_id, parent_id, valid, operation_id)"
        " SELECT organization_id, $2, '[2021-01-01,2021-01-02)', operation_id FROM placement"
        " WHERE organization_id = $1",
        court,
        at.world["district"],
    )
    await at.rebuild()
    return {court}


@breach("organization_unbroken")
async def an_organization_that_never_lived(at: Breaker) -> set[object]:
    organization_id = history.new_id()
    await insert_organizations(at.connection, [organization_id])
    return {organization_id}


@breach("parent_alive")
async def a_parent_that_ends_before_its_child(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    parent = await organization(
        at.connection, operation_id, at.world["bloc"], "grassroots_committee", "Đảng bộ cũ"
    )
    child = await organization(at.connection, operation_id, parent, "affiliated_cell", "Chi bộ cũ")
    await at.seal()
    for table in ("placement", "organization_opening"):
        await at.run(
            f"UPDATE {table} SET valid = daterange(lower(valid), '2024-01-01') WHERE organization_id = $1",
            parent,
        )
    await at.rebuild()
    return {child}


@breach("tree_without_cycle")
async def two_organizations_below_each_other(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    one = await organization(
        at.connection, operation_id, at.world["bloc"], "grassroots_committee", "Đảng bộ một"
    )
    other = await organization(at.connection, operation_id, one, "grassroots_committee", "Đảng bộ hai")
    await at.seal()
    await at.run("UPDATE placement SET parent_id = $1 WHERE organization_id = $2", other, one)
    await at.rebuild()
    return {one, other}


@breach("tree_without_cycle")
async def a_tree_deeper_than_it_may_be(at: Breaker) -> set[object]:
    operation_id = await at.operation()
    await at.connection.execute("SET LOCAL session_replication_role = replica")
    below = at.world["province"]
    for depth in range(1, 14):
        below = await organization(
            at.connection, operation_id, below, "grassroots_committee", f"Đảng bộ bậc {depth}"
        )
    await at.seal()
    return {below}


async def _ended(at: Breaker, name: str) -> object:
    """An organization that ended on `ENDED`."""
    operation_id = await at.operation()
    ended = await organization(
        at.connection,
        operation_id,
        at.world["bloc"],
        "grassroots_committee",
        name,
        life=Period(OPENED, ENDED),
    )
    await at.seal()
    return ended


async def _went(at: Breaker, source: object, target: object, share: int = 1, whole: int = 1) -> None:
    """What part of one organization went into another on `ENDED`."""
    edge = (source, target, "absorbed_into", share, whole, 0)
    await at.say(facts.LINEAGE, (history.new_id(),), Period(ENDED), *edge)


@breach("lineage_whole")
async def a_part_of_an_organization_that_went_nowhere(at: Breaker) -> set[object]:
    ended = await _ended(at, "Đảng bộ cũ")
    await _went(at, ended, at.world["court"], 1, 3)
    return {ended}


@breach("lineage_whole")
async def an_organization_that_went_into_another_and_lives_on_without_a_part(at: Breaker) -> set[object]:
    await _went(at, at.world["health"], at.world["court"])
    return {at.world["health"]}


@breach("lineage_whole")
async def an_organization_that_keeps_a_part_of_itself_and_is_no_more(at: Breaker) -> set[object]:
    ended = await _ended(at, "Đảng bộ cũ")
    await _went(at, ended, ended)
    return {ended}


@breach("lineage_whole")
async def an_organization_that_went_into_another_long_before_it_was_there(at: Breaker) -> set[object]:
    ended = await _ended(at, "Đảng bộ cũ")
    edge = (ended, at.world["court"], "absorbed_into", 1, 1, 0)
    await at.say(facts.LINEAGE, (history.new_id(),), Period(BEGAN), *edge)
    return {ended}


@breach("lineage_without_cycle")
async def two_organizations_that_went_into_each_other(at: Breaker) -> set[object]:
    one, other = await _ended(at, "Đảng bộ một"), await _ended(at, "Đảng bộ hai")
    await _went(at, one, other)
    await _went(at, other, one)
    return {one, other}


@breach("ancestry")
async def an_ancestor_forgotten(at: Breaker) -> set[object]:
    await at.run(
        "DELETE FROM organization_ancestry WHERE organization_id = $1 AND ancestor_id = $2",
        at.world["court"],
        at.world["province"],
    )
    return {at.world["court"]}


@breach("ancestry")
async def an_ancestor_made_up(at: Breaker) -> set[object]:
    await at.run(
        "INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)"
        " VALUES ($1, $2, 1, '[2020-08-01,)')",
        at.world["court"],
        at.world["district"],
    )
    return {at.world["court"]}


@breach("ancestry")
async def an_ancestor_written_twice(at: Breaker) -> set[object]:
    await at.run(
        "INSERT INTO organization_ancestry (organization_id, ancestor_id, depth, valid)"
        " SELECT organization_id, ancestor_id, depth, valid FROM organization_ancestry"
        " WHERE organization_id = $1 AND depth = 0",
        at.world["court"],
    )
    return {at.world["court"]}


@breach("organization_described")
async def an_organization_without_a_name_for_a_while(at: Breaker) -> set[object]:
    await at.run(
        "UPDATE organization_name SET valid = '[2020-09-01,)' WHERE organization_id = $1", at.world["court"]
    )
    return {at.world["court"]}


@breach("organization_described")
async def an_organization_without_a_type(at: Breaker) -> set[object]:
    # The bloc holds no members, so that the type is missed for nothing else.
    await at.run("DELETE FROM organization_type WHERE organization_id = $1", at.world["bloc"])
    return {at.world["bloc"]}


@breach("opening_in_life")
async def a_roll_complete_before_the_cell_was_there(at: Breaker) -> set[object]:
    await at.run(
        "UPDATE organization_opening SET valid = '[2019-01-01,)' WHERE organization_id = $1",
        at.world["court"],
    )
    return {at.world["court"]}


@breach("code_borne_once")
async def two_organizations_with_one_code(at: Breaker) -> set[object]:
    await at.drop("organization_code", "ex_organization_code_code")
    await at.run("UPDATE organization_code SET code = 'C-town' WHERE organization_id = $1", at.world["court"])
    return {at.world["court"], at.world["town"]}


@breach("external_id_borne_once")
async def two_organizations_with_one_external_id(at: Breaker) -> set[object]:
    await at.drop("organization_external_id", "ex_organization_external_id_system_external_id")
    await at.run(
        "UPDATE organization_external_id SET external_id = 'town' WHERE organization_id = $1",
        at.world["court"],
    )
    return {at.world["court"], at.world["town"]}


@breach("code_in_catalogue")
async def a_sector_that_no_catalogue_has(at: Breaker) -> set[object]:
    await at.say(facts.ORGANIZATION_SECTOR, (at.world["court"],), Period(OPENED), "moon")
    return {at.world["court"]}


@breach("code_in_catalogue")
async def a_level_that_no_catalogue_has(at: Breaker) -> set[object]:
    (_, values), *_ = await facts.believed(at.connection, facts.PERSON, (at.world["p0"],))
    row = facts.PERSON.row(values | {"political_theory": "moon"})
    await at.say(facts.PERSON, (at.world["p0"],), Period(OPENED), *row)
    return {at.world["p0"]}
