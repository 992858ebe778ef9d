"""A confirmation code that is not right tells nothing about institutions, and without a verified identity none tells
anything (V6, A20)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.institution.library import Library
from tests.support.alike import require_alike
from tests.support.service_under_test import Answer, Caller

WRONG = "ZZZZZZZZ"
DOORS = ("/binding-previews", "/bindings")


def posting(caller: Caller, path: str, body: Any) -> Callable[[], Awaitable[Answer]]:
    """One request, to be sent later."""
    return lambda: caller.post(path, body)


@pytest.mark.requirement("V6", "A20")
@pytest.mark.parametrize("door", DOORS)
async def test_codes_that_are_not_right_answer_alike(library: Library, door: str) -> None:
    """A wrong code, the code of before a rotation, the code of another institution, one at an institution that has none
    yet, and one at an institution that does not exist: alike in answer and work, for a verified person each."""
    hospital, other, issued = await library.hospital(), await library.hospital(), await library.issued()
    old = await library.code_of(hospital)
    assert (await hospital.owner.post(f"/institutions/{hospital.id}/confirmation-code/rotation", {})).status == 201
    nowhere = {"institution_id": str(new_id()), "code": WRONG}
    entries = [
        {"institution_id": str(hospital.id), "code": WRONG},
        {"institution_id": str(hospital.id), "code": old},
        {"institution_id": str(hospital.id), "code": await library.code_of(other)},
        {"institution_id": str(issued.id), "code": WRONG},
    ]
    for entry in entries:
        pair = [posting((await library.person())[1], door, body) for body in (entry, nowhere)]
        await require_alike(*pair)


@pytest.mark.requirement("V6", "A20")
@pytest.mark.parametrize("door", DOORS)
async def test_without_a_verified_identity_no_code_tells_anything(library: Library, door: str) -> None:
    """The right code, a wrong one, and an institution that does not exist answer alike to who may not bind."""
    hospital = await library.hospital()
    right = await library.entry(hospital)
    stranger = library.service.caller("candidate")
    for other in (right | {"code": WRONG}, right | {"institution_id": str(new_id())}):
        work = await require_alike(posting(stranger, door, right), posting(stranger, door, other))
        assert not [one for one in work if "FROM confirmation_code" in one], "the code was looked at"


@pytest.mark.requirement("V6")
async def test_control_a_right_code_is_told_apart(library: Library) -> None:
    """Negative control: for who has the right, a right code and a wrong one differ, and the comparison says so."""
    right = await library.entry(await library.hospital())
    _, person = await library.person()
    with pytest.raises(AssertionError):
        await require_alike(posting(person, DOORS[0], right), posting(person, DOORS[0], right | {"code": WRONG}))
