"""Save the content of a draft: what comes from the profile, the library and the rosters is filled in by the server
(A24, A28, A31, P2)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.declaration.domain.content import Content, Guidance, Period, normalised
from services.declaration.domain.declaration import require_editable
from services.declaration.domain.drafting_errors import InstitutionNotInLibrary, SupervisorUnknown
from services.declaration.domain.period_errors import InstitutionInLibrary
from services.declaration.storage import contents, declarations, known_institutions, known_supervisors
from services.declaration.storage.known_bindings import KnownBinding
from services.declaration.storage.known_institutions import KnownInstitution
from services.declaration.storage.known_supervisors import KnownSupervisor
from services.declaration.use_cases.drafting.keep_content import keep_content
from services.declaration.use_cases.drafting.require_candidate import require_candidate
from services.declaration.use_cases.drafting.require_unchanged import require_unchanged
from shared import audit
from shared.actor import Actor
from shared.errors import FieldProblem
from shared.postgres.transaction import Reader, Transaction
from shared.security.keyring import Keyring


async def save_content(
    tx: Transaction,
    declaration_id: UUID,
    content: Content,
    *,
    expected_version: int,
    keyring: Keyring,
    actor: Actor,
    now: datetime,
) -> int:
    """The new version. A draft may be incomplete. Raises NotFound, DraftChangedMeanwhile, DeclarationNotEditable,
    IdentityRequired, BindingRequired, BindingFrozen, InstitutionNotInLibrary, InstitutionInLibrary,
    SupervisorUnknown."""
    draft = await declarations.lock_own(tx, declaration_id, actor.id, None)
    await require_unchanged(tx, draft, expected_version, None)
    require_editable(draft.state)
    _, binding = await require_candidate(tx, actor.id)
    filled = await fill_content(tx, content, binding, keyring)
    before = await contents.select(tx, keyring, draft.id)
    version = await keep_content(tx, draft.id, filled, before=before, keyring=keyring, actor=actor, now=now)
    audit.record(
        tx, "declaration.save", actor=actor, subject_kind="declaration", subject_id=draft.id, at=now, version=version
    )
    return version


async def fill_content(reader: Reader, content: Content, binding: KnownBinding, keyring: Keyring) -> Content:
    """`content` with what the server knows better: the bound unit, places of the library, supervisors of the rosters.
    Raises InstitutionNotInLibrary, InstitutionInLibrary, SupervisorUnknown."""
    content = normalised(content)
    named = [one.institution_id for one in content.periods if one.institution_id is not None]
    places = await known_institutions.select_many(reader, [*named, binding.institution_id])
    await _require_outside(reader, content)
    roster = await known_supervisors.select_many(reader, content.supervisor_ids)
    periods = []
    for row, period in enumerate(content.periods):
        placed = _placed(row, period, places, binding)
        guides = [
            _picked(f"/periods/{row}/supervisors/{number}", guidance, roster, keyring)
            for number, guidance in enumerate(placed.supervisors)
        ]
        periods.append(placed.model_copy(update={"supervisors": guides}))
    return content.model_copy(update={"periods": periods})


async def _require_outside(reader: Reader, content: Content) -> None:
    """A typed name is of no institution of the library (A31). Raises InstitutionInLibrary."""
    typed = {
        period.institution_name: f"/periods/{row}/institution_name"
        for row, period in enumerate(content.periods)
        if not period.is_current and period.institution_id is None and period.institution_name is not None
    }
    if typed and (listed := await known_institutions.select_listed_names(reader, list(typed))):
        zh, en = "请从机构库中选择该机构。", "Choose this institution from the library."
        problems = [FieldProblem(typed[name], "institution_in_library", zh, en) for name in sorted(listed)]
        raise InstitutionInLibrary(problems=problems)


def _placed(row: int, period: Period, places: Mapping[UUID, KnownInstitution], binding: KnownBinding) -> Period:
    """The current row is the bound unit, whatever the body says; a library place brings its own name and codes."""
    period = period.model_copy(update={"institution_grade": None})
    place = binding.institution_id if period.is_current else period.institution_id
    if place is None:
        return period
    if (known := places.get(place)) is None:
        if period.is_current:
            return period.model_copy(update={"institution_id": place, "institution_name": binding.institution_name})
        problem = FieldProblem(
            f"/periods/{row}/institution_id",
            "institution_unknown",
            "请从机构库中选择机构。",
            "Choose from the library.",
        )
        raise InstitutionNotInLibrary(problems=[problem])
    return period.model_copy(
        update={
            "institution_id": known.institution_id,
            "institution_name": known.name,
            "division_code": known.division_code,
            "registration_no": known.registration_no,
            "institution_grade": known.grade,
        }
    )


def _picked(pointer: str, guidance: Guidance, roster: Mapping[UUID, KnownSupervisor], keyring: Keyring) -> Guidance:
    """A picked supervisor brings name and number from the roster; a typed one stays as typed."""
    if guidance.supervisor_id is None:
        return guidance
    if (known := roster.get(guidance.supervisor_id)) is None:
        problem = FieldProblem(
            pointer, "supervisor_unknown", "请从机构的带教名单中选择。", "Pick somebody from the institution's roster."
        )
        raise SupervisorUnknown(problems=[problem])
    return Guidance(
        supervisor_id=known.facts.id,
        name=known.open_name(keyring),
        practising_certificate_no=known.open_certificate_no(keyring),
    )
