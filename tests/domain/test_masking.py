"""Masking: what of a number or a birth date stays readable."""

import pytest

from app.domain.access import HeldRole, Role
from app.domain.masking import (
    ProtectedField,
    mask_birth_date,
    mask_line,
    mask_number,
    roles_that_see,
    whole_by_duty,
)
from app.domain.partial_date import UNKNOWN_DATE, PartialDate
from app.domain.person import IdentifierKind


@pytest.mark.parametrize(
    ("number", "shown"), [("030085001234", "*********234"), ("0012", "*012"), ("123", "***"), ("1", "*")]
)
def test_of_a_number_the_last_three_characters_are_shown_but_never_all(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize(("born", "shown"), [("1985-07-20", "1985"), ("1985-07", "1985"), ("1985", "1985")])
def test_of_a_birth_date_the_year_is_shown(born: str, shown: str) -> None:
    assert mask_birth_date(PartialDate.parse(born)) == PartialDate.parse(shown)


def test_an_unknown_birth_date_has_nothing_to_show() -> None:
    assert mask_birth_date(None) is None and mask_birth_date(UNKNOWN_DATE) is None


def test_of_an_address_nothing_is_shown_but_that_there_is_one() -> None:
    assert mask_line("Số 5 phố Trần Phú, Hải Dương") == "***" and mask_line(None) is None


@pytest.mark.parametrize(
    ("role", "whole"),
    [
        (Role.CELL_SECRETARY, {"birth_date", "residence"}),
        (Role.GRASSROOTS_OFFICE, {"birth_date", "residence"}),
        (Role.UPPER_ORGANIZING_BOARD, {"birth_date"}),
        (Role.INSPECTION_COMMITTEE, {"birth_date"}),
        (Role.PROVINCIAL_ORGANIZING_BOARD, {"birth_date"}),
        (Role.AUDITOR, set()),
        (Role.ADMIN, set()),
    ],
)
def test_what_a_role_sees_whole_by_duty_is_said_alike_to_python_and_to_sql(
    role: Role, whole: set[str]
) -> None:
    for depth in (0, 1):
        assert whole_by_duty([HeldRole(role, depth)]) == whole
    assert {field for field, one in roles_that_see() if one == role} == whole


def test_every_number_of_a_member_is_protected() -> None:
    assert {one.value for one in IdentifierKind} <= {one.value for one in ProtectedField}
