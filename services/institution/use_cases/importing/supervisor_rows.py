"""Rows of supervisors: each is listed as if it had been typed in (P2)."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.institution.domain.scope import scope_of
from services.institution.domain.supervisor import SupervisorListed, trainee_limit_within
from services.institution.domain.supervisor_sheet import COLUMNS, WantedSupervisor, keys_of, wanted_supervisor
from services.institution.storage import institutions, supervisors
from services.institution.storage.supervisors import SupervisorSecrets
from services.institution.use_cases.importing.row_kinds import Carried, Importing, RowKind
from services.institution.use_cases.supervisors.list_supervisor import list_supervisor, new_supervisor, second_looks
from shared.errors import FieldProblem
from shared.postgres.transaction import Transaction

_NOTES: Final[Mapping[str, tuple[str, str, str]]] = {
    "category_differs": (
        "/category_code",
        "类别与执业证书编码不一致，请核对，确认无误可保留",
        "The category differs from the number; check it, and leave it if it is right",
    ),
    "listed_elsewhere": (
        "/practising_certificate_no",
        "该编码也在其他机构名单中，请核对，属多点执业的请标注",
        "Another institution lists this number too; check it, and mark it if it is multi-site practice",
    ),
}


async def check_supervisor(tx: Transaction, wanted: WantedSupervisor, importing: Importing) -> tuple[FieldProblem, ...]:
    """Notes on what deserves a second look. Raises NotFound, PractisingNumberWrong,
    TraineeLimitWrong, SupervisorListed."""
    institution = await institutions.select(tx, scope_of(importing.actor), scope_of(importing.actor))
    secrets = SupervisorSecrets(wanted.name, wanted.practising_no)
    line = new_supervisor(
        institution.id,
        secrets,
        wanted.category_code,
        multi_site=wanted.multi_site,
        trainee_limit=trainee_limit_within(wanted.trainee_limit, importing.trainee_limit),
        now=importing.now,
    )
    listing = await supervisors.select_listing(tx, importing.keyring, wanted.practising_no)
    if institution.id in listing:
        raise SupervisorListed
    return _notes(second_looks(line, wanted.practising_no, listing))


async def list_wanted(tx: Transaction, wanted: WantedSupervisor, importing: Importing) -> Carried:
    """Raises what listing raises."""
    listed = await list_supervisor(
        tx,
        importing.keyring,
        scope_of(importing.actor),
        SupervisorSecrets(wanted.name, wanted.practising_no),
        wanted.category_code,
        multi_site=wanted.multi_site,
        trainee_limit=trainee_limit_within(wanted.trainee_limit, importing.trainee_limit),
        actor=importing.actor,
        now=importing.now,
    )
    return Carried(listed.supervisor.id, _notes(listed.warnings))


def _notes(warnings: Sequence[str]) -> tuple[FieldProblem, ...]:
    told = {code: _NOTES[code] for code in warnings}
    return tuple(FieldProblem(pointer, code, zh, en) for code, (pointer, zh, en) in told.items())


SUPERVISOR_ROWS: Final = RowKind(COLUMNS, wanted_supervisor, keys_of, check_supervisor, list_wanted)
