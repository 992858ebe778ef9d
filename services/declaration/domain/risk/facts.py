"""The facts that signals judge: one object per kind of subject. Nothing here is named but institutions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """An institution of the library; `departments` is None while they are not known."""

    id: UUID
    licence_from: date | None = None
    licence_to: date | None = None
    departments: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """One row of probation, `number` as shown (from 1). `place_key` tells places apart, also those outside the library;
    a current row without an end ends when it was handed in."""

    number: int
    place_key: str
    first: date
    last: date
    is_current: bool = False
    department: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """One degree. `level` by GB/T 4658; without an end it goes on."""

    level: str
    school: str
    first: date
    last: date | None
    full_time: bool
    is_basis: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the person handed in for the year before, on `on`."""

    declaration_id: UUID
    on: date
    practices: tuple[Practice, ...]
    studies: tuple[Study, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """Another person's declaration that holds the same file."""

    declaration_id: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class Alike:
    """A text of a declaration at another institution, and how much of it is the same, in percent."""

    declaration_id: UUID
    source: str
    percent: int
    shingles: int


@dataclass(frozen=True, slots=True)
class Namesake:
    """Another known person who seems to be the same: by `name_and_birth` with another document, or by `document` with
    another name. `declaration_id` where he or she handed in something this year too."""

    person_id: UUID
    kind: str
    declaration_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Sharer:
    """Somebody else who logged in on the same device, or from the same address: a staff account, or a person who handed
    in `declaration_id` this year."""

    used: Literal["device", "address"]
    who: UUID
    declaration_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the unit on one submission; `content` is a digest of what was handed in."""

    action: str
    by: UUID
    submission: int
    content: bytes


@dataclass(frozen=True, slots=True)
class DeclarationFacts:
    """What is known of a declaration as it was handed in on `submitted_on` for the first time in its cycle."""

    id: UUID
    person_id: UUID
    institution_id: UUID
    submitted_on: date
    practices: tuple[Practice, ...] = ()
    studies: tuple[Study, ...] = ()
    id_province: str | None = None
    school_in_province: bool = False
    bound_on: date | None = None
    registered_on: date | None = None
    earlier: Earlier | None = None
    twins: tuple[Twin, ...] = ()
    alike: tuple[Alike, ...] = ()
    namesakes: tuple[Namesake, ...] = ()
    sharers: tuple[Sharer, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def basis(self) -> Study | None:
        """The degree declared with."""
        return next((one for one in self.studies if one.is_basis), None)


@dataclass(frozen=True, slots=True)
class InstitutionFacts:
    """What is known of an institution in a cycle. Counts are of declarations that stand; `before` is None without a
    year before. `trainees` and `physicians` by family of categories; physicians None while the profile does not say.
    `sanctions`: the days on which exam bodies decided so, with the rule."""

    id: UUID
    kind: str
    today: date
    declared: int = 0
    before: int | None = None
    trainees: Mapping[str, int] | None = None
    physicians: Mapping[str, int] | None = None
    wrong_codes: int = 0
    sanctions: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Trainee:
    """A person whom a supervisor guided, both days counted."""

    declaration_id: UUID
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class SupervisorFacts:
    """A supervisor on a roster. `trainees` are of all supervisors with the same number. `elsewhere` are other
    institutions that list the number; `unfit` the declarations of his trainees in categories he may not guide."""

    id: UUID
    institution_id: UUID
    level: int
    multi_site: bool
    trainees: tuple[Trainee, ...] = ()
    elsewhere: tuple[UUID, ...] = ()
    two_names: bool = False
    unfit: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewerFacts:
    """A reviewer's decisions at an institution, oldest first, in Asia/Shanghai; `in_bulk` more were rows of bulks."""

    id: UUID
    institution_id: UUID
    decisions: tuple[tuple[datetime, UUID], ...] = ()
    in_bulk: int = 0


Facts = DeclarationFacts | InstitutionFacts | SupervisorFacts | ReviewerFacts
