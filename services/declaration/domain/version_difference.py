"""What differs between two versions of a declaration, field by field, files too (4.4, P18). Rows of the probation are
compared with themselves, wherever they stand; what only the machine reads is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.declaration.domain.content import Content
from services.declaration.domain.difference import Change, difference
from shared.contracts.identity import PersonIdentity

_MACHINE_ONLY: Final = {"periods": {"__all__": {"supervisors": {"__all__": {"supervisor_id"}}}}}


@dataclass(frozen=True, slots=True)
class FileOfVersion:
    """A file as it lies with a version; equal content is the same file, however often it was uploaded."""

    id: UUID
    kind: str
    period_id: UUID | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """A declaration as it was handed in, or as it lies there now. `choice` is None where it was not kept."""

    identity: PersonIdentity
    content: Content
    choice: dict[str, str] | None
    files: tuple[FileOfVersion, ...]


@dataclass(frozen=True, slots=True)
class VersionDifference:
    """Fields that differ, files that came and files that went."""

    changes: tuple[Change, ...] = ()
    files_added: tuple[FileOfVersion, ...] = ()
    files_removed: tuple[FileOfVersion, ...] = ()

    def touches(self, pointer: str) -> list[int]:
        """Places of the changes at or below a pointer; of all for the empty one."""
        below = f"{pointer}/" if pointer else ""
        return [place for place, one in enumerate(self.changes) if f"{one.pointer}/".startswith(below)]

    def answers(self, pointer: str) -> bool:
        """Whether anything changed where a reviewer pointed: fields, or for files and for the whole any file."""
        files = bool(self.files_added or self.files_removed)
        return bool(self.touches(pointer)) or (files and (not pointer or pointer.startswith("/documents")))


def version_difference(before: Version, after: Version) -> VersionDifference:
    """From the earlier to the later version."""
    return VersionDifference(
        changes=tuple(_fields(before, after)),
        files_added=_only(after.files, before.files),
        files_removed=_only(before.files, after.files),
    )


def pointer_in(after: Version, before: Version, pointer: str) -> str:
    """Where in the later version the thing is that a pointer names in the earlier one: rows of the probation move."""
    parts = pointer.split("/")
    rows = before.content.periods
    if len(parts) < 3 or parts[1] != "periods" or not parts[2].isdigit() or int(parts[2]) >= len(rows):
        return pointer
    now = [one.id for one in after.content.periods]
    former = rows[int(parts[2])].id
    return "/".join([*parts[:2], str(now.index(former)), *parts[3:]]) if former in now else pointer


def _fields(before: Version, after: Version) -> Iterator[Change]:
    if before.choice is not None and after.choice is not None:
        yield from difference(before.choice, after.choice, "/choice")
    was, is_now = (one.identity.model_dump(mode="json") for one in (before, after))
    yield from difference(was, is_now, "/identity")
    old, new = (one.content.model_dump(mode="json", exclude=_MACHINE_ONLY) for one in (before, after))
    yield from _periods(old.pop("periods"), new.pop("periods"))
    yield from _leaves(old, new, "")


def _periods(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Change]:
    """A row is found again by its id; a pointer says where it stands now, or stood if it went."""
    by_id = {row["id"]: (place, row) for place, row in enumerate(old)}
    for place, row in enumerate(new):
        _, former = by_id.pop(row["id"], (place, None))
        yield from _leaves(_shown(former), _shown(row), f"/periods/{place}")
    for place, row in by_id.values():
        yield from _leaves(_shown(row), None, f"/periods/{place}")


def _shown(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: value for name, value in row.items() if name != "id"}


def _leaves(before: Any, after: Any, pointer: str) -> Iterator[Change]:
    """Like `difference`, but a row or list that came or went is told by its fields, empty ones left out."""
    for change in difference(before, after, pointer):
        whole = next((one for one in (change.before, change.after) if isinstance(one, dict | list)), None)
        if whole is None:
            yield change
            continue
        nothing: Any = {} if isinstance(whole, dict) else []
        pair = [one if isinstance(one, dict | list) else nothing for one in (change.before, change.after)]
        yield from _leaves(pair[0], pair[1], change.pointer)


def _only(these: Sequence[FileOfVersion], those: Sequence[FileOfVersion]) -> tuple[FileOfVersion, ...]:
    known = {(one.kind, one.period_id, one.sha256) for one in those}
    return tuple(one for one in these if (one.kind, one.period_id, one.sha256) not in known)
