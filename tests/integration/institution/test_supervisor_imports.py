"""The roster filled from spreadsheets, by the same machinery (C2, P2, 5.5)."""

import pytest

from services.institution.scheduled.sheets import carry_out_sheets
from shared.contracts.institution import SupervisorChanged
from shared.security.sealing import unseal_from_event
from tests.integration.institution.library import Library
from tests.integration.institution.sheets import ROSTER, Importer, count, counts, text_file, workbook

NUMBER = 110420106000100


@pytest.mark.requirement("C2", "P2")
async def test_a_roster_is_checked_and_then_listed(library: Library) -> None:
    """Numbers typed as numbers are read, assistants, malformed and repeated numbers are named in the check with what to
    do, what deserves a second look is noted, and each good row is a line of the roster with its event."""
    hospital, other = await library.hospital(), await library.hospital()
    owner = await Importer.known(library.service, "institution_owner", hospital.id)
    elsewhere = {"name": "甄别处", "practising_certificate_no": str(NUMBER + 9)}
    assert (await other.owner.post(f"/institutions/{other.id}/supervisors", elsewhere)).status == 201
    listed = {"name": "甄已列", "practising_certificate_no": str(NUMBER + 8)}
    assert (await hospital.owner.post(f"/institutions/{hospital.id}/supervisors", listed)).status == 201
    sheet = await owner.checked(
        workbook(
            [*ROSTER, "带教人数上限"],
            ["甄带一", NUMBER, "", "", ""],
            ["甄带二", str(NUMBER + 1), "120", "是", 2],
            ["甄带三", "210420106000102", "", "否"],
            ["甄带四", "11042010600010", "", ""],
            ["甄带五", NUMBER, "", ""],
            ["甄已列", NUMBER + 8, "", ""],
            ["甄带六", NUMBER + 9, "", ""],
            ["甄7", NUMBER + 2, "9", "也许", "许多"],
            ["甄带七", NUMBER + 9, "", "是", ""],
            ["甄带八", NUMBER + 10, "", "", 6],
        )
    )
    assert (sheet["kind"], sheet["state"], counts(sheet)) == ("supervisors", "checked", (7, 3, 0, 0))
    assert await owner.problems(sheet) == {
        2: [],
        3: [("/category_code", "category_differs")],
        4: [("/practising_certificate_no", "practising_no_assistant")],
        5: [("/practising_certificate_no", "practising_no_shape")],
        6: [("/practising_certificate_no", "repeated_in_sheet")],
        7: [("", "supervisor_listed")],
        8: [("/practising_certificate_no", "listed_elsewhere")],
        9: [
            ("/name", "person_name_invalid"),
            ("/category_code", "category_invalid"),
            ("/multi_site", "yes_or_no"),
            ("/trainee_limit", "trainee_limit_invalid"),
        ],
        10: [("/practising_certificate_no", "repeated_in_sheet")],
        11: [("/trainee_limit", "trainee_limit_wrong")],
    }
    done = await owner.imported(sheet)
    assert (done["state"], counts(done)) == ("done", (7, 0, 3, 0))
    events = (await library.service.published(SupervisorChanged))[2:]
    assert [(event.category_code, event.multi_site, event.trainee_limit) for event in events] == [
        ("110", False, 5),
        ("120", True, 2),
        ("110", False, 5),
    ]
    place = f"{SupervisorChanged.TYPE}.practising_certificate_no:{events[0].supervisor_id}"
    opened = unseal_from_event(library.service.keyring, "person", place, events[0].practising_certificate_no)
    assert opened == str(NUMBER)
    roster = (await hospital.owner.get(f"/institutions/{hospital.id}/supervisors")).body["items"]
    assert len(roster) == 4


@pytest.mark.requirement("P2")
async def test_a_roster_is_filled_by_the_own_institution_only(library: Library) -> None:
    """Another institution's roster does not exist for the caller, and the maker who moved to another one since is
    refused row by row."""
    hospital, other = await library.hospital(), await library.hospital()
    admin = await Importer.known(library.service, "institution_business_admin", hospital.id)
    data = text_file(ROSTER, ["甄带一", NUMBER, "", ""])
    assert (await admin.upload(data, path=f"/institutions/{other.id}/supervisor-imports")).status == 404
    assert (await admin.upload(data, path="/institution-imports")).status == 403
    sheet = await admin.checked(data)
    assert (await admin.started(sheet)).status == 200
    await admin.told("active", 2, scope_id=other.id)
    await carry_out_sheets(library.service.deps)
    assert counts(await admin.sheet(sheet["id"])) == (0, 0, 0, 1)
    assert await count(library.service, "SELECT count(*) FROM supervisor") == 0


@pytest.mark.requirement("V46")
async def test_names_and_numbers_rest_sealed(library: Library) -> None:
    """Neither the rows, the trail nor the answers hold a name or number of a sheet in clear; its maker sees them."""
    hospital = await library.hospital()
    owner = await Importer.known(library.service, "institution_owner", hospital.id)
    sheet = await owner.checked(text_file(ROSTER, ["甄带一", NUMBER, "", ""], ["甄带一", "210420106000102", "", ""]))
    done = await owner.imported(sheet)
    assert (await owner.results(done))[1][:2] == ["甄带一", str(NUMBER)]
    kept = """
        SELECT (SELECT string_agg(row_to_json(r)::text, '') FROM sheet_import_row r)
            || (SELECT string_agg(row_to_json(s)::text, '') FROM sheet_import s)
            || (SELECT string_agg(entry, '') FROM audit_entry)
            || (SELECT string_agg(convert_from(body, 'UTF8'), '') FROM idempotency_key)
            || (SELECT string_agg(convert_from(body, 'UTF8'), '') FROM outbox)
    """
    async with library.service.database.read() as reader:
        text = await reader.fetchval(kept)
    for secret in ("甄带一", str(NUMBER), "210420106000102", "甄带一".encode().hex(), str(NUMBER).encode().hex()):
        assert secret not in text
