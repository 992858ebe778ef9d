"""What notification tells the others: nothing but which events it missed."""

from typing import ClassVar

from shared.contracts.reconciling import SetDiffers


class NotificationSetDiffers(SetDiffers):
    """Notification missed events; their producer sends them again, to it alone (M11)."""

    TYPE: ClassVar[str] = "notification.set_differs.v1"
