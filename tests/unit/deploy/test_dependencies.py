"""The locks, what is read from them, and the bill of materials (V78)."""

import re
from pathlib import Path
from typing import Any

import pytest

from deploy.dependencies.bill_of_materials import ROOT, bill_of_materials
from deploy.dependencies.lock_file import EVERYTHING, RUNTIME, LockBroken, read_lock
from deploy.local.home import PROJECT
from tests.checks import locks
from tests.unit.checks.sample_project import rules

GOOD = f"aiohttp==1.0 \\\n    --hash=sha256:{'a' * 64}\n    # via -r requirements/runtime.in\n"
OTHER = f"yarl==2.0 ; sys_platform == 'linux' \\\n    --hash=sha256:{'b' * 64}\n    # via\n    #   aiohttp\n"


@pytest.mark.requirement("V78")
def test_every_package_of_the_locks_has_its_hashes() -> None:
    """Each at one version with at least one hash; what runs is a part of what was tested."""
    runs, tested = read_lock(RUNTIME), read_lock(EVERYTHING)
    assert len(runs) > 50
    assert {(one.name, one.version) for one in runs} <= {(one.name, one.version) for one in tested}
    assert all(one.hashes for one in tested)


@pytest.mark.requirement("V78")
@pytest.mark.parametrize("text", ["aiohttp>=1.0\n", "aiohttp==1.0\n", "-e .\n", "aiohttp @ file:///x.whl\n"])
def test_a_line_that_pins_nothing_is_refused(tmp_path: Path, text: str) -> None:
    """A range, a version without a hash, a folder, an address: the line is named."""
    file = tmp_path / "lock.txt"
    file.write_text(GOOD + text, encoding="utf-8")
    with pytest.raises(LockBroken, match=r"lock\.txt:4"):
        read_lock(file)


@pytest.mark.requirement("V78")
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements/runtime.txt": GOOD, "requirements/runtime.in": "aiohttp==1.0\n"}, []),
        ({"requirements/runtime.txt": "aiohttp==1.0\n"}, ["unpinned"]),
        ({"requirements/runtime.txt": GOOD, "requirements/runtime.in": "aiohttp\nYarl[x]>=2\n"}, ["stale-lock"]),
        ({"requirements/runtime.txt": GOOD, "requirements/dev.txt": GOOD + OTHER}, []),
        ({"requirements/runtime.txt": GOOD + OTHER, "requirements/dev.txt": GOOD}, ["locks-differ"]),
        ({"deploy/Dockerfile": "RUN pip install --no-deps \\\n  -r x.txt\n"}, ["unhashed-install"]),
        ({"deploy/Dockerfile": "RUN pip install --no-deps \\\n  --require-hashes -r x.txt\n"}, []),
    ],
)
def test_careless_locks_and_installs_are_found(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    """Unpinned, stale, different, or installed without a comparison."""
    assert rules(locks.check, tmp_path, files) == expected


@pytest.mark.requirement("V78")
def test_the_bill_lists_every_package_and_who_wants_it() -> None:
    """As CycloneDX asks: each component once, under its package URL and with its hashes; every reference exists; all is
    wanted by the project in the end."""
    bill = bill_of_materials()
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", bill["serialNumber"])
    components: list[dict[str, Any]] = bill["components"]
    assert [one["purl"] for one in components] == [one.purl for one in read_lock(RUNTIME)]
    references = [one["bom-ref"] for one in components]
    assert len(set(references)) == len(references)
    for one in components:
        assert re.fullmatch(r"pkg:pypi/[a-z0-9-]+@[\w.!+-]+", one["purl"])
        assert one["hashes"]
        assert all(h["alg"] == "SHA-256" and re.fullmatch("[0-9a-f]{64}", h["content"]) for h in one["hashes"])
    wants = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert set(wants) == {ROOT, *references}
    reached, waiting = set(), [ROOT]
    while waiting:
        if (ref := waiting.pop()) not in reached:
            reached.add(ref)
            waiting += wants[ref]
    assert reached == set(wants)


@pytest.mark.requirement("V78")
def test_the_same_lock_gives_the_same_bill(tmp_path: Path) -> None:
    """Byte for byte, so that two images can be compared; another lock gives another number."""
    lock = tmp_path / "lock.txt"
    lock.write_text(GOOD + OTHER, encoding="utf-8")
    first = bill_of_materials(lock)
    assert first == bill_of_materials(lock)
    assert [one["dependsOn"] for one in first["dependencies"]] == [["pkg:pypi/aiohttp@1.0"], ["pkg:pypi/yarl@2.0"], []]
    lock.write_text(GOOD + OTHER.replace("b" * 64, "c" * 64), encoding="utf-8")
    assert bill_of_materials(lock)["serialNumber"] != first["serialNumber"]


@pytest.mark.requirement("V78")
def test_the_image_carries_its_bill() -> None:
    """Made while the image is built, of the lock that was installed into it."""
    text = (PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "COPY requirements/runtime.txt requirements/runtime.txt" in text
    assert "python -m deploy.dependencies.bill_of_materials > bill-of-materials.json" in text
