"""Identity documents a person may verify with, and which photos each needs (5.4, A14)."""

from collections.abc import Mapping
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

EXEMPT: frozenset[DocumentType] = frozenset({"officer_card"})
"""Holders go to the provincial network directly and are told so here (A17, A18)."""

HAN_NAMES: frozenset[DocumentType] = frozenset({"resident_id"})
"""Types whose names consist of Chinese characters only."""

NAMES_ZH: Mapping[DocumentType, str] = {
    "resident_id": "居民身份证",
    "hmt_residence_permit": "港澳台居民居住证",
    "foreign_pr_card": "外国人永久居留身份证",
    "hk_id": "香港身份证",
    "macau_id": "澳门身份证",
    "taiwan_id": "台湾身份证",
    "hm_travel_permit": "港澳居民来往内地通行证",
    "tw_travel_permit": "台湾居民来往大陆通行证",
    "passport": "护照",
    "officer_card": "军官证、士兵证、文职干部证、警官证",
}

_ONE_PAGE: frozenset[DocumentType] = frozenset({"passport", "officer_card"})


def sides_of(document_type: DocumentType) -> tuple[Side, ...]:
    """The photos that must be there before a check of this type may start."""
    return ("front",) if document_type in _ONE_PAGE else ("front", "back")
