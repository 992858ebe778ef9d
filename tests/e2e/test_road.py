"""The whole road on real parts: from the bootstrap of the zone to the national network's answer."""

import pytest

from services.declaration.printing.read_back import read_back
from tests.e2e.conftest import Road

STEPS = {
    "zone",
    "exam_body",
    "institution",
    "profile",
    "unit_staff",
    "cycle",
    "network_client",
    "login",
    "email",
    "photos",
    "recognition",
    "binding",
    "draft",
    "submission",
    "review",
    "evaluation",
    "list",
    "seal",
    "filing",
    "acceptance",
    "messages",
    "status",
}


@pytest.mark.requirement("A1", "A4", "A8", "A12", "A20", "A37", "A38", "B11", "B12", "B13", "C1", "C7")
async def test_a_candidate_gets_from_login_to_filed(road: Road) -> None:
    """Every step happened, the status went from none to filed, and no human looked at the card."""
    assert road.report["status_before"] == "none"
    assert road.report["status_after"] == "filed"
    assert road.report["declaration"]["status"] == "filed"
    assert road.report["identity"]["method"] == "auto"
    assert road.report["seconds"].keys() == STEPS


@pytest.mark.requirement("A15", "B13")
async def test_everybody_concerned_was_told_by_both_channels(road: Road) -> None:
    """Messages rest in the app and texts were handed to the provider."""
    assert road.report["notifications"]["in_app"] >= 6
    assert road.report["notifications"]["sms"] >= 8


@pytest.mark.requirement("B10", "B13")
async def test_the_printed_list_says_what_was_filed(road: Road) -> None:
    """Read back from the PDF: one line, the candidate's, with the number masked."""
    printed = read_back(road.walk.pdf_path.read_bytes())
    (line,) = printed.lines
    assert line.name == road.person.name
    assert road.person.id_number not in road.walk.pdf_path.read_bytes().decode("latin-1")


@pytest.mark.requirement("A14", "B12")
async def test_the_network_learns_nothing_of_strangers(road: Road) -> None:
    """Without a token, and as a candidate, the question is refused before it is read."""
    question = {"document_type": "resident_id", "document_no": road.person.id_number, "exam_year": 2027}
    assert await road.api.status_of("POST", "api/declaration/v1/status-queries", question) == 401
