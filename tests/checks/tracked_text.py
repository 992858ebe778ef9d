"""Text of every file that is or would be tracked: it stands alone, on any machine, whoever wrote it.

Needles are put together from parts, and words kept as digests, so that this file does not contain what it forbids."""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.checks.problem import Problem
from tests.checks.repository import Repository
from tests.checks.source import Source

REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("npmmirror", "com"),
        ("yarnpkg", "com"),
        ("anaconda", "org"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("ghcr", "io"),
        ("quay", "io"),
        ("gcr", "io"),
        ("docker", "io"),
        ("debian", "org/debian"),
        ("tuna", "tsinghua"),
        ("mirrors", "aliyun"),
    )
)
PERSONAL_FOLDERS = re.compile(r"(?<![\w.$}])/(home|Users)/(?!app\b|tiro\b|nonroot\b)[A-Za-z][\w.-]*/")
WORDS = Path(__file__).with_name("withheld_words.txt")
WORD = re.compile(r"[a-z]+")


def check(repository: Repository) -> Iterator[Problem]:
    """Yield registry hosts, paths of one machine, and words about how the work was organised."""
    machine = _machine_paths(repository.root)
    for source in repository.sources.values():
        lowered = source.text.lower()
        for host in (one for one in REGISTRY_HOSTS if one in lowered):
            mend = "leave the host to each site's own tool configuration"
            yield _problem(source, lowered.index(host), "registry-host", f"names the registry {host}", mend)
        for pattern in (machine, PERSONAL_FOLDERS):
            if match := pattern.search(source.text):
                mend = "use a path relative to the project, or a setting"
                yield _problem(source, match.start(), "machine-path", f"holds the machine path {match[0]}", mend)
        yield from _words(source)


def _problem(source: Source, position: int, rule: str, wrong: str, mend: str) -> Problem:
    return Problem(source.path, source.text.count("\n", 0, position) + 1, rule, wrong, mend)


def _machine_paths(root: Path) -> re.Pattern[str]:
    """The folders this very checkout lives in: the root, its top folder, and the caller's home."""
    places = {str(root)}
    if len(root.parts) > 2 and root.parts[1] not in ("home", "tmp", "var", "opt", "srv", "usr", "mnt", "builds"):
        places.add(f"/{root.parts[1]}/")
    if len(str(Path.home())) > 1:
        places.add(f"{Path.home()}/")
    return re.compile(r"(?<![\w.$}])(" + "|".join(re.escape(one) for one in sorted(places)) + ")")


@cache
def withheld_words() -> frozenset[str]:
    """Digests of the words and word pairs that must not appear; a pair is two digests with a blank."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def digest(words: str) -> str:
    """The form in which withheld words are kept: sixteen hexadecimal digits of the SHA-256 of each, lower case."""
    return " ".join(map(_digest, words.lower().split()))


@cache
def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:16]


def _words(source: Source) -> Iterator[Problem]:
    withheld = withheld_words()
    opening = {one.split()[0] for one in withheld}
    words = WORD.findall(source.text.lower())
    if opening.isdisjoint(map(_digest, set(words))):
        return
    pairs = {f"{one} {other}" for one, other in pairwise(words) if _digest(one) in opening}
    for found in sorted(one for one in pairs | set(words) if digest(one) in withheld):
        match = re.search(r"[^a-z]+".join(map(re.escape, found.split())), source.text.lower())
        mend = "say what the product does; how it came about is not part of it"
        yield _problem(source, match.start() if match else 0, "organisation-word", f"contains `{found}`", mend)
