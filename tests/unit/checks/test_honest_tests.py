"""The rules for tests, and for text that would be tracked."""

from pathlib import Path

import pytest

from tests.checks import documents, honest_tests, tracked_text
from tests.unit.checks.sample_project import project, rules

TEST = "tests/unit/test_x.py"
HOST = ".".join(("pypi", "org"))
HOME = "/" + "home/"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_a():\n    f()\n", ["toothless-test"]),
        ("def test_a():\n    assert f()\n", []),
        ("def test_a():\n    with pytest.raises(ValueError):\n        f()\n", []),
        ("async def test_a():\n    await check_invariants()\n", []),
        ("def same(a):\n    assert a\ndef test_a():\n    same(f())\n", []),
        ("def same(a):\n    return a\ndef test_a():\n    same(f())\n", ["toothless-test"]),
        ("from unittest.mock import Mock\n", ["mock"]),
        ("import unittest.mock\n", ["mock"]),
        ("@pytest.mark.skip\ndef test_a():\n    assert f()\n", ["silent-skip"]),
        ("@pytest.mark.skip(reason='no broker here')\ndef test_a():\n    assert f()\n", []),
        ("def test_a():\n    pytest.skip('no broker here')\n    assert f()\n", []),
    ],
)
def test_tests_that_can_not_fail_are_found(tmp_path: Path, text: str, expected: list[str]) -> None:
    """A test asserts, mocks nothing, and skips with a reason only."""
    assert rules(honest_tests.check, tmp_path, {TEST: text}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"index = https://{HOST}/simple\n", ["registry-host"]),
        (f"see {HOME}someone/notes\n", ["machine-path"]),
        (f"WORKDIR {HOME}tiro/app\n", []),
        ("a plain sentence\n", []),
    ],
)
def test_text_stands_alone(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Tracked text names no registry and no path of one machine."""
    assert rules(tracked_text.check, tmp_path, {"docs/x.txt": text}) == expected


def test_own_checkout_path_is_found(tmp_path: Path) -> None:
    """The path of the checkout itself must not be written into a file of it."""
    repository = project(tmp_path, {"docs/x.txt": f"run {tmp_path}/start\n"})
    assert [problem.rule for problem in tracked_text.check(repository)] == ["machine-path"]


def test_withheld_word_is_found_by_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word or pair of words on the list is found in any case and across a line break; other words are not."""
    withheld = frozenset({tracked_text.digest("plum"), tracked_text.digest("green tea")})
    monkeypatch.setattr(tracked_text, "withheld_words", lambda: withheld)
    assert rules(tracked_text.check, tmp_path, {"a.txt": "A Plum and Green\nTea.\n"}) == ["organisation-word"] * 2
    assert rules(tracked_text.check, tmp_path, {"a.txt": "A plumber drank tea, green.\n"}) == []


def test_documents_that_are_named_exist(tmp_path: Path) -> None:
    """A Markdown page may be mentioned only when it is in the project."""
    files = {"README.md": "See docs/glossary.md and docs/adr/NNNN-title.md.\n"}
    assert rules(documents.check, tmp_path, files) == ["missing-document"]
    assert rules(documents.check, tmp_path, {**files, "docs/glossary.md": "words\n"}) == []
