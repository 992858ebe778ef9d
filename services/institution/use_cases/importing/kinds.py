"""The kinds of rows by the name that a sheet carries."""

from collections.abc import Mapping
from typing import Any, Final

from services.institution.domain.sheet_import import ImportKind
from services.institution.use_cases.importing.institution_rows import INSTITUTION_ROWS
from services.institution.use_cases.importing.row_kinds import RowKind
from services.institution.use_cases.importing.supervisor_rows import SUPERVISOR_ROWS

KINDS: Final[Mapping[ImportKind, RowKind[Any]]] = {"institutions": INSTITUTION_ROWS, "supervisors": SUPERVISOR_ROWS}
