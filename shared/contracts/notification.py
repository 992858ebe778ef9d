"""What notification tells the others: its audit anchors, and which events it missed."""

from typing import ClassVar

from shared.contracts.audit import AuditAnchored
from shared.contracts.reconciling import SetDiffers


class NotificationAuditAnchored(AuditAnchored):
    """The heads of notification's audit chain, kept by declaration (V63)."""

    TYPE: ClassVar[str] = "notification.audit_anchored.v1"


class NotificationSetDiffers(SetDiffers):
    """Notification missed events; their producer sends them again, to it alone (M11)."""

    TYPE: ClassVar[str] = "notification.set_differs.v1"
