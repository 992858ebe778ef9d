"""What identity verifies by and what declaration makes of it: the form to hand in follows the document (A19)."""

import pytest

from services.declaration.domain.facts import applicant_kind
from services.identity.domain.documents import DOCUMENT_TYPES, EXEMPT, HONG_KONG_MACAU_TAIWAN, WITH_COUNTRY

ABROAD = WITH_COUNTRY | {"foreign_pr_card"}


@pytest.mark.requirement("A19")
@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_every_document_of_identity_has_its_kind_of_applicant(document_type: str) -> None:
    """Residents of Hong Kong, Macau and Taiwan and foreigners are taken for what they are, whichever document they were
    verified by; nobody from the mainland is asked for a form."""
    expected = "mainland"
    if document_type in HONG_KONG_MACAU_TAIWAN:
        expected = "hk_macau_taiwan"
    elif document_type in ABROAD:
        expected = "foreign"
    assert applicant_kind(document_type) == expected
    assert expected == "mainland" or document_type not in EXEMPT
