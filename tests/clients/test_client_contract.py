"""The Python client's shapes beside the contract's: a field that one has and the other has not fails here."""

import re
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import pytest
from dangbo_client import (
    access,
    ballots,
    catalogues,
    committees,
    correction_proposals,
    directory,
    findings,
    holds,
    imports,
    lineage,
    lists,
    machine_clients,
    meetings,
    member_acts,
    member_distinctions,
    member_dues,
    member_merges,
    member_shapes,
    notices,
    operations,
    organization_diff,
    organization_shapes,
    paper_distinctions,
    policies,
    policy_edits,
    reads,
    restructuring_suggestions,
    restructurings,
    seats,
    summary,
    transfers,
    verify,
    writing,
)
from dangbo_client.members import MemberFacts, NewMember, PaperRow
from dangbo_client.organizations import OrganizationFacts
from dangbo_client.resource import Request, Resource
from dangbo_client.shapes import versioned_part
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
    access.OpenStep: "OpenStep",
    access.PermittedAction: "PermittedAction",
    access.ReachedOrganization: "ReachedOrganization",
    access.Refusal: "Refusal",
    ballots.Ballot: "BallotRead",
    ballots.BallotItem: "BallotItem",
    ballots.CorrectedBallot: "CorrectedBallot",
    committees.Committee: "CommitteeRead",
    committees.CommitteeItem: "CommitteeItem",
    committees.CorrectedCommittee: "CorrectedCommittee",
    seats.Seat: "SeatRead",
    seats.SeatItem: "SeatItem",
    seats.SeatResult: "SeatResult",
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
    correction_proposals.CorrectionProposal: "CorrectionProposalRead",
    correction_proposals.CorrectionProposalItem: "CorrectionProposalItem",
    restructuring_suggestions.Suggestion: "SuggestionItem",
    restructuring_suggestions.MergeCandidate: "MergeCandidate",
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
    lineage.Descent: "LineageItem",
    lineage.LineageEnd: "LineageEnd",
    lineage.Resolved: "ResolvedItem",
    lineage.ResolvedOrganizations: "ResolvedOrganizations",
    lineage.Successor: "SuccessorItem",
    lineage.Successors: "SuccessorsRead",
    lists.Page: "OrganizationPage",
    machine_clients.MachineClient: "MachineClientRead",
    machine_clients.MachineClientItem: "MachineClientItem",
    machine_clients.MachineKey: "MachineKeyRead",
    machine_clients.NewMachineKey: "MachineKeyMade",
    member_acts.ActedMember: "ActedMember",
    member_dues.DaySpan: "DaySpan",
    member_dues.PartyAge: "PartyAgeRead",
    member_dues.YearsAndMonths: "YearsAndMonths",
    member_shapes.BadgeDue: "BadgeDueItem",
    member_distinctions.Distinction: "DistinctionRead",
    member_distinctions.DistinctionItem: "DistinctionItem",
    member_distinctions.DuplicateMember: "DuplicateMember",
    member_distinctions.DuplicatePair: "DuplicatePair",
    paper_distinctions.PaperDistinction: "PaperDistinctionRead",
    paper_distinctions.PaperDistinctionItem: "PaperDistinctionItem",
    member_merges.Merge: "MergeItem",
    member_merges.MergedMember: "MergedMember",
    member_shapes.CellPlace: "CellPlace",
    member_shapes.CorrectedMember: "CorrectedMember",
    member_shapes.Following: "Following",
    member_shapes.Identifier: "MaskedIdentifier",
    member_shapes.MatchCandidate: "MatchCandidate",
    member_shapes.Matches: "MatchesRead",
    member_shapes.Member: "MemberRead",
    member_shapes.MemberItem: "MemberItem",
    member_shapes.ProbationEnd: "ProbationEndItem",
    member_shapes.PaperFault: "PaperFault",
    member_shapes.PaperMatch: "PaperMatch",
    member_shapes.RowMatch: "RowMatch",
    member_shapes.TimelineItem: "TimelineItem",
    member_shapes.UnmaskedField: "UnmaskedField",
    member_shapes.UnmaskedMember: "UnmaskedMember",
    member_shapes.WrittenMember: "WrittenMember",
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
    reads.ReadAlert: "ReadAlertItem",
    restructurings.Conflict: "ConflictRead",
    restructurings.EffectCount: "EffectCount",
    restructurings.Job: "JobRead",
    restructurings.Ledger: "Ledger",
    restructurings.NeededEnd: "NeededEnd",
    restructurings.Preview: "PreviewRead",
    restructurings.PreviewEnd: "PreviewEnd",
    restructurings.PreviewRow: "PreviewRow",
    restructurings.Restructuring: "RestructuringRead",
    restructurings.RestructuringItem: "RestructuringItem",
    restructurings.TakenStep: "TakenStep",
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
    transfers.Transfer: "TransferRead",
    transfers.TransferItem: "TransferItem",
    transfers.TransferResult: "TransferResult",
    transfers.TransferStep: "TransferStepItem",
    verify.Check: "Checked",
    verify.Report: "Report",
    writing.Decision: "DecisionPaper",
    writing.DependentOperation: "DependentOperation",
    writing.DependentRecord: "DependentRecord",
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
def contract() -> dict[str, Any]:
    app: FastAPI = create_app(Settings(), Database(Settings(), "", ""))
    return app.openapi()


@pytest.fixture(scope="module")
def schemas(contract: dict[str, Any]) -> dict[str, Any]:
    return dict(contract["components"]["schemas"])


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


DECLARED = [
    pytest.param(method.request, id=f"{resource.__name__}.{name}")
    for resource in Resource.__subclasses__()
    for name, method in vars(resource).items()
    if hasattr(method, "request")
]


def _unnamed(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


@pytest.mark.parametrize("request_", DECLARED)
def test_a_declared_request_is_one_of_the_contract(request_: Request, contract: dict[str, Any]) -> None:
    (path,) = (one for one in contract["paths"] if _unnamed(one) == _unnamed(f"/v1/{request_.path}"))
    operation = contract["paths"][path][request_.verb]
    named = set(re.findall(r"\{(\w+)\}", request_.path))
    given = {
        name.rstrip("_")
        for name, one in request_.signature.parameters.items()
        if name != "self" and name not in named and one.kind is not one.VAR_KEYWORD
    }
    if request_.verb == "get":
        taken = {one["name"] for one in operation["parameters"] if one["in"] == "query"}
    else:
        document = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        taken = set(contract["components"]["schemas"][document.rsplit("/", 1)[1]]["properties"])
    assert given <= taken


@pytest.mark.parametrize(
    ("shape", "part"),
    [
        (access.Grant, ""),
        (access.GrantItem, None),
        (ballots.CorrectedBallot, "ballot"),
        (committees.CorrectedCommittee, "committee"),
        (member_acts.ActedMember, "member"),
        (member_shapes.CorrectedMember, "member"),
        (organization_shapes.CorrectedOrganization, "organization"),
    ],
)
def test_the_version_of_an_answer_goes_where_its_shape_has_one(shape: type, part: str | None) -> None:
    assert versioned_part(shape) == part
