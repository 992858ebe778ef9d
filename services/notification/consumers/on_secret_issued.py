"""identity.login_code_issued.v1, identity.staff_invited.v1, identity.email_code_issued.v1"""

from services.notification.dependencies import Dependencies
from services.notification.use_cases.send_secret import send_secret
from shared.contracts.identity import EmailCodeIssued, LoginCodeIssued
from shared.contracts.identity_staff import StaffInvited
from shared.postgres.transaction import Transaction


async def on_secret_issued(
    tx: Transaction, event: LoginCodeIssued | StaffInvited | EmailCodeIssued, deps: Dependencies
) -> None:
    """Send a code to the phone or e-mail address it was made for."""
    await send_secret(tx, deps.catalogue, event, deps.clock.now())
