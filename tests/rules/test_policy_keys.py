"""Every policy that is shipped is read by some code, or stands here with what it waits for."""

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from app.domain import catalogues
from app.services import member_readmissions
from app.services.policies import known

APP = Path(str(files("app")))
BUILT = catalogues.KEYS | set(member_readmissions._RULES)
"""Keys that code makes of their parts."""

WAITING = {
    "the admission of members as a process: dossiers, verification, ceremony, recognition": """
        admission.ceremony_start_event admission.ceremony_wd admission.certificate_validity_months
        admission.decision_extension_wd admission.decision_wd admission.dossier_refresh_months admission.forms
        admission.introducer_min_months_together admission.introducers_required admission.max_age_years
        admission.min_age_years admission.min_education admission.moving_annul_after_wd
        admission.moving_decide_wd admission.moving_forward_wd admission.one_person_per_ceremony_turn
        admission.over_age_authority admission.probation_extension_max_months admission.recognition_cell_wd
        admission.recognition_decision_extension_wd admission.recognition_decision_wd
        admission.recognition_effective_rule admission.verification_reply_wd_abroad
        admission.verification_reply_wd_home policy.resolution""",
    "commendations, and badges as awards": """
        badge.discipline_delay_months badge.early_months_posthumous badge.gift_multiples
        commendation.competence commendation.consecutive_years good_deeds.enabled""",
    "discipline and complaints": """
        complaint.removal_file_wd complaint.resolve_wd disc.complaint_days disc.decision_days disc.grade_ceiling
        disc.lapse_months disc.limitation_years disc.member_forms disc.org_forms suspension.max_days
        vote.disciplinary_dissolution""",
    "the annual evaluation, and what rests on grades of several years": """
        eval.cap_action eval.cap_base eval.cap_group eval.cap_pct_collectives eval.cap_pct_members
        eval.cap_rounding eval.child_grade_rule eval.closing_date eval.deadline
        eval.exceed_share_for_excellent eval.exempt_new_member_months eval.exempt_statuses eval.grades
        eval.min_months_in_org eval.non_completion_norm_pct eval.period eval.points_bands
        eval.unit_disciplined_share org.authorised_admit_min_good_years removal.bad_years
        removal.no_progress_months""",
    "reports by the forms of the Organizing Commission": """
        report.form_version report.periods report.rounding""",
    "targets of admissions, and where candidates come from": """
        source.none_rule target.allow_children_sum_diff target.count_date target.rate_base target.rate_max_pct
        target.rate_min_pct""",
    "meetings by groups, on trial": """
        org.group_meeting_pilot_max_per_year org.group_meeting_pilot_min_members""",
    "nothing: what the register does in any case, told with its source": """
        file_number.rule org.grassroots_types transfer.count_moves_on""",
}
"""Keys that no code reads yet, by what will read them."""


def _texts(module: ast.AST) -> Iterator[str]:
    """What a module says in quotes, but to readers alone."""
    told: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told.add(id(node.value))
        elif isinstance(node, ast.keyword) and node.arg == "description":
            told.update(map(id, ast.walk(node.value)))
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def _read() -> set[str]:
    """The keys that code names, but where it only judges values of theirs."""
    modules = (file for file in APP.rglob("*.py") if file.name != "policy_shape.py")
    texts = (text for file in modules for text in _texts(ast.parse(file.read_text("utf-8"))))
    return {word for text in texts for word in re.findall(r"[a-z_]+\.[a-z0-9_]+", text)} | BUILT


def test_every_shipped_policy_is_read_or_listed_with_what_it_waits_for() -> None:
    waiting = [key for listed in WAITING.values() for key in listed.split()]
    assert len(waiting) == len(set(waiting))
    assert known().keys() - _read() == set(waiting)
