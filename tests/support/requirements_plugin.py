"""pytest plugin: remembers the last result of every test that carries a requirement mark, in var/requirements.json.

Results of earlier runs stay, so that unit, integration and chaos runs add up; runs side by side take turns."""

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

MARK = "requirement"
PROPERTY = "requirement"
RESULTS = "var/requirements.json"
WORST_FIRST = ("failed", "passed", "skipped")


class Recorder:
    """Collects outcomes during one run and merges them into the file at its end."""

    def __init__(self, root: Path) -> None:
        self.file = root / RESULTS
        self.outcomes: dict[str, list[str]] = {}
        self.identifiers: dict[str, list[str]] = {}

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Attach the ids of all marks to the item: properties travel from parallel workers with the reports."""
        identifiers = [str(one) for mark in item.iter_markers(MARK) for one in mark.args]
        if identifiers:
            item.user_properties.append((PROPERTY, identifiers))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note setup, call and teardown; the worst of them, and of all parameters, is the outcome of the function."""
        for name, value in report.user_properties:
            if name == PROPERTY and isinstance(value, list):
                node = report.nodeid.split("[", 1)[0]
                self.identifiers[node] = value
                if report.when == "call" or report.outcome != "passed":
                    self.outcomes.setdefault(node, []).append(report.outcome)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Merge into the file; only the process that saw all reports writes."""
        if not hasattr(session.config, "workerinput") and self.outcomes:
            self._merge()

    def _merge(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            tests = json.loads(self.file.read_text(encoding="utf-8"))["tests"] if self.file.is_file() else {}
            finished = datetime.now(UTC).isoformat(timespec="seconds")
            for node, outcomes in self.outcomes.items():
                worst = next(one for one in WORST_FIRST if one in outcomes)
                tests[node] = {"outcome": worst, "requirements": self.identifiers[node], "at": finished}
            fresh = self.file.with_suffix(".new")
            fresh.write_text(json.dumps({"tests": dict(sorted(tests.items()))}, indent=1), encoding="utf-8")
            os.replace(fresh, self.file)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the mark and start recording."""
    line = f"{MARK}(*ids): the requirement ids of docs/requirements.md that this test proves"
    config.addinivalue_line("markers", line)
    config.pluginmanager.register(Recorder(config.rootpath), "requirement-recorder")
