"""What notification tells the others."""

from typing import ClassVar

from shared.contracts.audit import AuditAnchored


class NotificationAuditAnchored(AuditAnchored):
    """The heads of notification's audit chain, kept by declaration (V63)."""

    TYPE: ClassVar[str] = "notification.audit_anchored.v1"
