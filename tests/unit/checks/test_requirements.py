"""The register of requirements, the marks in tests, the page, and the recorded results."""

import json
from pathlib import Path

import pytest

from tests.checks import generated, marks, register, requirements
from tests.unit.checks.sample_project import project, rules

REGISTER = """
[[group]]
title = "A. Things"
requirement = [
  { id = "A1", text = "It works.", acceptance = "It is seen to work." },
  { id = "A2", text = "It | stops." },
]
"""
TEST = "tests/unit/test_x.py"
MARKED = '@pytest.mark.requirement("A1")\ndef test_works():\n    assert True\n'


def written(folder: Path, files: dict[str, str]) -> dict[str, str]:
    """The same files with the page that belongs to them."""
    repository = project(folder, files)
    return {**files, register.PAGE: requirements.page(repository)}


def test_page_that_agrees_is_accepted(tmp_path: Path) -> None:
    """Register, marks and page agree: nothing to report, and the page shows which ids are tested by what."""
    files = written(tmp_path, {register.REGISTER: REGISTER, TEST: MARKED})
    assert rules(requirements.check, tmp_path, files) == []
    page = files[register.PAGE]
    assert "| A1 | It works. | It is seen to work. |  | tested | `unit/test_x.py::test_works` |" in page
    assert "| A2 | It \\| stops. |  |  | not yet |  |" in page


def test_what_is_known_to_be_open_is_said(tmp_path: Path) -> None:
    """An id with tests of which a part is open is not shown as tested."""
    partly = REGISTER.replace('text = "It works."', 'text = "It works.", open = "at night"')
    page = written(tmp_path, {register.REGISTER: partly, TEST: MARKED})[register.PAGE]
    assert (
        "| A1 | It works. | It is seen to work. |  | in part; open: at night | `unit/test_x.py::test_works` |" in page
    )


def test_stale_page_is_found(tmp_path: Path) -> None:
    """A new mark makes the page stale."""
    files = written(tmp_path, {register.REGISTER: REGISTER})
    assert rules(requirements.check, tmp_path, {**files, TEST: MARKED}) == ["stale-file"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (MARKED.replace("A1", "A9"), ["stale-file", "unknown-requirement"]),
        (MARKED.replace('"A1"', "NAME"), ["stale-file", "unknown-requirement"]),
        (MARKED.replace("test_works", "prepare"), ["stale-file", "unattached-mark"]),
    ],
)
def test_marks_that_prove_nothing_are_found(tmp_path: Path, text: str, expected: list[str]) -> None:
    """A mark names a known id in plain text and stands on something pytest collects."""
    assert rules(requirements.check, tmp_path, {register.REGISTER: REGISTER, TEST: text}) == expected


def test_claim_without_a_test_is_found(tmp_path: Path) -> None:
    """Who claims an id as done needs a test that carries it."""
    claimed = REGISTER.replace('text = "It works."', 'text = "It works.", state = "done"')
    files = written(tmp_path, {register.REGISTER: claimed})
    assert rules(requirements.check, tmp_path, files) == ["unproven-claim"]
    assert rules(requirements.check, tmp_path, written(tmp_path, {**files, TEST: MARKED})) == []


@pytest.mark.parametrize("broken", [REGISTER.replace("A2", "A1"), REGISTER.replace("A2", "AA"), REGISTER + "x"])
def test_malformed_register_is_refused(tmp_path: Path, broken: str) -> None:
    """Ids are unique and well formed."""
    project(tmp_path, {register.REGISTER: broken})
    with pytest.raises(ValueError):
        register.load(tmp_path)


def test_marks_of_functions_classes_and_modules_are_collected(tmp_path: Path) -> None:
    """Decorators and pytestmark both count, with the node id pytest would use."""
    text = """
    pytestmark = [pytest.mark.requirement("A1")]

    @pytest.mark.requirement("A2", "A3")
    class TestThings:
        @pytest.mark.requirement("A4")
        def test_one(self): ...
    """
    found = {(mark.node, mark.identifier) for mark in marks.collect(project(tmp_path, {TEST: text}))}
    inner = f"{TEST}::TestThings"
    assert found == {(TEST, "A1"), (inner, "A2"), (inner, "A3"), (f"{inner}::test_one", "A4")}


def test_report_shows_the_worst_result(tmp_path: Path) -> None:
    """One failed test makes its requirement fail, whatever the others say; an unknown test was not run."""
    files = {register.REGISTER: REGISTER, TEST: MARKED + MARKED.replace("test_works", "test_again")}
    repository = project(tmp_path, files)
    assert "not run" in "\n".join(requirements.report(repository))
    outcomes = {f"{TEST}::test_works": {"outcome": "passed"}, f"{TEST}::test_again": {"outcome": "failed"}}
    project(tmp_path, {requirements.RESULTS: json.dumps({"tests": outcomes})})
    assert requirements.failing(repository) == ["A1"]
    assert "1 failed" in list(requirements.report(repository))[-1]


def test_results_of_a_run_are_recorded(pytester: pytest.Pytester) -> None:
    """After a run the file holds every marked test with its worst outcome, and keeps those of other runs."""
    project(pytester.path, {"var/requirements.json": '{"tests": {"tests/x.py::test_old": {"outcome": "passed"}}}'})
    pytester.makepyfile(
        test_marked="""
        import pytest

        @pytest.mark.requirement("A1", "A2")
        @pytest.mark.parametrize("value", [1, 2])
        def test_half(value):
            assert value == 1

        @pytest.mark.requirement("A2")
        def test_whole():
            assert True

        def test_unmarked():
            assert True
        """
    )
    plugins = ("tests.support.requirements_plugin", "no:cacheprovider", "no:asyncio")
    pytester.runpytest_inprocess(*(word for plugin in plugins for word in ("-p", plugin)))
    tests = json.loads((pytester.path / "var/requirements.json").read_text(encoding="utf-8"))["tests"]
    outcomes = {node: entry["outcome"] for node, entry in tests.items()}
    half, whole = "test_marked.py::test_half", "test_marked.py::test_whole"
    assert outcomes == {half: "failed", whole: "passed", "tests/x.py::test_old": "passed"}
    assert tests[half]["requirements"] == ["A1", "A2"]


def test_generated_file_is_compared_and_written(tmp_path: Path) -> None:
    """A registered file is stale until its command's output is written, and a broken command is a problem."""
    line = '[[file]]\npath = "a.txt"\ncommand = "python -c \'print(7)\'"\n'
    repository = project(tmp_path, {generated.REGISTRY: line})
    assert [problem.rule for problem in generated.check(repository)] == ["stale-file"]
    assert generated.write(tmp_path) == (["a.txt"], [])
    assert list(generated.check(repository)) == []
    project(tmp_path, {"a.txt": "8\n"})
    assert [problem.rule for problem in generated.check(repository)] == ["stale-file"]
    project(tmp_path, {generated.REGISTRY: line.replace("print(7)", "1/0")})
    assert ["ZeroDivisionError" in problem.wrong for problem in generated.check(repository)] == [True]
    changed, failed = generated.write(tmp_path)
    assert (changed, len(failed)) == ([], 1)
