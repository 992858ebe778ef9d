"""No secret in a file that is or would be tracked, nor anywhere in the history of this branch (V53).

`python -m tests.checks.committed_secrets` reads the history, as far as the clone goes back; the tree is read by the
checks. What only looks like a secret is listed, as a digest with its reason, in allowed_secrets.toml."""

import hashlib
import math
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.checks.problem import Problem
from tests.checks.repository import Repository

RULE = "committed-secret"
ALLOWED = Path(__file__).with_name("allowed_secrets.toml")
LARGEST = 2_000_000
FORMS = {
    "a private key": (("PRIVATE KEY",), re.compile(r"-{5}BEGIN [A-Z ]*PRIVATE KEY")),
    "an access key of a cloud": (
        ("AKIA", "ASIA", "LTAI", "AKID"),
        re.compile(r"\b(?:AKIA|ASIA|LTAI|AKID)(?!\w*EXAMPLE)[0-9A-Za-z]{12,40}\b"),
    ),
    "an access token of a code host": (
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
        re.compile(r"\b(?:gh[pousr]_\w{36}|github_pat_\w{22,}|glpat-[\w-]{20,})"),
    ),
    "a token of a chat, payment or package service": (
        ("xox", "k_live_", "npm_", "pypi-", "AIza"),
        re.compile(r"\b(?:xox[abprs]-[\w-]{10,}|[sr]k_live_\w{16,}|npm_\w{36}|pypi-\w{50,}|AIza[\w-]{35})"),
    ),
    "a signed token": (("eyJ",), re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}")),
    "a password in an address": (
        ("://",),
        re.compile(r"://[\w.-]+:(?P<value>[^\s:@/{}<>$'\"]{8,})@[\w.-]"),
    ),
}
"""Kind -> (what a text must hold for it, the form itself): most texts are done with the first."""
NAMES = (
    *("passw", "secret", "token", "credential", "apikey", "api_key", "api-key", "accesskey", "access_key"),
    *("access-key", "privatekey", "private_key", "private-key"),
)
ASSIGNED = re.compile(
    r"""(?x) [\w.-]* ["']? \s* (?: = | : | => | ", ) \s*
    (?P<quote>["']?) (?P<value>[A-Za-z0-9+/_=-]{20,}) (?P=quote) (?= [\s,;)}\]] | $ )"""
)
BITS = 3.0
"""Per sign, by Shannon's measure of the value itself: repetitions stay below, 20 random hexadecimal digits above."""


def check(repository: Repository) -> Iterator[Problem]:
    """Yield what looks like a secret in the files of the tree."""
    for source in repository.sources.values():
        yield from found(source.path, source.text)


def history(root: Path) -> Iterator[Problem]:
    """Yield what looks like a secret in any version of any file, and in any message, that leads to HEAD."""
    named = _git(root, "rev-list", "--objects", "HEAD").decode().splitlines()
    paths = dict(line.split(" ", 1) for line in named if " " in line)
    content = _git(root, "cat-file", "--batch", stdin="\n".join(paths).encode())
    for identity, kind, blob in _objects(content):
        if kind == "blob" and len(blob) <= LARGEST and b"\x00" not in blob[:4096]:
            yield from found(f"{paths[identity]}@{identity[:10]}", blob.decode("utf-8", "replace"))
    yield from found("messages", _git(root, "log", "--format=%B", "HEAD").decode("utf-8", "replace"))


def found(path: str, text: str) -> Iterator[Problem]:
    """Yield the secrets that a text seems to hold; the message shows the kind, never the value."""
    for what, position, value in _suspects(text):
        if digest(value) not in allowed():
            wrong = f"holds what looks like {what} ({digest(value)})"
            mend = "remove it and change the secret: it is known now; if it is none, allow its digest with a reason"
            yield Problem(path, text.count("\n", 0, position) + 1, RULE, wrong, mend)


def digest(value: str) -> str:
    """How a value is named without being shown."""
    return hashlib.sha256(value.encode()).hexdigest()[:16]


@cache
def allowed() -> frozenset[str]:
    """Digests of values that are no secrets."""
    table = tomllib.loads(ALLOWED.read_text(encoding="utf-8"))
    return frozenset(one["digest"] for one in table["allowed"] if one["reason"])


def _suspects(text: str) -> Iterator[tuple[str, int, str]]:
    for what, (needles, form) in FORMS.items():
        if any(needle in text for needle in needles):
            for match in form.finditer(text):
                yield what, match.start(), match.groupdict().get("value") or match[0]
    lowered = text.lower()
    # Where lower case is longer than the text (few letters are), positions would not fit: then it is read as it is.
    for position in _named(lowered if len(lowered) == len(text) else text):
        assigned = ASSIGNED.match(text, position)
        value = assigned["value"] if assigned else ""
        if _bits(value) >= BITS and any(sign.isdigit() for sign in value):
            yield "an assigned secret", position, value


def _named(text: str) -> Iterator[int]:
    """Where a name begins under which secrets are kept."""
    for name in NAMES:
        position = text.find(name)
        while position >= 0:
            yield position
            position = text.find(name, position + 1)


def _bits(value: str) -> float:
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values()) if value else 0.0


def _objects(stream: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The answers of `git cat-file --batch`: a line of id, kind and size, then the content and a line's end."""
    start = 0
    while start < len(stream):
        end = stream.index(b"\n", start)
        identity, kind, size = stream[start:end].decode().split()
        yield identity, kind, stream[end + 1 : end + 1 + int(size)]
        start = end + 2 + int(size)


def _git(root: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, input=stdin, check=True, capture_output=True, timeout=300).stdout


def main() -> int:
    """Print what the history holds; 1 when it holds anything."""
    root = Path(__file__).resolve().parents[2]
    problems = sorted(set(history(root)))
    print(*problems, sep="\n")
    shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    print(f"history: {len(problems)} problems" + (", of a shallow clone: as far back as it goes" if shallow else ""))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
