"""What a restructuring does to each kind of thing that hangs on an organization or goes with its members."""

from enum import StrEnum


class AffectedThing(StrEnum):
    """A kind of thing that a preview lists."""

    ORGANIZATION = "organization"
    MEMBER = "member"
    COMMITTEE = "committee"
    SEAT = "seat"
    TRANSFER = "transfer"
    AUTHORITY = "authority"
    GRANT = "grant"
    ACCESS = "access"
    MACHINE_CLIENT = "machine_client"
    NOTICE = "notice"
    POLICY = "policy"
    POLICY_EDIT = "policy_edit"
    LINEAGE = "lineage"


class RestructuringEffect(StrEnum):
    """What happens to a thing."""

    BEGINS = "begins"
    ENDS = "ends"
    MOVES = "moves"
    CHANGES = "changes"
    TRAVELS = "travels"
    STAYS = "stays"
    GAINS = "gains"
    LOSES = "loses"
    RETURNS = "returns"
