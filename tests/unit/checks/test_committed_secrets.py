"""Secrets are found where they are planted: in the tree, in the history, on the way into the image (V53)."""

import base64
import random
import subprocess
from pathlib import Path

import pytest

from tests.checks import committed_secrets, image_secrets
from tests.unit.checks.sample_project import rules

PROJECT = Path(__file__).resolve().parents[3]
FOUND = ["committed-secret"]
# As random as secrets are, and the same in every process: parallel runs compare the names of their tests.
_RANDOM = random.Random(53)
HEX, DIGEST = _RANDOM.randbytes(16).hex(), _RANDOM.randbytes(32).hex()
TOKEN = base64.urlsafe_b64encode(_RANDOM.randbytes(24)).decode()


@pytest.mark.requirement("V53")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-----" + "BEGIN PRIVATE KEY-----\n", FOUND),
        ("-----" + "BEGIN EC PRIVATE KEY-----\n", FOUND),
        ("id = LT" + "AI5tF3xq8Zk2Vb7Wn9\n", FOUND),
        ("id = AK" + "IDz8krbsJ5yKBZQpnEXAMPLE\n", []),
        ("gh" + "p_" + "a1B2" * 9 + "\n", FOUND),
        ("url = 'postgresql://tiro:" + HEX + "@db/tiro'\n", FOUND),
        ("url = f'postgresql://tiro:{password}@db/tiro'\n", []),
        (f"DB_PASSWORD={HEX}\n", FOUND),
        (f'password = "{HEX}"\n', FOUND),
        (f'{{"secret_key": "{HEX}"}}\n', FOUND),
        (f"api-key: {TOKEN}0\n", FOUND),
        ("password = settings.postgres.password.get_secret_value()\n", []),
        ("password_file = '/run/tiro/postgres.password'\n", []),
        ("secret = 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx0'\n", []),
        (f"--hash=sha256:{DIGEST}\n", []),
        ("a plain sentence about a secret: nobody knows it\n", []),
    ],
)
def test_a_secret_in_the_tree_is_found(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Keys, credentials of known form, passwords in addresses and random values in assignments; nothing else."""
    assert rules(committed_secrets.check, tmp_path, {"a.txt": text}) == expected


@pytest.mark.requirement("V53")
def test_a_finding_does_not_show_the_secret(tmp_path: Path) -> None:
    """Reports are read by many: they carry a digest, by which a harmless value can be allowed."""
    problems = list(committed_secrets.found("a.txt", f"token = {HEX}\n"))
    assert HEX not in str(problems[0])
    assert committed_secrets.digest(HEX) in str(problems[0])


@pytest.mark.requirement("V53")
def test_a_secret_that_was_removed_is_found_in_the_history(tmp_path: Path) -> None:
    """A clean tree is not enough: what a commit once held, or said, can be fetched by everybody. In a shallow clone the
    part that is there is read. Control: a history without it is clean."""
    origin = tmp_path / "origin"
    _commit(origin, {"a.txt": "nothing yet\n"}, "A beginning")
    assert list(committed_secrets.history(origin)) == []
    _commit(origin, {"a.txt": f"token = {HEX}\n"}, "A slip")
    _commit(origin, {"a.txt": "gone\n"}, "Tidied")
    assert rules(committed_secrets.check, origin, {}) == []
    assert [one.path.split("@")[0] for one in committed_secrets.history(origin)] == ["a.txt"]

    shallow = tmp_path / "shallow"
    _git(tmp_path, "clone", "-q", "--depth", "2", origin.as_uri(), str(shallow))
    assert [one.path.split("@")[0] for one in committed_secrets.history(shallow)] == ["a.txt"]
    shallower = tmp_path / "shallower"
    _git(tmp_path, "clone", "-q", "--depth", "1", origin.as_uri(), str(shallower))
    assert list(committed_secrets.history(shallower)) == [], "the slip is not in this clone"

    _commit(origin, {"b.txt": "b\n"}, f"Rotated: password={HEX}")
    assert "messages" in [one.path for one in committed_secrets.history(origin)]


@pytest.mark.slow
@pytest.mark.requirement("V53")
@pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="this copy of the project has no history")
def test_the_history_of_this_project_holds_no_secret() -> None:
    """Every version of every file that leads here, and every message."""
    assert list(committed_secrets.history(PROJECT)) == []


IGNORED = ".git\n.venv\nvar\n"


@pytest.mark.requirement("V53")
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("Dockerfile", "FROM x\nENV DB_PASSWORD=word\n", 1),
        ("Dockerfile", "FROM x\nARG API_TOKEN\n", 1),
        ("Dockerfile", "FROM x\nENV DB_PASSWORD_FILE=/run/tiro/password PATH=/venv/bin\n", 0),
        ("Dockerfile", "FROM x\nCOPY . /app\n", 1),
        ("Dockerfile", "FROM x\nCOPY var/stack/secrets /app/keys\n", 1),
        ("Dockerfile", "FROM x\nCOPY shared shared\n", 0),
        ("compose.yaml", "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD: word\n", 1),
        ("compose.yaml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=word\n", 1),
        ("compose.yaml", "services:\n  db:\n    environment:\n      POSTGRES_PASSWORD_FILE: /run/password\n", 0),
    ],
)
def test_a_secret_on_its_way_into_an_image_is_found(tmp_path: Path, name: str, text: str, expected: int) -> None:
    """Neither build arguments nor variables carry one, and no folder is copied that may hold one."""
    files = {f"deploy/{name}": text, ".dockerignore": IGNORED}
    assert rules(image_secrets.check, tmp_path, files) == ["secret-in-image"] * expected


@pytest.mark.requirement("V53")
def test_the_build_context_holds_no_private_folder(tmp_path: Path) -> None:
    """What the builder is not given can not end up in a layer."""
    files = {"Dockerfile": "FROM x\n", ".dockerignore": ".git\n"}
    assert rules(image_secrets.check, tmp_path, files) == ["secret-in-image"] * 2


def _commit(folder: Path, files: dict[str, str], message: str) -> None:
    folder.mkdir(exist_ok=True)
    if not (folder / ".git").exists():
        _git(folder, "init", "-q")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    _git(folder, "add", "-A")
    _git(folder, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", message)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)
