"""Holds: proceedings that are running against or because of a member, and keep the member where he or she is."""

from enum import StrEnum


class HoldGround(StrEnum):
    """Which proceedings; `transfer.block_when` says which of them block a transfer [294 6.3.1đ]."""

    INSPECTION = "inspection"
    AUDIT = "audit"
    COMPLAINT = "complaint"
