"""The frozen list as a document for the printer: made from what was frozen only, so that it prints the same again."""

from typing import Final
from urllib.parse import quote
from uuid import UUID

from services.declaration.printing.qualified_list import QualifiedListDocument
from services.declaration.storage import list_lines, print_sources
from services.declaration.use_cases.filing.frozen_content import content_of, open_header, open_line
from shared.postgres.transaction import Reader
from shared.security.keyring import Keyring

_CHECK_CHARACTERS: Final = 16


async def print_document(
    reader: Reader, keyring: Keyring, list_id: UUID, public_url: str
) -> QualifiedListDocument | None:
    """The document, or None when the list is gone or was discarded. Raises SealBroken."""
    if (source := await print_sources.select_source(reader, list_id)) is None:
        return None
    displays = await list_lines.select_displays(reader, list_id)
    header = open_header(keyring, list_id, source.print_header)
    content = content_of(
        institution_name=source.institution_name,
        header=header,
        exam_year=source.exam_year,
        number=source.number,
        kind=source.kind,
        edition=source.edition,
        lines=tuple(open_line(keyring, list_id, number, display) for number, display in displays),
    )
    return QualifiedListDocument(
        content=content,
        content_hash=source.content_hash,
        generated_at=source.generated_at,
        deciding_account=header.deciding_account,
        responsible_person=header.responsible_person,
        verification_url=verification_url(public_url, source.number, source.content_hash),
    )


def verification_url(public_url: str, number: str, content_hash: str) -> str:
    """The address in the QR code (B10): number and a piece of the hash, nothing personal."""
    check = content_hash[:_CHECK_CHARACTERS]
    return f"{public_url.rstrip('/')}/api/declaration/v1/verifications/{quote(number)}?check={check}"
