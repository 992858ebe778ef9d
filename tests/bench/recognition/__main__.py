"""Measures the recognition of ID cards: python -m tests.bench.recognition --people 60 --refusals 8 --json out.json

Draws fictional cards with typefaces and tables of one set (`tuning`, `stranger` and `template` while working on the
recogniser, `unseen`, `held-out` and `sealed` for the verdict; three generators that share nothing but the people),
photographs them at three levels, makes photos that must be refused, reads everything in this one process and
prints a table. `--keep FOLDER` writes the photos that were not read as they should be.
"""

import argparse
import json
import resource
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.demo.card_photos import Person
from services.identity.recognition.claims import Match, match_claim
from services.identity.recognition.recogniser import Recogniser
from services.identity.recognition.results import FrontFields
from tests.bench.recognition.camera import LEVELS
from tests.bench.recognition.refusals import Refusal
from tests.bench.recognition.sources import SOURCES, TODAY


@dataclass
class Tally:
    """Counts and times of one run."""

    sides: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    fields: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    verdicts: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    claims: list[bool] = field(default_factory=list)
    accepted: int = 0
    accepted_wrong: int = 0
    accepted_wrong_identity: int = 0
    refusable_accepted: int = 0
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    certainties: list[tuple[str, str, float, bool]] = field(default_factory=list)


def main() -> None:
    """Runs the measurement with the command's arguments."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=60, help="persons: each gives one front and one back")
    parser.add_argument("--refusals", type=int, default=8, help="photos of each kind of refusal")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", choices=sorted(SOURCES), default="tuning")
    parser.add_argument("--levels", nargs="+", choices=sorted(LEVELS), default=["clean", "mild", "hard"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    started = time.perf_counter()
    recogniser = Recogniser()
    recogniser.warm_up()
    ready = time.perf_counter() - started
    source, tally = SOURCES[options.set], Tally()
    for i in range(options.people):
        level, seed = options.levels[i % len(options.levels)], options.seed * 100_000 + i
        person, photos = source.photos(seed, level)
        _measure_person(recogniser, tally, person, photos, seed, level, options.keep)
    for kind in source.kinds:
        for seed in range(first := options.seed * 100_000 + 50_000, first + options.refusals):
            _measure_refusal(recogniser, tally, source.refuse(kind, seed), seed, options.keep)
    report = _report(tally, ready)
    print("\n".join([*tally.notes, "", *(f"{name:28} {value}" for name, value in report.items())]))
    if options.json:
        whole = report | {"notes": tally.notes, "certainties": tally.certainties}
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")


def _measure_person(
    recogniser: Recogniser,
    tally: Tally,
    person: Person,
    photos: dict[str, bytes],
    seed: int,
    level: str,
    keep: Path | None,
) -> None:
    for side, photo in photos.items():
        result = _timed(recogniser, tally, side, photo)
        wanted, got = _wanted(person, side), result[side] or {}
        wrong = {name: (value, got.get(name)) for name, value in wanted.items() if got.get(name) != value}
        for name in wanted:
            tally.fields[name].append(name not in wrong)
        tally.sides[level].append(not wrong)
        for name, sure in result["quality"].get(side, {}).get("certainty", {}).items():
            names = ("valid_from", "valid_to") if name == "validity" else (name,)
            tally.certainties.append((level, name, sure, not set(names) & set(wrong)))
        tally.verdicts[f"valid {level}"].append(result["verdict"] == "ok")
        if side == "front" and result["verdict"] == "ok":
            tally.claims.append(match_claim(person.name, person.id_number, FrontFields(**got)).overall is Match.EQUAL)
        tally.accepted += result["verdict"] == "ok"
        tally.accepted_wrong += result["verdict"] == "ok" and bool(wrong)
        tally.accepted_wrong_identity += result["verdict"] == "ok" and bool({"name", "id_number"} & set(wrong))
        if wrong or result["verdict"] != "ok":
            _note(tally, keep, photo, f"{level} {seed} {side}", result, str(wrong) if got else "nothing read")


def _measure_refusal(recogniser: Recogniser, tally: Tally, case: Refusal, seed: int, keep: Path | None) -> None:
    result = _timed(recogniser, tally, case.side, case.photo)
    right = result["verdict"] in case.right
    tally.verdicts[case.kind].append(right)
    tally.refusable_accepted += result["verdict"] == "ok"
    if not right:
        _note(tally, keep, case.photo, f"{case.kind} {seed} {case.side}", result, "")


def _timed(recogniser: Recogniser, tally: Tally, side: str, photo: bytes) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = recogniser.read(photo if side == "front" else None, photo if side == "back" else None, TODAY).as_dict()
    tally.cpu.append(time.process_time() - cpu)
    tally.wall.append(time.perf_counter() - wall)
    return result


def _note(tally: Tally, keep: Path | None, photo: bytes, name: str, result: dict[str, Any], text: str) -> None:
    tally.notes.append(f"{name}: {result['verdict']}/{result['reason']} {text} {result['quality']}")
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{name.replace(' ', '_')}.jpg").write_bytes(photo)


def _wanted(person: Person, side: str) -> dict[str, str]:
    if side == "back":
        card = person.card
        ends = card.valid_to.isoformat() if card.valid_to else "长期"
        return {"authority": card.authority, "valid_from": card.valid_from.isoformat(), "valid_to": ends}
    names = ("name", "sex", "ethnicity", "address", "id_number")
    return {name: getattr(person, name) for name in names} | {"birth_date": person.birth_date.isoformat()}


def _share(outcomes: list[bool]) -> str:
    return f"{sum(outcomes)}/{len(outcomes)} = {100 * sum(outcomes) / max(1, len(outcomes)):.2f} %"


def _report(tally: Tally, ready: float) -> dict[str, str]:
    cpu, wall = sorted(tally.cpu), sum(tally.wall)
    report = {f"all fields exact, {level}": _share(outcomes) for level, outcomes in tally.sides.items()}
    report["all fields exact, all"] = _share([one for outcomes in tally.sides.values() for one in outcomes])
    report |= {f"exact {name}": _share(outcomes) for name, outcomes in tally.fields.items()}
    report |= {f"right verdict, {kind}": _share(outcomes) for kind, outcomes in tally.verdicts.items()}
    report["right verdict, all"] = _share([one for outcomes in tally.verdicts.values() for one in outcomes])
    report["refusable accepted"] = str(tally.refusable_accepted)
    report["accepted with a wrong field"] = f"{tally.accepted_wrong} of {tally.accepted}"
    report["accepted, wrong identity"] = f"{tally.accepted_wrong_identity} of {tally.accepted}"
    report["true claims matched"] = _share(tally.claims)
    report["CPU s/photo median mean p95"] = " ".join(
        f"{value:.2f}" for value in (cpu[len(cpu) // 2], sum(cpu) / len(cpu), cpu[int(len(cpu) * 0.95)])
    )
    report["photos/s, one process"] = f"{len(cpu) / wall:.2f}"
    report["ready after s"] = f"{ready:.2f}"
    report["peak MB incl. drawing"] = str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    return report


if __name__ == "__main__":
    main()
