"""Organizations: the tree as of any day, and what is recorded of its nodes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from dangbo_client.lineage import Descent, ResolvedOrganizations, Successors
from dangbo_client.lists import Listing
from dangbo_client.organization_diff import Differences
from dangbo_client.organization_shapes import (
    Ancestor,
    Child,
    CorrectedOrganization,
    Organization,
    OrganizationFact,
    OrganizationItem,
    Tree,
)
from dangbo_client.resource import Resource, reads, writes
from dangbo_client.shapes import Day, Instant
from dangbo_client.summary import Summary
from dangbo_client.writing import Decision, correction, of_fact


class OrganizationFacts(TypedDict, total=False):
    """What a change can say. What is left out stays as it is; None ends it (a name cannot end)."""

    name: str
    name_en: str | None
    code: str | None
    sector: str | None
    authorised_to_admit_and_expel: bool | None
    delegated_upper_powers: bool | None


class Organizations(Resource):
    """`client.organizations`. `on` defaults to today, `known_at` to now."""

    @reads("organizations")
    def list(
        self,
        *,
        within: str | None = None,
        parent: str | None = None,
        type: Sequence[str] = (),
        level: str | None = None,
        grassroots: bool | None = None,
        sector: str | None = None,
        q: str | None = None,
        id: Sequence[str] = (),
        system: str | None = None,
        external_id: str | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[OrganizationItem]:
        """Organizations alive on a day, by name; `q` is part of a name, accents and case disregarded."""

    @reads("organizations/{organization_id}")
    def get(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Organization:
        """One organization on a day; on its last day, with `ended_on`, where it has ended."""

    @reads("organizations/by-code")
    def by_code(self, code: str, *, on: Day | None = None, known_at: Instant | None = None) -> Organization:
        """The organization that bears a code on a day; `Gone` for a retired code without a day."""

    @reads("organizations/resolve")
    def resolve(
        self,
        *,
        code: Sequence[str] = (),
        id: Sequence[str] = (),
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> ResolvedOrganizations:
        """What became of the organizations behind up to 1,000 codes, and as many ids, by a day."""

    @reads("organizations/{organization_id}/children")
    def children(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Listing[Child]:
        """Its children on a day, by name, with the counts of their branches."""

    @reads("organizations/{organization_id}/ancestors")
    def ancestors(
        self, organization_id: str, *, on: Day | None = None, known_at: Instant | None = None
    ) -> Listing[Ancestor]:
        """The organizations above one on a day, the root first."""

    @reads("organizations/{organization_id}/tree")
    def tree(
        self,
        organization_id: str,
        *,
        depth: int = 2,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Tree:
        """An organization and up to 2,000 below it, nested to a depth of 1 to 6 levels, with their counts."""

    @reads("organizations/{organization_id}/summary")
    def summary(
        self,
        organization_id: str,
        *,
        basis: str = "as_recorded",
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Summary:
        """Members of the subtree by standing, activity, sex and age; its organizations by type and size.

        Counted on the tree of the day, or on that of today (`basis="todays_tree"`).
        """

    @reads("organizations/{organization_id}/lineage")
    def lineage(
        self,
        organization_id: str,
        *,
        depth: str = "direct",
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Listing[Descent]:
        """What it came of and went into up to a day; with the depth `all` also through others."""

    @reads("organizations/{organization_id}/successors")
    def successors(
        self,
        organization_id: str,
        *,
        since: Day | None = None,
        on: Day | None = None,
        known_at: Instant | None = None,
    ) -> Successors:
        """What it has become by a day, as it was on its last one or on `since`: who holds which share of it."""

    @reads("organizations/{organization_id}/history")
    def history(
        self, organization_id: str, *, superseded: bool = False, known_at: Instant | None = None
    ) -> Listing[OrganizationFact]:
        """Its facts: when each was true, who said so when; with `superseded` also what was taken back."""

    @reads("organizations/{organization_id}/diff")
    def diff(
        self, organization_id: str, *, from_: Day, to: Day, known_at: Instant | None = None
    ) -> Differences:
        """What became of a subtree between two days: begun, ended, moved, renamed, retyped, recoded."""

    @writes("organizations/{organization}/changes")
    def change(
        self,
        organization: Organization,
        *,
        effective_on: Day,
        reason: str | None = None,
        decisions: Sequence[Decision] = (),
        **facts: Unpack[OrganizationFacts],
    ) -> Organization:
        """Record what becomes true from a day on; `Stale` if it was changed since `organization` was read."""

    def correct(
        self,
        organization: Organization,
        fact: str,
        value: Mapping[str, Any] | None,
        *,
        from_: Day,
        to: Day | None = None,
        reason: str,
        evidence: str | None = None,
        system: str | None = None,
        kind: str | None = None,
    ) -> CorrectedOrganization:
        """Correct a fact recorded in error from a day up to, not including, another; None strikes it out.

        `fact` is name, placement, type, code, sector, opening, authority (of a `kind`), or
        external_id (of a `system`).
        """
        said = of_fact(fact, value, system=system, kind=kind)
        path = ("organizations", organization.id, "corrections")
        document = correction(from_, to, reason, evidence, **said)
        return self._write(CorrectedOrganization, path, document, organization)
