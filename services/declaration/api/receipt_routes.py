"""Routes: the receipt of a submission, its public verification, and the sheet to copy from on the national network."""

from typing import Final

from services.declaration.api import receipts as handlers
from services.declaration.api.schemas.receipts import CopySheetView, ReceiptVerificationQuery, ReceiptVerificationView
from shared.web.routing import Candidates, Public, Route

_DECLARATION: Final = "/v1/declarations/{declaration_id}"

RECEIPT_ROUTES: Final = (
    Route(
        method="GET",
        path=f"{_DECLARATION}/receipt",
        handler=handlers.get_receipt,
        policy=Candidates(),
        summary_zh="下载申报回执",
        summary_en="Download the receipt of the last submission (PDF with number and QR code)",
        prepare=handlers.set_receipt,
    ),
    Route(
        method="GET",
        path="/v1/receipt-verifications/{number}",
        handler=handlers.get_receipt_verification,
        policy=Public(),
        summary_zh="核验申报回执",
        summary_en="Check a receipt: masked data only, a page for browsers",
        query=ReceiptVerificationQuery,
        response=ReceiptVerificationView,
        prepare=handlers.count_verification,
    ),
    # What is shown is whole, so the look is audited, which takes a transaction.
    Route(
        method="GET",
        path=f"{_DECLARATION}/copy-sheet",
        handler=handlers.get_copy_sheet,
        policy=Candidates(),
        summary_zh="国网填报对照表",
        summary_en="What to type on the national network, value by value",
        response=CopySheetView,
        transaction=True,
    ),
    Route(
        method="GET",
        path=f"{_DECLARATION}/copy-sheet/pdf",
        handler=handlers.get_copy_sheet_pdf,
        policy=Candidates(),
        summary_zh="下载国网填报对照表",
        summary_en="The same as PDF",
        prepare=handlers.set_copy_sheet,
    ),
)
