"""Where photos lie in the bucket: under the day of their upload, so that orphans can be found by age."""

from datetime import date
from typing import Final

DAYS_BACK: Final = 7
"""How many days the search for orphans looks back; it runs several times a day."""


def day_prefix(day: date) -> str:
    """The folder of one day, without a slash at the end."""
    return f"cards/{day:%Y%m%d}"
