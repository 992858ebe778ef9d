"""Judging a declaration: completeness, unit, supervisors and eligibility, everything that stands against it at once.
Preview and submission share it, so that what the preview says is what the submission does (A36)."""

from dataclasses import dataclass
from datetime import date

from services.declaration.domain.catalogue import Catalogue
from services.declaration.domain.certificate_category import certificate_category_warnings
from services.declaration.domain.completeness import completeness_problems, institution_problems
from services.declaration.domain.content import Content
from services.declaration.domain.early_registration import registration_warnings
from services.declaration.domain.eligibility import Finding, Verdict, evaluate
from services.declaration.domain.eligibility_terms import Ground
from services.declaration.domain.facts import Choice, Counted, applicant_of, counted, gather
from services.declaration.domain.period_warnings import period_warnings
from services.declaration.domain.probation_time import interruption_problems
from services.declaration.domain.supervision import supervision_problems
from services.declaration.domain.supervisor_category import category_findings, number_warnings
from services.declaration.storage.submissions import Case, Unit
from shared.contracts.identity import PersonIdentity
from shared.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class Assessment:
    """`problems` block a submission, those of the rules included; `warnings` do not. `time` is what was counted."""

    problems: tuple[FieldProblem, ...]
    warnings: tuple[Finding, ...]
    verdict: Verdict
    time: Counted


def assess_declaration(
    case: Case, unit: Unit, content: Content, identity: PersonIdentity, catalogue: Catalogue, today: date
) -> Assessment:
    """Evaluate everything (section 6, A27-A33, 5.3). Raises CategoryNotOffered when the choice is not offered."""
    category = catalogue.choose(case.cycle.year, case.exam_level, case.route, case.category_code)
    choice = Choice(case.exam_level, case.route, case.category_code, category.family)
    time = counted(content, case.cycle)
    applicant = applicant_of(identity.document_type, identity.document_no, case.banned_until)
    ground = Ground(case.cycle, case.terms, today)
    verdict = evaluate(catalogue.rules, gather(content, choice, applicant, case.files, time, ground))
    mismatches = tuple(category_findings(content, case.roster, catalogue.guides_of(category.family)))
    problems = (
        *completeness_problems(content, case.route, identity, case.cycle.year, today),
        *institution_problems(content, unit.id, unit.state, unit.licence_valid_to, today),
        *interruption_problems(content),
        *supervision_problems(content, case.roster, unit.id),
        *(finding.as_problem() for finding in verdict.failed),
        *(() if case.cycle.warns_of_supervisors else (one.as_problem() for one in mismatches)),
    )
    warnings = (
        *verdict.warnings,
        *registration_warnings(content, unit.probation_started_on),
        *period_warnings(content, today, case.cycle.leave_days),
        *number_warnings(content),
        *certificate_category_warnings(content, catalogue, category),
        *(mismatches if case.cycle.warns_of_supervisors else ()),
    )
    return Assessment(problems, warnings, verdict, time)
