"""Where photos lie in the bucket: under the day of their upload."""

from datetime import date


def day_prefix(day: date) -> str:
    """The folder of one day, without a slash at the end."""
    return f"cards/{day:%Y%m%d}"
