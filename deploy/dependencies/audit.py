"""Asks an advisory service about every locked package: python -m deploy.dependencies.audit [--service ADDRESS]

Speaks the OSV protocol; names and versions leave, nothing else. Ends with 0 when nothing is known against the lock, 1
when something is, and 75 when it could not be asked: an audit that was not made never looks like one that was."""

import argparse
import asyncio
import os
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp

from deploy.dependencies.lock_file import EVERYTHING, Pinned, read_lock
from deploy.local.home import PROJECT

SERVICE: Final = "https://api.osv.dev"
ACCEPTED: Final = PROJECT / "requirements" / "accepted_advisories.toml"
_LARGEST_BATCH: Final = 500
_MOST_PAGES: Final = 20


class NotAudited(Exception):
    """The service could not be asked, or its answer not be understood; the argument says why."""


@dataclass(frozen=True)
class Advisory:
    """What is known against one package."""

    package: str
    names: tuple[str, ...]
    summary: str
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        mend = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "no fixed version is named"
        return f"{self.package}: {' = '.join(self.names)}: {self.summary} ({mend})"


async def audit(packages: Sequence[Pinned], service: str, seconds: float = 30.0) -> list[Advisory]:
    """All advisories against the packages. Raises NotAudited."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            found = [pair for part in _parts(packages) for pair in await _ask(session, service, part)]
            return [await _describe(session, service, one, name) for one, name in found]
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise NotAudited(f"{service} does not answer ({type(error).__name__})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAudited(f"{service} gave an answer that is not of the protocol") from None


def _parts(packages: Sequence[Pinned]) -> list[Sequence[Pinned]]:
    return [packages[start : start + _LARGEST_BATCH] for start in range(0, len(packages), _LARGEST_BATCH)]


async def _ask(session: aiohttp.ClientSession, service: str, packages: Sequence[Pinned]) -> list[tuple[Pinned, str]]:
    """(package, advisory) of one batch, page after page."""
    waiting: list[tuple[Pinned, str | None]] = [(one, None) for one in packages]
    found: list[tuple[Pinned, str]] = []
    for _ in range(_MOST_PAGES):
        queries = [{"package": {"purl": one.purl}} | ({"page_token": page} if page else {}) for one, page in waiting]
        answer = await _json(session, "POST", f"{service}/v1/querybatch", {"queries": queries})
        results = answer["results"]
        if len(results) != len(waiting):
            raise ValueError("an answer for each question")
        found += [(one, v["id"]) for (one, _), r in zip(waiting, results, strict=True) for v in r.get("vulns", [])]
        pages = [(one, r.get("next_page_token")) for (one, _), r in zip(waiting, results, strict=True)]
        waiting = [(one, page) for one, page in pages if page]
        if not waiting:
            return found
    raise ValueError("pages without end")


async def _describe(session: aiohttp.ClientSession, service: str, package: Pinned, name: str) -> Advisory:
    told = await _json(session, "GET", f"{service}/v1/vulns/{name}", None)
    events = [e for a in told.get("affected", []) for r in a.get("ranges", []) for e in r.get("events", [])]
    fixed = tuple(dict.fromkeys(e["fixed"] for e in events if "fixed" in e))
    names = (told["id"], *told.get("aliases", []))
    summary = str(told.get("summary") or "no summary").splitlines()[0][:200]
    return Advisory(f"{package.name} {package.version}", names, summary, fixed)


async def _json(session: aiohttp.ClientSession, method: str, url: str, body: object) -> dict[str, Any]:
    async with session.request(method, url, json=body, allow_redirects=False) as response:
        if response.status != 200:
            raise NotAudited(f"{url} answers {response.status}")
        answer: dict[str, Any] = await response.json(content_type=None)
        return answer


def accepted(file: Path, today: date) -> frozenset[str]:
    """Advisories that somebody judged harmless here, with a reason and a last day."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return frozenset(one["id"] for one in table.get("accepted", []) if one["reason"] and one["until"] >= today)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the audit; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service", default=os.environ.get("TIRO_ADVISORIES_URL", SERVICE))
    parser.add_argument("--lock", type=Path, default=EVERYTHING)
    parser.add_argument("--accepted", type=Path, default=ACCEPTED)
    options = parser.parse_args(arguments)
    packages = read_lock(options.lock)
    try:
        advisories = asyncio.run(audit(packages, options.service.rstrip("/")))
    except NotAudited as error:
        print(f"AUDIT NOT DONE: {error}. {len(packages)} packages were not looked up.", file=sys.stderr)
        return os.EX_TEMPFAIL
    waved = accepted(options.accepted, datetime.now(UTC).date())
    open_ones = [one for one in advisories if waved.isdisjoint(one.names)]
    print(*open_ones, sep="\n", end="\n" if open_ones else "")
    print(f"audited {len(packages)} packages: {len(open_ones)} advisories, {len(advisories) - len(open_ones)} accepted")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
