"""Before binding, a person sees which institution the code belongs to, so that a similar name is noticed (A20, P3)."""

from dataclasses import dataclass

from services.institution.domain.confirmation_code import CodeAccepted, CodeTerms
from services.institution.domain.institution import Institution
from services.institution.domain.institution_life import require_active
from services.institution.storage import divisions, institution_aliases, institution_contacts, institutions
from shared.postgres.transaction import Reader


@dataclass(frozen=True, slots=True)
class BindingPreview:
    """An institution as the confirm page shows it."""

    institution: Institution
    division_name: str
    former_names: list[str]
    probation_officer_masked: str | None
    terms: CodeTerms


async def preview_binding(reader: Reader, accepted: CodeAccepted) -> BindingPreview:
    """Raises InstitutionNotActive."""
    institution = await institutions.select(reader, accepted.institution_id, accepted.institution_id)
    require_active(institution.state)
    division = await divisions.select(reader, institution.division_code)
    contacts = await institution_contacts.select_masked(reader, institution.id)
    return BindingPreview(
        institution=institution,
        division_name=institution.division_code if division is None else division.name,
        former_names=await institution_aliases.select_names(reader, institution.id, "former"),
        probation_officer_masked=contacts.probation_officer,
        terms=accepted.terms,
    )
