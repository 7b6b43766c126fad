"""Authorities of grassroots organizations beyond their type, granted and revoked by the superior's decision."""

from enum import StrEnum

from app.domain.errors import RuleBroken
from app.domain.policy import Resolved


class Authority(StrEnum):
    """To admit and expel members by itself [294 22]; to act with powers of the upper level [294 10.6]."""

    AUTHORISED_TO_ADMIT_AND_EXPEL = "authorised_to_admit_and_expel"
    DELEGATED_UPPER_POWERS = "delegated_upper_powers"


LEAST = {
    Authority.AUTHORISED_TO_ADMIT_AND_EXPEL: "org.authorised_admit_min_members",
    Authority.DELEGATED_UPPER_POWERS: "org.delegated_powers_min_members",
}
"""The policy that says how many members it takes."""


def check_grant(
    authority: Authority,
    least: Resolved,
    members: int | None,
    *,
    has_cells: bool,
    under_province: bool,
) -> None:
    """Refuse an authority to an organization without cells below it, or with too few members (R-ORG-14).

    `members`: on the roll of the whole branch, None where it is not complete on that day: then nothing is known
    that refuses. `under_province`: it stands directly under a provincial organization.
    """
    value = least.value
    if authority is Authority.DELEGATED_UPPER_POWERS:
        value = value["directly_under_province" if under_province else "usual"]
    if not has_cells:
        raise RuleBroken(
            "R-ORG-14",
            "authority_of_grassroots_committees",
            value="grassroots",
            source=least.source,
            authority=authority.value,
        )
    if members is not None and members < value:
        raise RuleBroken(
            "R-ORG-14",
            "too_few_for_authority",
            value=value,
            source=least.source,
            authority=authority.value,
            number=members,
        )
