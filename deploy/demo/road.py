"""The whole road, from the bootstrap of the zone to the national network's answer, step by step."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import aiohttp

from deploy.demo import candidate as candidates
from deploy.demo import offices
from deploy.demo.candidate import Candidate
from deploy.demo.offices import DECLARATION, Accounts, NetworkClient, Unit
from deploy.demo.phones import new_phone, texts
from deploy.demo.public_api import Json, PublicApi, StepFailed, until
from deploy.demo.seal import sealed_scan
from deploy.demo.staff import LoggedIn
from deploy.demo.timeline import Timeline

Bootstrap = Callable[[str, str], Awaitable[None]]
"""async def (name, phone): runs the bootstrap command of the institution service."""


@dataclass
class Walk:
    """What one walk along the road leaves behind."""

    gateway: str
    timeline: Timeline
    bootstrap: Bootstrap
    accounts: Accounts
    pdf_path: Path
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))
    report: Json = field(default_factory=dict)

    async def go(self) -> Json:
        """Walk; raises StepFailed at the first step that does not happen. The report."""
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            api = PublicApi(self.gateway, session)
            zone, site, unit, cycle = await self._set_up(api)
            network = await self._network(zone)
            person = await self._candidate(api, unit)
            self.report["status_before"] = await self._status(network, person, cycle)
            declaration_id = await self._declare(person, unit, cycle)
            await self._review(unit, declaration_id)
            await self._file(site, unit, cycle)
            await self._messages(person, site, unit, zone)
            self.report["status_after"] = await self._answered(network, person, cycle)
            detail = await person.api.get(f"{DECLARATION}/declarations/{declaration_id}")
        self.report["declaration"] = {
            "status": detail["declaration"]["state"],
            "number": detail["declaration"]["number"],
        }
        self.report["seconds"] = self.timeline.seconds
        return self.report

    async def _set_up(self, api: PublicApi) -> tuple[LoggedIn, LoggedIn, Unit, Json]:
        dice, step = random.Random(self.seed), self.timeline.step
        async with step("zone", "考区管理员开通", "zone admin bootstrapped"):
            phone = new_phone()
            await self.bootstrap("陈考区", phone)
            zone = await offices.enter_zone(api, self.accounts, phone)
        async with step("exam_body", "下发考试管理机构", "exam body issued"):
            site = await offices.issue_exam_body(zone, self.accounts)
        async with step("institution", "下发试用机构并激活主账号", "institution issued, owner activated") as notes:
            institution_id, name, owner = await offices.issue_institution(site, dice)
            notes.append(name)
        async with step("profile", "完善机构资料", "profile completed"):
            await offices.complete_profile(owner, institution_id, dice)
        async with step("unit_staff", "查看确认码、登记带教、开通业务账号", "code shown, supervisor, admin") as notes:
            unit = await offices.staff_unit(owner, institution_id, name, dice)
            notes.append(f"确认码 {unit.code}")
        async with step("cycle", "开放申报年度", "cycle opened") as notes:
            cycle = await offices.open_cycle(zone)
            notes.append(f"{cycle['year']} 年")
        return zone, site, unit, cycle

    async def _network(self, zone: LoggedIn) -> NetworkClient:
        async with self.timeline.step("network_client", "国网接口开通", "national network's client registered"):
            return await offices.register_network_client(zone)

    async def _candidate(self, api: PublicApi, unit: Unit) -> Candidate:
        step = self.timeline.step
        person = candidates.graduate(self.seed)
        async with step("login", "考生短信登录", "candidate logs in by SMS code"):
            candidate = await candidates.log_in(api, person)
        async with step("email", "考生验证邮箱", "e-mail address given and proven"):
            await candidates.prove_email(candidate, candidates.address_of(self.seed))
        async with step("photos", "上传身份证正反面照片", "photos of both sides uploaded"):
            await candidates.send_card_photos(candidate, self.seed)
        async with step("recognition", "识别并核对姓名与号码", "recognised and matched, no human") as notes:
            verdict = await candidates.be_verified(candidate)
            notes.append(verdict["method"])
        self.report["identity"] = {"method": verdict["method"], "seconds": self.timeline.seconds["recognition"]}
        async with step("binding", "预览并绑定工作单位", "bound after a preview"):
            await candidates.bind(candidate, unit)
        return candidate

    async def _status(self, network: NetworkClient, candidate: Candidate, cycle: Json) -> str:
        question = {
            "document_type": "resident_id",
            "document_no": candidate.person.id_number,
            "exam_year": cycle["year"],
            "name": candidate.person.name,
            "nonce": str(uuid4()),
        }
        asking = await network.enter()
        return str((await asking.post(f"{DECLARATION}/status-queries", question))["status"])

    async def _declare(self, candidate: Candidate, unit: Unit, cycle: Json) -> str:
        async with self.timeline.step("draft", "填写申报并上传材料", "draft with one uploaded document"):
            detail = await candidates.start_declaration(candidate, unit, cycle)
        declaration_id: str = detail["declaration"]["id"]
        async with self.timeline.step("submission", "预览并提交", "previewed and submitted") as notes:
            receipt = await candidates.submit(candidate, declaration_id, cycle)
            notes.append(receipt["number"])
        return declaration_id

    async def _review(self, unit: Unit, declaration_id: str) -> None:
        admin, path = unit.admin.api, f"{DECLARATION}/reviews/{declaration_id}"
        async with self.timeline.step("review", "领取并审核通过", "claimed and approved"):
            seen = await admin.get(path)
            claimed = await admin.post(f"{path}/claim", version=seen["version"])
            await admin.post(f"{path}/approval", version=claimed["version"])
        async with self.timeline.step("evaluation", "考核合格", "evaluated as qualified"):
            await admin.post(f"{path}/evaluation", {"result": "qualified", "opinion": "考核合格，同意报考。"})

    async def _file(self, site: LoggedIn, unit: Unit, cycle: Json) -> None:
        api, step = unit.admin.api, self.timeline.step
        async with step("list", "生成合格人员名单", "list generated as PDF") as notes:
            opened = await api.post(f"{DECLARATION}/qualified-lists", {"cycle_id": cycle["id"], "kind": "main"})
            path = f"{DECLARATION}/qualified-lists/{opened['id']}"
            body = {"responsible_person": "李主任"}
            await api.post(f"{path}/generation", body, version=opened["version"])
            ready = await until(lambda: _ready(api, path), "the list to be printed", seconds=60)
            notes.append(f"{ready['number']}，{ready['lines']} 人")
        async with step("seal", "打印盖章并上传扫描件", "printed, sealed, scanned"):
            printed = await api.post(f"{path}/printing", version=ready["version"])
            pdf = await api.download(f"{path}/pdf")
            self.pdf_path.parent.mkdir(parents=True, exist_ok=True)
            self.pdf_path.write_bytes(pdf)
            scan = await asyncio.to_thread(sealed_scan, pdf, unit.name)
            await api.upload(f"{path}/scan-files", scan, "application/pdf", method="POST")
            confirmed = {"confirmed": [one["item"] for one in ready["seal_checks"]]}
            scanned = await api.put(f"{path}/sealed-scan", confirmed, version=printed["version"])
        async with step("filing", "报送备案", "list submitted"):
            handed_in = await api.post(f"{path}/submission", version=scanned["version"])
        async with step("acceptance", "考点受理备案", "exam body accepts"):
            filing = f"{DECLARATION}/filings/{opened['id']}"
            await site.api.post(f"{filing}/acceptance", version=handed_in["version"])
        self.report["list"] = {"pdf": str(self.pdf_path), "number": ready["number"], "lines": ready["lines"]}

    async def _messages(self, candidate: Candidate, site: LoggedIn, unit: Unit, zone: LoggedIn) -> None:
        wanted = (
            (candidate.api, candidate.phone, "filed", "SMS_TIRO_FILED"),
            (site.api, site.account.phone, "list_submitted", "SMS_TIRO_LIST_SUBMITTED"),
            (unit.admin.api, unit.admin.account.phone, "list_accepted", "SMS_TIRO_LIST_ACCEPTED"),
        )
        async with self.timeline.step("messages", "相关人员收到消息", "everybody concerned was told"):
            for api, phone, kind, template in wanted:
                await until(lambda a=api, k=kind: _in_inbox(a, k), f"{kind} in the inbox")  # type: ignore[misc]
                await until(lambda a=api, p=phone, t=template: _on_phone(a, p, t), f"{template} on the phone")  # type: ignore[misc]
            statistics = await zone.api.get("api/notification/v1/statistics")
        sent: dict[str, int] = {}
        for row in statistics["channels"]:
            if row["state"] == "sent":
                sent[row["channel"]] = sent.get(row["channel"], 0) + row["count"]
        self.report["notifications"] = sent

    async def _answered(self, network: NetworkClient, candidate: Candidate, cycle: Json) -> str:
        async with self.timeline.step("status", "国网查询状态", "the national network asks") as notes:
            status = await self._status(network, candidate, cycle)
            notes.append(status)
        if (self.report["status_before"], status) != ("none", "filed"):
            raise StepFailed(f"status went from {self.report['status_before']} to {status}, not from none to filed")
        return status


async def _ready(api: PublicApi, path: str) -> Json | None:
    found = await api.get(path)
    return found if found["progress"]["pdf_ready"] else None


async def _in_inbox(api: PublicApi, kind: str) -> Json | None:
    found = await api.get("api/notification/v1/messages?limit=50")
    return next((m for m in found["items"] if m["kind"] == kind), None)


async def _on_phone(api: PublicApi, phone: str, template: str) -> Json | None:
    return next((m for m in await texts(api, phone) if m["template_code"] == template), None)
