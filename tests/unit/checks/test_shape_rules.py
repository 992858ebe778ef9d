"""Names, docstrings, imports, migrations, decisions, front page."""

from pathlib import Path

import pytest

from tests.checks import adr, docstrings, imports, layer_verbs, migrations, names, readme
from tests.unit.checks.sample_project import rules

WHY = "-- Why: people must be told\n-- Safe online: a new table only\n"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("services/a/utils.py", ["empty-name"]),
        ("shared/helpers/mail.py", ["empty-name"]),
        ("tests/support/session_manager.py", ["empty-name"]),
        ("deploy/base.py", ["empty-name"]),
        ("shared/database.py", []),
        ("shared/common_cold.py", []),
    ],
)
def test_empty_names_are_found(tmp_path: Path, path: str, expected: list[str]) -> None:
    """A module or folder is not called utils, helpers, common, manager or base."""
    assert rules(names.check, tmp_path, {path: ""}) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("deploy/x.py", "x = 1\n", ["module-docstring"]),
        ("deploy/x.py", '"""Role."""\nx = 1\n', []),
        ("deploy/__init__.py", "", []),
        ("shared/x.py", '"""Role."""\ndef f() -> None:\n    return\n', ["function-docstring"]),
        ("shared/x.py", '"""Role."""\ndef _f() -> None:\n    return\n', []),
        ("shared/x.py", '"""Role."""\nclass A:\n    def f(self) -> None:\n        return\n', ["function-docstring"]),
        ("shared/x.py", '"""Role."""\nclass A(Protocol):\n    def f(self) -> None: ...\n', []),
        ("services/a/use_cases/x.py", '"""Role."""\ndef f() -> None:\n    return\n', ["function-docstring"]),
        ("services/a/storage/x.py", '"""Role."""\ndef f() -> None:\n    return\n', []),
        ("tests/unit/test_x.py", '"""Role."""\ndef test_f() -> None:\n    assert True\n', ["test-docstring"]),
        ("tests/unit/test_x.py", '"""Role."""\ndef test_f() -> None:\n    """It holds."""\n', []),
    ],
)
def test_missing_docstrings_are_found(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    """Modules, public functions of shared and use cases, and tests say what they are for."""
    assert rules(docstrings.check, tmp_path, {path: text}) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("services/a/x.py", "from . import y\n", ["relative-import"]),
        ("services/a/x.py", "from services.a.y import *\n", ["star-import"]),
        ("services/a/x.py", "from services.a import y\n", []),
        ("shared/contracts/x.py", "import structlog\n", ["contract-import"]),
        ("shared/contracts/x.py", "from shared.web import routing\n", ["contract-import"]),
        ("shared/contracts/x.py", "from shared import clock, ids\n", ["contract-import"]),
        ("shared/contracts/x.py", "import typing\nfrom pydantic import Field\nfrom shared.ids import new_id\n", []),
    ],
)
def test_forbidden_imports_are_found(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    """Imports are absolute and explicit; contracts import pydantic, shared.ids and the standard library."""
    assert rules(imports.check, tmp_path, {path: text}) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"0001_create_people.sql": WHY}, []),
        ({"0001_create_people.sql": WHY, "0002_post_drop_names.sql": WHY}, []),
        ({"0001_people.sql": WHY}, ["migration-name"]),
        ({"1_create_people.sql": WHY}, ["migration-name"]),
        ({"0001_create_people.sql": WHY, "0001_create_names.sql": WHY}, ["migration-number"]),
        ({"0001_create_people.sql": "CREATE TABLE people ();\n"}, ["migration-reason", "migration-reason"]),
        ({"0001_create_people.sql": "-- Why: people must be told\n\nSELECT 1;\n"}, ["migration-reason"]),
    ],
)
def test_migrations_tell_what_and_why(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    """A migration's name holds number and verb; its first two lines say why it exists and why it is safe online."""
    placed = {f"services/a/migrations/{name}": text for name, text in files.items()}
    assert rules(migrations.check, tmp_path, placed) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["0001-one.md", "0002-two-things.md", "README.md"], []),
        (["0001-one.md", "0001-other.md"], ["adr-number"]),
        (["0001-one.md", "0003-three.md"], ["adr-gap"]),
        (["one.md"], ["adr-name"]),
    ],
)
def test_decisions_are_counted(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    """Decision numbers are unique and have no gap."""
    assert rules(adr.check, tmp_path, {f"docs/adr/{name}": "text" for name in files}) == expected


@pytest.mark.parametrize(("lines", "expected"), [(120, []), (121, ["readme"])])
def test_front_page_is_short(tmp_path: Path, lines: int, expected: list[str]) -> None:
    """The README has at most 120 lines."""
    assert rules(readme.check, tmp_path, {"README.md": "x\n" * lines}) == expected


def test_front_page_exists(tmp_path: Path) -> None:
    """A project without a README is found."""
    assert rules(readme.check, tmp_path, {}) == ["readme"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("use_cases/filing/submit_list.py", "async def submit_list(tx): ...\n", []),
        ("use_cases/filing/submit_list.py", "async def send(tx): ...\n", ["use-case-name"]),
        ("use_cases/filing/__init__.py", "", []),
        ("storage/lists.py", "async def lock(tx: Transaction): ...\n", []),
        ("storage/lists.py", "async def select_open(reader: Reader): ...\n", []),
        ("storage/lists.py", "async def find(tx: Transaction): ...\n", ["query-verb"]),
        ("storage/keys.py", "def picture_key(identifier): ...\n", []),
    ],
)
def test_verbs_tell_the_layer(tmp_path: Path, path: str, text: str, expected: list[str]) -> None:
    """A use case is named like its file, a query begins with its statement's verb."""
    assert rules(layer_verbs.check, tmp_path, {f"services/a/{path}": text}) == expected
