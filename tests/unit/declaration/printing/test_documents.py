"""What the templates are given."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.declaration.printing.errors import ListContentChanged, ListTooLong, PrintFieldTooLong
from services.declaration.printing.labels import moment
from services.declaration.printing.qualified_list import LONGEST_LIST
from tests.unit.declaration.printing import samples


@pytest.mark.requirement("B13")
def test_a_list_that_changed_after_it_was_frozen_is_not_printed() -> None:
    """One altered name stops the print; the unaltered list passes."""
    document = samples.listed(5)
    assert len(document.template_data()["lines"]) == 5  # type: ignore[arg-type]
    lines = (replace(document.content.lines[0], name="李冒名"), *document.content.lines[1:])
    with pytest.raises(ListContentChanged):
        replace(document, content=replace(document.content, lines=lines)).template_data()


@pytest.mark.requirement("B16")
def test_the_deciding_account_and_the_responsible_person_are_on_the_print() -> None:
    """Who decided and who answers for it go to the template, with the counts of both results."""
    data = samples.listed(14).template_data()
    assert data["deciding_account"] == "yw0421（刘审核）"
    assert data["responsible_person"] == "陈负责"
    assert (data["qualified_count"], data["provisional_count"]) == (12, 2)


@pytest.mark.requirement("R06")
def test_a_certificate_without_a_degree_leaves_its_cells_empty() -> None:
    """The template prints a dash where a text is empty; a degree's month of graduation is printed."""
    data = replace(samples.certificate(), education_level="", school="", major="", graduated_on=None).template_data()
    assert [data[name] for name in ("education_level", "school", "major", "graduated_on")] == [""] * 4
    assert samples.certificate().template_data()["graduated_on"] == "2025年6月"


def test_text_beyond_any_cell_is_refused_with_its_field() -> None:
    """A 200-character name is printed, one of 257 is named as the problem."""
    samples.listed(1, names=("王" * 200,)).template_data()
    with pytest.raises(PrintFieldTooLong) as refused:
        samples.listed(1, names=("王" * 257,)).template_data()
    assert "姓名" in refused.value.sentence("zh")
    with pytest.raises(PrintFieldTooLong):
        replace(samples.certificate(), institution_opinion="好" * 601).template_data()


def test_a_list_beyond_one_document_is_refused() -> None:
    """The person is told to split the list, before any process is started."""
    with pytest.raises(ListTooLong):
        samples.listed(LONGEST_LIST + 1).template_data()


def test_times_are_printed_as_the_people_of_the_place_read_them() -> None:
    """UTC becomes Shanghai time; a time without offset is a mistake."""
    assert moment(samples.GENERATED) == "2027-01-15 17:30"
    with pytest.raises(ValueError, match="offset"):
        moment(datetime(2027, 1, 1))  # noqa: DTZ001
