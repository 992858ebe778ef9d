"""Identity documents a person may verify with, and which photos each needs (5.4, A14)."""

from typing import Literal, get_args

DocumentType = Literal[
    "resident_id",
    "hmt_residence_permit",
    "foreign_pr_card",
    "hk_id",
    "macau_id",
    "taiwan_id",
    "hm_travel_permit",
    "tw_travel_permit",
    "passport",
    "officer_card",
]
Side = Literal["front", "back"]

DOCUMENT_TYPES: tuple[DocumentType, ...] = get_args(DocumentType)
SIDES: tuple[Side, ...] = get_args(Side)

AUTOMATIC: frozenset[DocumentType] = frozenset({"resident_id"})
"""Types a machine may verify; all others go to a person (A14)."""

_ONE_PAGE: frozenset[DocumentType] = frozenset({"passport", "officer_card"})


def sides_of(document_type: DocumentType) -> tuple[Side, ...]:
    """The photos that must be there before a check of this type may start."""
    return ("front",) if document_type in _ONE_PAGE else ("front", "back")
