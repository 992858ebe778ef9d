"""The candidate on the phone: log in, prove identity, bind, declare."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deploy.demo.card_photos import Person, draw_back, draw_front, fictional_person, photograph
from deploy.demo.offices import DECLARATION, IDENTITY, INSTITUTION, SHANGHAI, Unit
from deploy.demo.phones import code_by_mail, new_phone, newest_text
from deploy.demo.public_api import Json, PublicApi, StepFailed, until
from deploy.demo.seal import text_page


@dataclass(frozen=True, slots=True)
class Candidate:
    """A logged-in person."""

    person: Person
    phone: str
    person_id: str
    api: PublicApi


def graduate(seed: int) -> Person:
    """An invented person of a graduate's age."""
    today = datetime.now(SHANGHAI).date()
    for number in range(seed, seed + 1000):
        person = fictional_person(number, today)
        if 24 <= (today - person.birth_date).days // 365 <= 34:
            return person
    raise AssertionError("no graduate among a thousand people")


async def log_in(api: PublicApi, person: Person) -> Candidate:
    """By the code that arrives on the phone (A4)."""
    phone = new_phone()
    challenge = await api.post(f"{IDENTITY}/login-codes", {"phone": phone})
    code = (await newest_text(api, phone, "SMS_TIRO_LOGIN"))["parameters"]["code"]
    session = await api.post(
        f"{IDENTITY}/sessions", {"challenge_id": challenge["challenge_id"], "phone": phone, "code": code}
    )
    return Candidate(person, phone, session["person_id"], api.acting(session["access_token"]))


def address_of(seed: int) -> str:
    """The invented e-mail address of the graduate of a walk."""
    return f"graduate-{seed:06d}@mail.example"


async def prove_email(candidate: Candidate, address: str) -> None:
    """Give an address for notices and confirm it by the code in the letter (A5)."""
    challenge = await candidate.api.post(f"{IDENTITY}/me/email-codes", {"email": address})
    code = await code_by_mail(candidate.api, address)
    proof = {"challenge_id": challenge["challenge_id"], "email": address, "code": code}
    await candidate.api.put(f"{IDENTITY}/me/email", proof)


async def send_card_photos(candidate: Candidate, seed: int) -> None:
    """Consent, then photos of both sides, drawn here and made to look photographed (A8, A11)."""
    front, back = await asyncio.to_thread(_photos, candidate.person, seed)
    state = await candidate.api.get(f"{IDENTITY}/verification")
    version = state.get("consent_version") or "1"
    await candidate.api.post(f"{IDENTITY}/consents", {"kind": "id_images", "version": str(version)})
    for side, photo in (("front", front), ("back", back)):
        await candidate.api.upload(f"{IDENTITY}/verification/images/{side}", photo, "image/jpeg")


def _photos(person: Person, seed: int) -> tuple[bytes, bytes]:
    return photograph(draw_front(person), seed), photograph(draw_back(person.card), seed + 1)


async def be_verified(candidate: Candidate) -> Json:
    """Ask for the automatic check and wait for its verdict (A9, A12)."""
    claim = {"name": candidate.person.name, "document_no": candidate.person.id_number}
    await candidate.api.post(f"{IDENTITY}/verification/automatic", claim)

    async def decided() -> Json | None:
        state = await candidate.api.get(f"{IDENTITY}/verification")
        return state if state["state"] not in ("auto_checking", "unverified") else None

    verdict = await until(decided, "the recognition of the card", seconds=90, every=0.3)
    if verdict["state"] != "verified":
        raise StepFailed(f"not verified: {verdict}")
    return verdict


async def bind(candidate: Candidate, unit: Unit) -> Json:
    """Look at the preview of the institution, then bind with its code (A20, P3)."""
    entry = {"institution_id": unit.id, "code": unit.code}

    async def preview() -> Json | None:
        try:
            return await candidate.api.post(f"{INSTITUTION}/binding-previews", entry)
        except StepFailed as refused:
            # The institution hears of the verification by an event; until then it asks to be verified first.
            if "identity" in str(refused) or "verif" in str(refused):
                return None
            raise

    shown = await until(preview, "the verification to reach the institution")
    if shown["name"] != unit.name:
        raise StepFailed("the preview shows another institution")
    return await candidate.api.post(f"{INSTITUTION}/bindings", entry)


def content(unit: Unit, today: date) -> Json:
    """One degree and one current period of fourteen months, ended yesterday (A27, A30, A32)."""
    began = today - timedelta(days=426)
    return {
        "education": [
            {
                "level": "21",
                "form": "full_time",
                "school": "虚构医科大学",
                "major": "临床医学",
                "degree_type": "academic",
                "enrolled_on": f"{began.year - 5}-09-01",
                "graduated_on": f"{began.year}-06-30" if began.month > 6 else f"{began.year - 1}-06-30",
                "certificate_no": "104911202505001234",
                "is_basis": True,
            }
        ],
        "periods": [
            {
                "is_current": True,
                "institution_id": unit.id,
                "department": "内科",
                "position": "住院医师",
                "from": str(began),
                "to": str(today - timedelta(days=1)),
                "supervisors": [{"supervisor_id": unit.supervisor_id}],
                "work_summary": "在带教医师指导下参加内科病房、门诊和急诊工作。",
            }
        ],
        "ethnicity_code": "01",
    }


async def start_declaration(candidate: Candidate, unit: Unit, cycle: Json) -> Json:
    """A draft with content and one uploaded certificate; the draft as it stands."""
    api = candidate.api

    async def known() -> Json | None:
        profile = await api.get(f"{DECLARATION}/profile")
        return profile if not profile["missing"] else None

    await until(known, "identity and binding to reach the declaration service")
    draft = await api.post(
        f"{DECLARATION}/declarations",
        {"cycle_id": cycle["id"], "exam_level": "licensed_physician", "exam_category_code": "110"},
    )
    path = f"{DECLARATION}/declarations/{draft['id']}"
    today = datetime.now(SHANGHAI).date()

    async def roster() -> Json | None:
        found = await api.get(f"{DECLARATION}/supervisors")
        return found if found["items"] else None

    await until(roster, "the supervisor to reach the declaration service")
    saved = await api.put(f"{path}/content", content(unit, today), version=draft["version"])
    certificate = await asyncio.to_thread(text_page, "毕业证书（样张）", "本证书为演示而制作，不对应任何真实人员。")
    attached = await api.upload(
        f"{path}/files?kind=diploma&file_name=diploma.jpg", certificate, "image/jpeg", method="POST"
    )
    if attached["version"] <= saved["version"]:
        raise StepFailed("the upload did not change the draft")
    return await api.get(path)


async def submit(candidate: Candidate, declaration_id: str, cycle: Json) -> Json:
    """Preview, read the notice, submit; the receipt (A26, A36, A37)."""
    path = f"{DECLARATION}/declarations/{declaration_id}"
    preview = await candidate.api.get(f"{path}/preview")
    if not preview["ready"]:
        raise StepFailed(f"not ready: {preview['problems']}")
    notice = await candidate.api.get(f"{DECLARATION}/cycles/{cycle['id']}/notice")
    return await candidate.api.post(
        f"{path}/submission",
        {"notice_version": notice["notice_version"], "accepted": True},
        version=preview["version"],
    )
