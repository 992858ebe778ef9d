"""Handlers: the receipt of a submission, its public verification, and the sheet to copy from. Papers are set before the
answer's transaction or connection is opened, in a capped child of this process."""

from typing import Literal

from aiohttp import web

from services.declaration.api.difference_views import words_view
from services.declaration.api.receipt_page import TITLE, receipt_page
from services.declaration.api.schemas.receipts import (
    CopyEntryView,
    CopySectionView,
    CopySheetView,
    ReceiptVerificationView,
)
from services.declaration.api.verification_page import counted, wants_page
from services.declaration.dependencies import Dependencies
from services.declaration.printing.sheet import SheetDocument
from services.declaration.use_cases.submitting.compose_copy_sheet import CopySheet, compose_copy_sheet
from services.declaration.use_cases.submitting.compose_receipt import compose_receipt
from services.declaration.use_cases.submitting.verify_receipt import VerifiedReceipt, count_question, verify_receipt
from shared.postgres.transaction import Transaction
from shared.uploads.kinds import FileKind
from shared.uploads.names import download_headers
from shared.web.call import Call


async def set_receipt(call: Call[Dependencies]) -> bytes:
    """The PDF. Raises what compose_receipt and the printer raise."""
    deps = call.deps
    async with call.database.read() as reader:
        receipt = await compose_receipt(
            reader,
            call.path_id("declaration_id"),
            keyring=deps.keyring,
            catalogues=deps.catalogues,
            public_url=deps.settings.public_url,
            actor=call.actor,
        )
    return await deps.printer.render(receipt)


async def get_receipt(_call: Call[Dependencies], pdf: bytes) -> web.Response:
    """A37"""
    return web.Response(body=pdf, headers=download_headers(FileKind.PDF, "receipt"))


async def count_verification(call: Call[Dependencies]) -> web.Response | Literal[True]:
    """Before the answer is looked for."""
    return await counted(call, count_question, TITLE[call.language])


async def get_receipt_verification(
    call: Call[Dependencies], limited: web.Response | Literal[True]
) -> ReceiptVerificationView | web.StreamResponse:
    """A37; a browser that scanned the code gets a page, a program JSON"""
    if limited is not True:
        return limited
    view = _verified(await verify_receipt(call.reader, call.path["number"], call.query.check))
    return receipt_page(view, call.language) if wants_page(call.request) else view


async def get_copy_sheet(call: Call[Dependencies]) -> CopySheetView:
    """C8, P1"""
    sheet = await _copy_sheet(call, call.tx)
    document = sheet.document
    return CopySheetView(
        id=call.path_id("declaration_id"),
        number=document.number,
        state=sheet.state.value,
        version=sheet.version,
        sections=_sections(document),
        remarks=[words_view(one) for one in document.remarks],
    )


async def set_copy_sheet(call: Call[Dependencies]) -> bytes:
    """The PDF. Raises what compose_copy_sheet and the printer raise."""
    async with call.database.transaction(call.request_id) as tx:
        sheet = await _copy_sheet(call, tx)
    return await call.deps.printer.render(sheet.document)


async def get_copy_sheet_pdf(_call: Call[Dependencies], pdf: bytes) -> web.Response:
    """C8, P1"""
    return web.Response(body=pdf, headers=download_headers(FileKind.PDF, "national-network"))


async def _copy_sheet(call: Call[Dependencies], tx: Transaction) -> CopySheet:
    deps = call.deps
    return await compose_copy_sheet(
        tx,
        call.path_id("declaration_id"),
        keyring=deps.keyring,
        catalogues=deps.catalogues,
        public_url=deps.settings.public_url,
        actor=call.actor,
        now=call.now,
    )


def _sections(document: SheetDocument) -> list[CopySectionView]:
    return [
        CopySectionView(
            title=words_view(section.title),
            entries=[
                CopyEntryView(
                    label=words_view(one.label), value=one.value, hint=words_view(one.hint) if one.hint else None
                )
                for one in section.entries
            ],
        )
        for section in document.sections
    ]


def _verified(receipt: VerifiedReceipt) -> ReceiptVerificationView:
    found = receipt.declaration
    return ReceiptVerificationView(
        number=found.number,
        exam_year=found.cycle_year,
        submission=receipt.submission,
        submitted_at=receipt.handed_in.submitted_at,
        institution_name=receipt.handed_in.institution_name,
        name_masked=found.name_masked,
        document_no_masked=found.document_no_masked,
        exam_level=receipt.handed_in.exam_level,
        exam_category_code=receipt.handed_in.exam_category_code,
        is_latest=receipt.is_latest,
        stands=receipt.stands,
    )
