"""The kinds of facts: one list of them, which every other list follows."""

from typing import Any, get_args

import pytest

from app.models.fact import Fact
from app.models.member_corrections import MemberCorrection
from app.models.member_timeline import TimelineItem
from app.models.organization_corrections import OrganizationCorrection
from app.models.organization_history import OrganizationFact
from app.queries import facts


def _correctable(union: Any) -> set[str]:
    """The names by which a discriminated union of corrections tells its facts apart."""
    members = get_args(get_args(union)[0])
    return {name for one in members for name in get_args(one.model_fields["fact"].annotation)}


def test_every_table_of_facts_is_listed() -> None:
    assert {table.name for table in facts.TABLES} == {model.__tablename__ for model in Fact.__subclasses__()}


@pytest.mark.parametrize(
    ("listed", "correction", "item"),
    [
        (facts.MEMBER_FACTS, MemberCorrection, TimelineItem),
        (facts.ORGANIZATION_FACTS, OrganizationCorrection, OrganizationFact),
    ],
)
def test_every_fact_of_a_subject_can_be_corrected_and_stands_in_its_history(
    listed: dict[str, facts.FactTable], correction: Any, item: Any
) -> None:
    assert _correctable(correction) == listed.keys()
    assert set(get_args(item.model_fields["fact"].annotation)) == listed.keys()


def test_the_first_of_a_key_is_whose_fact_it_is() -> None:
    for subject, listed in (("member_id", facts.MEMBER_FACTS), ("organization_id", facts.ORGANIZATION_FACTS)):
        assert {next(iter(table.key)) for table in listed.values()} == {subject}
