"""The Python client's shapes beside the contract's: a field that one has and the other has not fails here."""

from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import pytest
from dangbo_client import (
    access,
    ballots,
    catalogues,
    committees,
    directory,
    findings,
    holds,
    imports,
    lists,
    machine_clients,
    meetings,
    member_acts,
    member_distinctions,
    member_dues,
    member_merges,
    members,
    notices,
    operations,
    organization_diff,
    organization_shapes,
    policies,
    policy_edits,
    reads,
    summary,
    transfers,
    verify,
    writing,
)
from dangbo_client.members import MemberFacts, NewMember, PaperRow
from dangbo_client.organizations import OrganizationFacts
from fastapi import FastAPI

from app.config import Settings
from app.db import Database
from app.main import create_app

SHAPES: dict[type, str] = {
    access.Actor: "ActorRead",
    access.Grant: "GrantRead",
    access.GrantItem: "GrantItem",
    access.GrantResult: "GrantResult",
    access.Me: "MeRead",
    access.PermittedAction: "PermittedAction",
    access.ReachedOrganization: "ReachedOrganization",
    access.Refusal: "Refusal",
    ballots.Ballot: "BallotRead",
    ballots.BallotItem: "BallotItem",
    ballots.CorrectedBallot: "CorrectedBallot",
    committees.Committee: "CommitteeRead",
    committees.CommitteeItem: "CommitteeItem",
    committees.CorrectedCommittee: "CorrectedCommittee",
    committees.Seat: "SeatRead",
    committees.SeatItem: "SeatItem",
    committees.SeatResult: "SeatResult",
    findings.Finding: "FindingRead",
    meetings.Absence: "AbsenceRead",
    meetings.Absentee: "AbsenteeItem",
    meetings.Attendance: "AttendanceRead",
    meetings.Meeting: "MeetingRead",
    meetings.MeetingItem: "MeetingItem",
    meetings.MeetingResult: "MeetingResult",
    meetings.Ratio: "Ratio",
    meetings.Regularity: "Regularity",
    meetings.RegularityItem: "RegularityItem",
    meetings.Resolution: "ResolutionRead",
    meetings.VoteBase: "BaseRead",
    directory.DirectoryItem: "DirectoryItem",
    directory.PathStep: "PathStep",
    holds.Hold: "HoldRead",
    holds.HoldItem: "HoldItem",
    imports.Column: "ImportColumn",
    imports.Import: "ImportRead",
    imports.Fault: "ImportFault",
    imports.HeldRow: "ImportHeldItem",
    imports.ImportCounts: "ImportCounts",
    imports.ImportOutcomes: "ImportOutcomes",
    imports.ImportKind: "ImportKindItem",
    imports.ImportParameters: "ImportParameters",
    imports.RowError: "ImportErrorItem",
    lists.Page: "OrganizationPage",
    machine_clients.MachineClient: "MachineClientRead",
    machine_clients.MachineClientItem: "MachineClientItem",
    machine_clients.MachineKey: "MachineKeyRead",
    machine_clients.NewMachineKey: "MachineKeyMade",
    member_acts.ActedMember: "ActedMember",
    member_dues.DaySpan: "DaySpan",
    member_dues.PartyAge: "PartyAgeRead",
    member_dues.YearsAndMonths: "YearsAndMonths",
    members.BadgeDue: "BadgeDueItem",
    member_distinctions.Distinction: "DistinctionRead",
    member_distinctions.DistinctionItem: "DistinctionItem",
    member_distinctions.DuplicateMember: "DuplicateMember",
    member_distinctions.DuplicatePair: "DuplicatePair",
    member_merges.Merge: "MergeItem",
    member_merges.MergedMember: "MergedMember",
    members.CellPlace: "CellPlace",
    members.CorrectedMember: "CorrectedMember",
    members.CorrectionProposal: "CorrectionProposalItem",
    members.Identifier: "MaskedIdentifier",
    members.MatchCandidate: "MatchCandidate",
    members.Matches: "MatchesRead",
    members.Member: "MemberRead",
    members.MemberItem: "MemberItem",
    members.ProbationEnd: "ProbationEndItem",
    members.RowMatch: "RowMatch",
    members.TimelineItem: "TimelineItem",
    members.UnmaskedField: "UnmaskedField",
    members.UnmaskedMember: "UnmaskedMember",
    organization_shapes.Ancestor: "Ancestor",
    organization_shapes.AuthorityHeld: "AuthorityHeld",
    organization_shapes.Child: "ChildItem",
    organization_shapes.CorrectedOrganization: "CorrectedOrganization",
    organization_shapes.FactCause: "FactCause",
    organization_shapes.Headcount: "Headcount",
    organization_shapes.Organization: "OrganizationRead",
    organization_shapes.OrganizationFact: "OrganizationFact",
    organization_shapes.OrganizationItem: "OrganizationItem",
    organization_shapes.Tree: "TreeRead",
    organization_shapes.TreeNode: "TreeNode",
    notices.Notice: "NoticeRead",
    notices.NoticeItem: "NoticeItem",
    notices.NoticePerson: "NoticePersonRead",
    notices.NoticeResult: "NoticeResult",
    operations.FeedPage: "OperationPage",
    operations.Operation: "OperationItem",
    operations.Touched: "Touched",
    operations.TouchedItem: "TouchedItem",
    organization_diff.DiffItem: "DiffItem",
    organization_diff.DiffSide: "DiffSide",
    organization_diff.DiffTotals: "DiffTotals",
    organization_diff.SubtreeSide: "SubtreeSide",
    summary.AgeBands: "AgeBands",
    summary.ClassCount: "ClassCount",
    summary.MemberSummary: "MemberSummary",
    summary.OrganizationSummary: "OrganizationSummary",
    summary.SizeClasses: "SizeClasses",
    summary.Summary: "SummaryRead",
    reads.Read: "ReadItem",
    policies.Policy: "PolicyRead",
    policies.PolicyRow: "PolicyItem",
    policy_edits.Alteration: "Alteration",
    policy_edits.AlteredPeriod: "AlteredPeriod",
    policy_edits.BrokenRecords: "BrokenRecords",
    policy_edits.EditedRow: "PolicyEditRow",
    policy_edits.PolicyEdit: "PolicyEditRead",
    policy_edits.PolicyEditItem: "PolicyEditItem",
    policy_edits.ResolvedValue: "ResolvedValue",
    catalogues.Catalogue: "CatalogueRead",
    catalogues.CatalogueEntry: "CatalogueEntry",
    catalogues.CatalogueItem: "CatalogueItem",
    catalogues.Catalogues: "Catalogues",
    transfers.OpenStep: "OpenStep",
    transfers.Transfer: "TransferRead",
    transfers.TransferItem: "TransferItem",
    transfers.TransferResult: "TransferResult",
    transfers.TransferStep: "TransferStepItem",
    verify.Check: "Checked",
    verify.Report: "Report",
    writing.Decision: "DecisionPaper",
    writing.Dependent: "Dependent",
}
SAID: dict[type, str] = {
    OrganizationFacts: "OrganizationChange",
    MemberFacts: "MemberChange",
    NewMember: "MemberCreation",
    PaperRow: "PaperRow",
    notices.NewNotice: "NoticeNew",
    notices.About: "NoticeAbout",
    ballots.NewBallot: "BallotNew",
    ballots.BallotOfMeeting: "BallotOfMeeting",
    ballots.CountedVotes: "CountedVotes",
    meetings.NewMeeting: "MeetingNew",
    meetings.NewResolution: "ResolutionNew",
}
NAMED_BY_THE_METHODS = {
    "effective_on", "reason", "decisions", "identifiers", "cell_id", "standing", "since", "full_name",
}  # fmt: skip


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    app: FastAPI = create_app(Settings(), Database(Settings(), "", ""))
    return dict(app.openapi()["components"]["schemas"])


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_what_is_read_is_what_the_contract_says(shape: type, schemas: dict[str, Any]) -> None:
    assert is_dataclass(shape)
    known = {one.name.rstrip("_") for one in fields(shape)} - {"etag"}
    assert known == set(schemas[SHAPES[shape]]["properties"])


@pytest.mark.parametrize("shape", SAID, ids=lambda shape: shape.__name__)
def test_what_can_be_said_is_what_the_contract_takes(shape: type, schemas: dict[str, Any]) -> None:
    taken = set(schemas[SAID[shape]]["properties"])
    assert set(get_type_hints(shape)) - taken == set()
    assert taken - set(get_type_hints(shape)) <= NAMED_BY_THE_METHODS
