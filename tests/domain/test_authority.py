"""What an authority takes: a grassroots organization with cells, and members."""

from datetime import date

import pytest
from make import shipped

from app.domain.authority import LEAST, Authority, check_grant
from app.domain.errors import RuleBroken
from app.domain.policy import resolve

ADMIT, DELEGATED = Authority


@pytest.mark.parametrize(
    ("authority", "under_province", "members", "allowed"),
    [
        (ADMIT, False, 100, False),
        (ADMIT, False, 101, True),
        (DELEGATED, False, 399, False),
        (DELEGATED, False, 400, True),
        (DELEGATED, True, 199, False),
        (DELEGATED, True, 200, True),
        (ADMIT, False, None, True),
        (DELEGATED, False, None, True),
    ],
)
def test_an_authority_takes_members(
    authority: Authority, under_province: bool, members: int | None, allowed: bool
) -> None:
    least = resolve(shipped("structure"), LEAST[authority], date(2025, 8, 1))
    if allowed:
        check_grant(authority, least, members, has_cells=True, under_province=under_province)
    else:
        with pytest.raises(RuleBroken, match="too_few_for_authority"):
            check_grant(authority, least, members, has_cells=True, under_province=under_province)
    with pytest.raises(RuleBroken, match="authority_of_grassroots_committees"):
        check_grant(authority, least, members, has_cells=False, under_province=under_province)
