"""How names, codes and phones may be written, in bodies and in the cells of a sheet alike."""

from typing import Final

PERSON_NAME: Final = r"^[^\d\x00-\x1f<>]{2,50}$"
ORGANISATION_NAME: Final = r"^[^\x00-\x1f<>]{2,100}$"
DIVISION_CODE: Final = r"^[1-9]\d{5}$"
BODY_CODE: Final = r"^[0-9A-Z]{2,12}$"
CATEGORY_CODE: Final = r"^[1-4]\d{2}$"
MOBILE: Final = r"^1[3-9]\d{9}$"
"""A mainland mobile number (A4)."""
