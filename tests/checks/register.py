"""The register of requirements: docs/requirements.toml as objects, and as the tables of docs/requirements.md."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

REGISTER = "docs/requirements.toml"
PAGE = "docs/requirements.md"
IDENTIFIER = re.compile(r"[A-Z]\d{1,2}")


@dataclass(frozen=True)
class Requirement:
    """One promise: what must hold, how that is shown, and where it comes from (may be empty). `open_part` says what of
    it no test shows, where others show the rest."""

    identifier: str
    text: str
    acceptance: str
    source: str
    claimed_done: bool
    open_part: str


@dataclass(frozen=True)
class Group:
    """Requirements that share a letter and a heading."""

    title: str
    introduction: str
    requirements: tuple[Requirement, ...]


def load(root: Path) -> list[Group]:
    """Read the register; raises ValueError for an id that is malformed or given twice."""
    content = tomllib.loads((root / REGISTER).read_text(encoding="utf-8"))
    groups = [
        Group(entry["title"], entry.get("introduction", ""), tuple(map(_requirement, entry.get("requirement", []))))
        for entry in content["group"]
    ]
    seen: set[str] = set()
    for requirement in (one for group in groups for one in group.requirements):
        if not IDENTIFIER.fullmatch(requirement.identifier) or requirement.identifier in seen:
            raise ValueError(f"{REGISTER}: id {requirement.identifier!r} is malformed or given twice")
        seen.add(requirement.identifier)
    return groups


def _requirement(entry: dict[str, str]) -> Requirement:
    state = entry.get("state", "")
    if state not in ("", "done"):
        raise ValueError(f'{REGISTER}: {entry["id"]} has state {state!r}; only "done" can be claimed')
    return Requirement(
        entry["id"],
        entry["text"],
        entry.get("acceptance", ""),
        entry.get("source", ""),
        state == "done",
        entry.get("open", ""),
    )


def render(groups: list[Group], tests: dict[str, list[str]]) -> str:
    """The page: one table per group, with the tests that prove each id. `tests` maps ids to pytest node ids."""
    everything = [one for group in groups for one in group.requirements]
    proven = sum(1 for one in everything if tests.get(one.identifier))
    parts = [
        "# Requirements",
        "",
        "Generated from `requirements.toml` and the `@pytest.mark.requirement` marks of the tests; do not edit.",
        "`make requirements` prints every id with its tests and their last result.",
        "",
        "`tested` means that at least one test proves at least a part of it; `in part` names what is known to be open.",
        "",
        f"{len(everything)} requirements, {proven} tested.",
    ]
    for group in groups:
        count = sum(1 for one in group.requirements if tests.get(one.identifier))
        parts += ["", f"## {group.title}", ""]
        parts += [f"{group.introduction}", ""] if group.introduction else []
        parts += [f"{count} of {len(group.requirements)} tested.", ""]
        parts += ["| id | requirement | shown by | source | state | tests |", "|---|---|---|---|---|---|"]
        parts += [_row(one, tests.get(one.identifier, [])) for one in group.requirements]
    return "\n".join(parts) + "\n"


def _row(requirement: Requirement, nodes: list[str]) -> str:
    state = "not yet" if not nodes else f"in part; open: {requirement.open_part}" if requirement.open_part else "tested"
    listed = "<br>".join(f"`{node.removeprefix('tests/')}`" for node in nodes)
    texts = (requirement.text, requirement.acceptance, requirement.source)
    cells = [requirement.identifier, *(_escape(text) for text in texts), _escape(state), listed]
    return "| " + " | ".join(cells) + " |"


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()
