"""Which characters a font can draw, read from its character map (OpenType `cmap`, formats 4 and 12)."""

import mmap
import struct
from dataclasses import dataclass
from itertools import pairwise

Ranges = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Sorted, disjoint ranges of code points, both ends included."""

    ranges: tuple[tuple[int, int], ...]

    def __contains__(self, point: object) -> bool:
        if not isinstance(point, int):
            return False
        low, high = 0, len(self.ranges)
        while low < high:
            middle = (low + high) // 2
            first, last = self.ranges[middle]
            if point < first:
                high = middle
            elif point > last:
                low = middle + 1
            else:
                return True
        return False


def coverage_of(faces: list[tuple[str, int]]) -> Coverage:
    """The union over font faces given as (path, index in the collection). A face that can not be read adds nothing."""
    ranges: Ranges = []
    for path, index in faces:
        try:
            # Mapped, not read: the character map is a small part of a font of many megabytes.
            with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                ranges += _face(data, index)
        except (OSError, struct.error, ValueError, IndexError):
            continue
    return Coverage(tuple(_merged(ranges)))


def _face(data: mmap.mmap, index: int) -> Ranges:
    start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", data, start + 4)[0]
    for number in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
        if tag == b"cmap":
            return _character_map(data, offset)
    return []


def _character_map(data: mmap.mmap, table: int) -> Ranges:
    ranges: Ranges = []
    for number in range(struct.unpack_from(">H", data, table + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", data, table + 4 + 8 * number)
        if platform not in (0, 3) or (platform == 3 and encoding not in (1, 10)):
            continue
        form = struct.unpack_from(">H", data, table + offset)[0]
        if form == 12:
            ranges += _segmented(data, table + offset)
        elif form == 4:
            ranges += _basic_plane(data, table + offset)
    return ranges


def _segmented(data: mmap.mmap, at: int) -> Ranges:
    groups = struct.unpack_from(">I", data, at + 12)[0]
    return [(first, last) for first, last, _ in struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * groups])]


def _basic_plane(data: mmap.mmap, at: int) -> Ranges:
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    lasts = struct.unpack_from(f">{segments}H", data, at + 14)
    firsts = struct.unpack_from(f">{segments}H", data, at + 16 + 2 * segments)
    return [(first, last) for first, last in zip(firsts, lasts, strict=True) if first != 0xFFFF]


def _merged(ranges: Ranges) -> Ranges:
    merged: Ranges = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    assert all(before[1] < after[0] for before, after in pairwise(merged))
    return merged
