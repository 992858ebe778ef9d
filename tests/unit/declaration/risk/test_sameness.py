"""Signals of sameness: F6, F7, F9, F10, F15, F16, F17."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from services.declaration.domain.risk.deciding import approved_unchanged
from services.declaration.domain.risk.facts import Alike, Decision, Earlier, Namesake, Sharer, Twin
from services.declaration.domain.risk.sameness import (
    contradicts_last_year,
    far_from_here,
    same_device,
    same_file,
    same_text,
    two_identities,
)
from services.declaration.domain.risk.shingles import bands, shingles, similarity
from tests.unit.declaration.risk.samples import ON, declared, id_of, limits, practice, study

KEY = b"k" * 32


@pytest.mark.requirement("F6")
@pytest.mark.parametrize(
    ("province", "home", "found"),
    [("42", False, False), ("43", True, False), ("43", False, True), (None, False, False)],
)
def test_far_from_here(province: str | None, home: bool, found: bool) -> None:
    """Both the ID area and the school; documents that name no area say nothing."""
    facts = declared(id_province=province, school_in_province=home)
    assert (far_from_here(facts, limits("F6")) is not None) == found


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("on_device", "at_address", "admins", "found"),
    [(1, 0, 0, None), (2, 0, 0, 2), (0, 18, 0, None), (0, 19, 0, 19), (0, 0, 1, 1), (1, 1, 0, None), (2, 19, 1, 20)],
)
def test_same_device(on_device: int, at_address: int, admins: int, found: int | None) -> None:
    """Three candidates on a device, twenty at an address, or one admin on the device; the first two also came from the
    address, and count once."""
    others = [Sharer("device", id_of(n), id_of(n)) for n in range(on_device)]
    others += [Sharer("address", id_of(n), id_of(n)) for n in range(at_address)]
    staff = [Sharer("device", id_of(900 + n)) for n in range(admins)] + [Sharer("address", id_of(990))]
    finding = same_device(declared(sharers=(*others, *staff)), limits("F7"))
    assert (finding.value if finding else None) == found
    assert finding is None or ("staff" in finding.en) == bool(admins)


@pytest.mark.requirement("F9")
@pytest.mark.parametrize(
    ("percent", "size", "found"),
    [(89, 100, False), (90, 100, False), (91, 100, True), (100, 29, False), (100, 30, True)],
)
def test_same_text(percent: int, size: int, found: bool) -> None:
    """More than nine tenths the same, of texts that are long enough to be anybody's own."""
    facts = declared(alike=(Alike(id_of(50), "summary", percent, size),))
    finding = same_text(facts, limits("F9"))
    assert (finding is not None) == found
    assert finding is None or finding.declarations == (id_of(50),)


@pytest.mark.requirement("F9")
def test_texts_meet_in_a_band() -> None:
    """A copy with a few words changed shares bands and most shingles, another text shares none; white space, width and
    punctuation do not hide a copy, and without the key nobody computes the bands."""
    text = "".join(chr(0x4E00 + n * n % 5000) for n in range(400))
    copy, other = text[:200] + "改" + text[201:], "".join(chr(0x6E00 + n * n % 4001) for n in range(400))
    assert similarity(shingles(text), shingles(copy)) > 90
    assert {*bands(shingles(text), KEY)} & {*bands(shingles(copy), KEY)}
    assert similarity(shingles(text), shingles(other)) == 0
    assert not {*bands(shingles(text), KEY)} & {*bands(shingles(other), KEY)}
    assert shingles("轮转 心内科，呼吸科。ABC") == shingles("轮转心内科呼吸科ａｂｃ")
    assert not {*bands(shingles(text), KEY)} & {*bands(shingles(text), b"x" * 32)}
    assert bands(shingles("短"), KEY) == []


@pytest.mark.requirement("F9")
@pytest.mark.parametrize(("length", "strangers"), [(45, 60), (400, 20)])
def test_copies_meet_and_strangers_seldom(length: int, strangers: int) -> None:
    """Of 100 copies with one sign in a hundred changed all meet their text, also where it is so short that places stay
    empty; of 100 that share a quarter of their shingles at most some do, and of texts that share none nobody."""
    dice = random.Random(9)

    def text() -> str:
        return "".join(chr(0x4E00 + dice.randrange(3000)) for _ in range(length))

    def meets(one: str, share: float) -> bool:
        other = "".join(sign if dice.random() > share else chr(0x4E00 + dice.randrange(3000)) for sign in one)
        return bool({*bands(shingles(one), KEY)} & {*bands(shingles(other), KEY)})

    assert sum(meets(text(), 0.01) for _ in range(100)) == 100
    assert sum(meets(text(), 0.2) for _ in range(100)) <= strangers
    assert sum(meets(text(), 1) for _ in range(100)) == 0


@pytest.mark.requirement("F10")
def test_same_file() -> None:
    """One other person is enough, and each is counted once."""
    assert same_file(declared(), limits("F10")) is None
    finding = same_file(declared(twins=(Twin(id_of(5), "diploma"), Twin(id_of(5), "other"))), limits("F10"))
    assert finding is not None
    assert (finding.value, finding.declarations) == (1, (id_of(5),))


@pytest.mark.requirement("F16")
def test_two_identities() -> None:
    """Another verified person who seems to be the same."""
    assert two_identities(declared(), limits("F16")) is None
    finding = two_identities(declared(namesakes=(Namesake(id_of(6), "document"),)), limits("F16"))
    assert finding is not None
    assert finding.inputs["alike_by"] == ["document"]


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(("unknown", "found"), [(0, False), (31, False), (32, True)])
def test_days_that_last_year_did_not_know(unknown: int, found: bool) -> None:
    """Days before last year's declaration that it did not name; what came after it could not be named."""
    then, begins = date(2025, 12, 20), date(2025, 7, 1)
    earlier = Earlier(id_of(8), then, (practice(begins, then),), (study(),))
    facts = declared(practices=(practice(begins - timedelta(days=unknown)),), earlier=earlier)
    finding = contradicts_last_year(facts, limits("F15"))
    assert (finding is not None) == found
    assert finding is None or finding.value == unknown


@pytest.mark.requirement("F15")
@pytest.mark.parametrize(
    ("change", "found"),
    [({}, False), ({"school": "别家医学院"}, True), ({"last": date(2023, 6, 30)}, True), ({"last": None}, False)],
)
def test_another_degree_than_last_year(change: dict[str, Any], found: bool) -> None:
    """The same degree from another school, or finished on another day; one that was not finished then may be now."""
    earlier = Earlier(id_of(8), date(2025, 12, 20), (practice(),), (study(**change),))
    assert (contradicts_last_year(declared(earlier=earlier), limits("F15")) is not None) == found


@pytest.mark.requirement("F17")
@pytest.mark.parametrize(("by", "content", "found"), [(2, b"same", True), (1, b"same", False), (2, b"changed", False)])
def test_approved_without_a_change(by: int, content: bytes, found: bool) -> None:
    """Returned by one, approved by another, and nothing was changed in between."""
    steps = (Decision("return_for_modification", id_of(1), 1, b"same"), Decision("approve", id_of(by), 2, content))
    assert (approved_unchanged(declared(decisions=steps, submitted_on=ON), limits("F17")) is not None) == found
