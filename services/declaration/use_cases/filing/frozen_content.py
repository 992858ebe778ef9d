"""What is frozen on a list: printed content made from declarations, sealed line by line, opened again to be printed."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from services.declaration.domain.evaluation import FULLY_QUALIFIED, EvaluationState, probation_of
from services.declaration.printing.labels import Sex
from services.declaration.printing.qualified_list import ListContent, ListLine
from services.declaration.storage.handed_in import open_handed_in
from services.declaration.storage.list_lines import NewLine
from services.declaration.storage.listable import Listable
from shared.clock import SHANGHAI
from shared.masking import mask_document_no, mask_name
from shared.security.keyring import Keyring
from shared.security.sealing import seal, unseal

SEX_OF_CODE: Final[dict[str, Sex]] = {"0": "unknown", "1": "male", "2": "female", "9": "unstated"}


@dataclass(frozen=True, slots=True)
class PrintHeader:
    """What stands above and below the lines, as it was when the list was frozen (B16)."""

    institution_registration_no: str
    filing_body_name: str
    deciding_account: str
    responsible_person: str


_LINE: Final = TypeAdapter(ListLine)
_HEADER: Final = TypeAdapter(PrintHeader)


def printed_line(keyring: Keyring, number: int, person: Listable) -> ListLine:
    """The line of one person, from the snapshot that was evaluated."""
    snapshot = open_handed_in(keyring, person.id, person.submission, person.content)
    identity, periods = snapshot.identity, snapshot.content.periods
    # Approved, hence every earlier period is confirmed and counts (A32).
    decided_on = person.decided_at.astimezone(SHANGHAI).date()
    probation = probation_of(snapshot.content, {period.id for period in periods}, decided_on)
    qualified = EvaluationState(person.evaluation_state) in FULLY_QUALIFIED
    return ListLine(
        number=number,
        name=identity.name,
        sex=SEX_OF_CODE[identity.sex],
        document_no_masked=mask_document_no(identity.document_no),
        exam_level="licensed_physician" if person.exam_level == "licensed_physician" else "assistant_physician",
        exam_category_code=person.exam_category_code,
        exam_category_name=person.category_name,
        probation_months=person.months_counted,
        probation_from=probation.first_start,
        probation_to=probation.last_end,
        result="qualified" if qualified else "provisional",
        certificate_no=person.certificate_no or "",
    )


def sealed_line(keyring: Keyring, list_id: UUID, person: Listable, printed: ListLine) -> NewLine:
    """The row of a printed line."""
    return NewLine(
        line=printed.number,
        declaration_id=person.id,
        declaration_number=person.number,
        submission=person.submission,
        evaluation_id=person.evaluation_id,
        person_id=person.person_id,
        provisional=printed.result == "provisional",
        exam_level=person.exam_level,
        exam_category_code=person.exam_category_code,
        name_masked=mask_name(printed.name),
        document_no_masked=printed.document_no_masked,
        display=reseal_line(keyring, list_id, printed),
    )


def reseal_line(keyring: Keyring, list_id: UUID, printed: ListLine) -> bytes:
    """The printed line for its place on a list."""
    return seal(keyring, "declaration", _line_place(list_id, printed.number), _LINE.dump_json(printed))


def open_line(keyring: Keyring, list_id: UUID, number: int, display: bytes) -> ListLine:
    """The printed line again. Raises SealBroken."""
    return _LINE.validate_json(unseal(keyring, "declaration", _line_place(list_id, number), display))


def seal_reason(keyring: Keyring, list_id: UUID, number: int, text: str) -> bytes:
    """For the column reason_text of a line that cancels."""
    return seal(keyring, "declaration", _reason_place(list_id, number), text.encode())


def open_reason(keyring: Keyring, list_id: UUID, number: int, sealed: bytes | None) -> str:
    """What `seal_reason` sealed; nothing of a line from before there were texts. Raises SealBroken."""
    return "" if sealed is None else unseal(keyring, "declaration", _reason_place(list_id, number), sealed).decode()


def seal_header(keyring: Keyring, list_id: UUID, header: PrintHeader) -> bytes:
    """For the column print_header."""
    return seal(keyring, "declaration", f"qualified_list.print_header:{list_id}", _HEADER.dump_json(header))


def open_header(keyring: Keyring, list_id: UUID, sealed: bytes) -> PrintHeader:
    """What `seal_header` sealed. Raises SealBroken."""
    return _HEADER.validate_json(unseal(keyring, "declaration", f"qualified_list.print_header:{list_id}", sealed))


def content_of(
    *,
    institution_name: str,
    header: PrintHeader,
    exam_year: int,
    number: str,
    kind: str,
    edition: int,
    lines: tuple[ListLine, ...],
) -> ListContent:
    """The whole content, whose hash is frozen with it."""
    return ListContent(
        institution_name=institution_name,
        institution_registration_no=header.institution_registration_no,
        filing_body_name=header.filing_body_name,
        cycle_year=exam_year,
        list_number=number,
        kind="main" if kind == "main" else "supplementary" if kind == "supplementary" else "cancellation",
        version=edition,
        lines=lines,
    )


def _line_place(list_id: UUID, number: int) -> str:
    return f"list_line.display:{list_id}/{number}"


def _reason_place(list_id: UUID, number: int) -> str:
    return f"list_line.reason_text:{list_id}/{number}"
