"""load-exam-bodies: the tree of a zone comes from a file, as often as one likes (B4, B18, 5.8)."""

from pathlib import Path
from typing import Any

import pytest

from services.institution.commands.load_exam_bodies import load_exam_bodies_command
from shared.contracts.institution import ExamBodyChanged, StaffRequested
from tests.integration.institution.library import Library

HEADER = "code,name,level,parent_code,division_codes\n"


async def load(library: Library, *arguments: str) -> int:
    """Run the command in this process."""
    return await load_exam_bodies_command(library.service.deps, ["--zone-code", "42", *arguments])


async def listed(library: Library) -> dict[str, Any]:
    """The bodies of the zone by code."""
    return {one["code"]: one for one in (await library.zone.get("/exam-bodies?limit=100")).body["items"]}


@pytest.mark.requirement("B4", "B18")
async def test_the_shipped_sites_load_once_and_change_nothing_again(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run writes nothing and prints what would be; then 17 sites exist, a medical college among them with the
    territory of the zone, and the second run finds no difference. Nobody is invited."""
    assert await load(library, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "+ 42TJ 同济医学院考点 < 42 []" in said
    assert said.endswith("nothing was written: 17\n")
    assert set(await listed(library)) == {"42"}
    assert await load(library) == 0
    bodies = await listed(library)
    assert len([one for one in bodies.values() if one["level"] == "site"]) == 17
    assert (bodies["42TJ"]["division_codes"], bodies["429004"]["division_codes"]) == ([], ["429004"])
    told = len(await library.service.published(ExamBodyChanged))
    capsys.readouterr()
    assert await load(library) == 0
    assert capsys.readouterr().out == "已更改 / changed: 0\n"
    assert len(await library.service.published(ExamBodyChanged)) == told == 18
    assert len(await library.service.published(StaffRequested)) == 1


@pytest.mark.requirement("B4", "B18")
async def test_a_file_renames_moves_and_redraws(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What differs is printed with what it was and written as one edit; what the file leaves out stays and is named."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(
        HEADER + "P1,江岸报名点,point,S1,420102\nS1,甲考点,site,42,420100\nS2,乙考点,site,42,\nS3,丙考点,site,42,\n",
        "utf-8",
    )
    second.write_text(
        HEADER + "S1,甲新考点,site,42,420100 420200\nS2,乙考点,site,42,\nP1,江岸报名点,point,S2,420102\n", "utf-8"
    )
    assert await load(library, str(first)) == 0
    capsys.readouterr()
    assert await load(library, str(second)) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "~ S1 name: 甲考点 -> 甲新考点",
        "~ S1 divisions: 420100 -> 420100 420200",
        "~ P1 parent: S1 -> S2",
        "? S3 丙考点",
        "已更改 / changed: 2",
    ]
    bodies = await listed(library)
    assert bodies["P1"]["path"][1] == bodies["S2"]["id"]
    history = (await library.zone.get(f"/exam-bodies/{bodies['P1']['id']}/history")).body["items"]
    assert [(one["ended_by_change"], one["parent_id"]) for one in history] == [("load", bodies["S1"]["id"])]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("S1,甲考点,province,42,", "2"),
        ("S1,甲考点,site,99,", "2"),
        ("S1,甲考点,site", "2"),
        ("S1,甲考点,site,42,420999", "division"),
        ("42,湖北考区,site,42,", "2"),
        ("S1,甲考点,site,42,420100\nS2,乙考点,site,42,420102", "overlaps"),
        ("S1,甲考点,site,42,420100\nP1,丁报名点,point,S1,420202", "420202"),
    ],
)
async def test_a_wrong_file_loads_nothing(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, says: str
) -> None:
    """Form, parents, levels and territories are checked as a whole; the refusal names line or body."""
    file = tmp_path / "wrong.csv"
    file.write_text(f"{HEADER}{line}\n", "utf-8")
    assert await load(library, str(file)) == 2
    assert says in capsys.readouterr().err
    assert set(await listed(library)) == {"42"}


async def test_without_zone_or_file_the_command_says_so(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and what to do."""
    assert await load_exam_bodies_command(library.service.deps, ["--zone-code", "43"]) == 2
    assert await load_exam_bodies_command(library.service.deps, ["--zone-code", "42", "absent.csv"]) == 2
    said = capsys.readouterr().err
    assert "can not be read" in said
    assert str(Path.cwd()) not in said


@pytest.mark.requirement("B18")
async def test_former_divisions_are_still_known(library: Library) -> None:
    """A code on an old certificate leads to the county of today, with the day it ended."""
    anybody = library.service.caller("candidate")
    former = (await anybody.get("/divisions/421023")).body
    assert (former["name"], former["current"], former["successor_code"]) == ("监利县", False, "421088")
    today = (await anybody.get(f"/divisions/{former['successor_code']}")).body
    assert (today["name"], today["current"], today["valid_from"] > former["valid_to"]) == ("监利市", True, True)
    assert (await anybody.get("/divisions/999999")).status == 404
