"""A candidate's own sheet on paper: labelled values in sections, with a number and a QR code (A37, C8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from services.declaration.domain.field_labels import Words
from services.declaration.printing.errors import PrintFieldTooLong
from services.declaration.printing.labels import moment

LONGEST_VALUE: Final = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """A labelled value, exactly as it is; `hint` says what to mind when it is typed elsewhere."""

    label: Words
    value: str
    hint: Words | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Values that belong together."""

    title: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class SheetDocument:
    """A sheet ready to print. `remarks` stand below the sections; `verification_url` is what the QR code leads to."""

    title: Words
    number: str
    sections: Sequence[Section]
    remarks: Sequence[Words]
    generated_at: datetime
    verification_url: str

    template: ClassVar[str] = "sheet"

    def template_data(self) -> dict[str, object]:
        """What the template shows. Raises PrintFieldTooLong."""
        return {
            "title": _words(self.title),
            "number": self.number,
            "sections": [
                {"title": _words(one.title), "entries": [_entry(entry) for entry in one.entries]}
                for one in self.sections
            ],
            "remarks": [_words(one) for one in self.remarks],
            "generated_at": moment(self.generated_at),
        }


def _entry(entry: Entry) -> dict[str, object]:
    if len(entry.value) > LONGEST_VALUE:
        raise PrintFieldTooLong(field=entry.label.en, limit=LONGEST_VALUE)
    hint = None if entry.hint is None else _words(entry.hint)
    return {"label": _words(entry.label), "value": entry.value, "hint": hint}


def _words(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
