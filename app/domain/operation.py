"""The kinds of operations: every act that the register records; and how many acts in one request go together."""

from enum import StrEnum


class OperationKind(StrEnum):
    """What a person did."""

    REGISTER_OPENED = "register_opened"
    POLICIES_SHIPPED = "policies_shipped"
    POLICY_EDIT_PROPOSED = "policy_edit_proposed"
    POLICY_EDIT_APPROVED = "policy_edit_approved"
    POLICY_EDIT_REFUSED = "policy_edit_refused"
    POLICY_EDIT_WITHDRAWN = "policy_edit_withdrawn"
    ORGANIZATION_CHANGED = "organization_changed"
    ORGANIZATION_CORRECTED = "organization_corrected"
    MEMBER_CREATED = "member_created"
    MEMBER_CHANGED = "member_changed"
    MEMBER_STATUS_DECIDED = "member_status_decided"
    MEMBER_LEFT = "member_left"
    MEMBER_RESTORED = "member_restored"
    MEMBER_READMITTED = "member_readmitted"
    MEMBER_CORRECTED = "member_corrected"
    BALLOT_CORRECTED = "ballot_corrected"
    COMMITTEE_CREATED = "committee_created"
    COMMITTEE_CHANGED = "committee_changed"
    COMMITTEE_CORRECTED = "committee_corrected"
    SEATS_CREATED = "seats_created"
    SEAT_ENDED = "seat_ended"
    SEAT_CORRECTED = "seat_corrected"
    TRANSFERS_INTRODUCED = "transfers_introduced"
    TRANSFER_ARRIVED = "transfer_arrived"
    TRANSFER_ADVANCED = "transfer_advanced"
    TRANSFER_CORRECTED = "transfer_corrected"
    HOLD_CREATED = "hold_created"
    HOLD_ENDED = "hold_ended"
    HOLD_CORRECTED = "hold_corrected"
    GRANTS_CREATED = "grants_created"
    GRANT_ENDED = "grant_ended"
    GRANT_CORRECTED = "grant_corrected"
    MACHINE_CLIENT_CREATED = "machine_client_created"
    KEY_CREATED = "key_created"
    KEY_REVOKED = "key_revoked"
    ORGANIZATIONS_IMPORTED = "organizations_imported"
    MEMBERS_IMPORTED = "members_imported"


class Bulk(StrEnum):
    """How a request of many items is carried out: whole or not at all, or each item for itself."""

    ALL_OR_NOTHING = "all_or_nothing"
    EACH = "each"
