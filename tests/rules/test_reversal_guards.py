"""All that guards facts in the database: what is taken back is refused in words before it, or cannot meet it."""

import re

import asyncpg
from sqlmodel import SQLModel

from app.bootstrap import Urls
from app.models.fact import BELIEVED_ONCE
from app.queries import facts, reversal_guards
from app.services.reversal_guards import GUARDS

SAID_BEFORE = {
    "parent_alive": "R-ORG-2, by `check_tree`",
    "membership_in_cell": "R-ORG-4, by `reversal_soundness.outside_cells`",
    "ex_*, of one row believed of a key": "R-REV-1, by `reversal._written_into`",
}
"""Guards that have an answer of their own, and where."""

NOT_MET = {
    "organization_described": "life, name and type of a day are said together: who says one of them anew replaces it",
    "one_pending_policy_edit": "judged of edits that the operation proposes: a reversal proposes none",
    "two_persons": "judged of what the operation proposes or closes: a reversal does neither",
    "restructuring_by_two_persons": "judged of the steps of the operation, which the table of steps has judged",
    "only_once": "a reversal takes back what is believed, once",
    "of_open_operation": "a reversal is open until it is sealed",
    "operation_sealed": "as every act",
    "read_committed": "as every act",
    "ex_placement_one_root": "there is a root on every day: one that comes back takes the place of what was said",
    "ex_meeting_one_regular": "only a correction of a meeting takes meetings back, and that is not reversed",
}
"""Guards that a reversal cannot meet, and why."""


async def test_each_guard_is_said_or_cannot_be_met_by_what_is_taken_back(urls: Urls) -> None:
    connection = await asyncpg.connect(urls.migrator)
    sources = await connection.fetch("SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    await connection.close()
    raised = {name for row in sources for name in re.findall(r"refuse\('(\w+)'", row["prosrc"])}
    excluding = {
        str(one.name): BELIEVED_ONCE in one.info
        for table in facts.TABLES
        for one in SQLModel.metadata.tables[table.name].constraints
        if str(one.name).startswith("ex_")
    }
    assert excluding
    met = raised | {name for name, of_a_key in excluding.items() if not of_a_key}
    kinds = [GUARDS.keys(), SAID_BEFORE.keys() - {"ex_*, of one row believed of a key"}, NOT_MET.keys()]
    assert met == set().union(*kinds)
    assert sum(map(len, kinds)) == len(met)
    assert GUARDS.keys() == reversal_guards.WHOSE.keys()
