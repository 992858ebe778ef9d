"""The recogniser as a process: offline, frugal, and usable from the command line."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from deploy.demo.card_photos import draw_back, draw_front, fictional_person, photograph
from services.identity.recognition.command import main
from services.identity.recognition.engines import ModelMissing
from services.identity.recognition.recogniser import Recogniser

_TODAY = date(2026, 11, 1)
_OFFLINE = """
import sys
from datetime import date

def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.")):
        raise SystemExit(f"the recogniser tried {event}")

sys.addaudithook(refuse)
from services.identity.recognition.recogniser import Recogniser
recogniser = Recogniser()
recogniser.warm_up()
for _ in range(3):
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            print(recogniser.read(file.read(), None, date(2026, 11, 1)).verdict.value)
# Not ru_maxrss: a child inherits the peak of the process that started it.
with open("/proc/self/status") as status:
    print(next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM")))
"""


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    """One person's two sides as files."""
    person = fictional_person(60, _TODAY)
    files = {"front": draw_front(person), "back": draw_back(person.card)}
    paths = {side: tmp_path / f"{side}.jpg" for side in files}
    for side, path in paths.items():
        path.write_bytes(photograph(files[side], 60, "mild"))
    return paths


def test_reading_needs_no_network_and_little_memory(photos: dict[str, Path]) -> None:
    """A process that may open no socket loads, warms up and reads; its memory peak stays under 650 MB."""
    command = [sys.executable, "-c", _OFFLINE, *map(str, photos.values())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    *verdicts, peak = done.stdout.split()
    assert verdicts == ["ok", "wrong_side"] * 3
    assert int(peak) < 650


def test_a_missing_model_stops_the_start(tmp_path: Path) -> None:
    """Nothing is fetched in place of an absent model: loading fails and names the file."""
    with pytest.raises(ModelMissing, match="PP-OCRv6_det_small"):
        Recogniser(tmp_path)


def test_one_card_from_the_command_line(photos: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Both sides as JSON, and as lines for a person."""
    arguments = [str(photos["front"]), "--back", str(photos["back"]), "--today", _TODAY.isoformat()]
    assert main([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    person = fictional_person(60, _TODAY)
    assert (result["verdict"], result["front"]["id_number"]) == ("ok", person.id_number)
    assert result["back"]["authority"] == person.card.authority
    assert main(arguments) == 0
    assert person.name in capsys.readouterr().out


def test_a_batch_goes_on_after_a_bad_line(
    photos: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One result a line in the order of the list; a line that cannot be read is reported and the rest still done."""
    listing = tmp_path / "list.jsonl"
    rows = [{"front": str(photos["front"])}, {"front": str(tmp_path / "absent.jpg")}, {"back": str(photos["back"])}]
    listing.write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n", encoding="utf-8")
    assert main(["--batch", str(listing), "--today", _TODAY.isoformat()]) == 3
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [result.get("verdict", "error") for result in results] == ["ok", "error", "ok", "error"]


def test_no_arguments_explain_themselves(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a photo the command says what it wants and fails."""
    assert main([]) == 2
    assert "--batch" in capsys.readouterr().err
