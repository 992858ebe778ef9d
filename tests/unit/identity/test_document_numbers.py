"""Numbers of the other document types: known good ones pass, slips are caught where a check rule exists."""

from datetime import date

import pytest

from services.identity.domain.document_numbers import birth_date_and_sex, plain_document_no
from services.identity.domain.documents import DocumentType
from services.identity.domain.resident_number import DocumentNumberInvalid

TODAY = date(2026, 11, 23)


@pytest.mark.requirement("A14")
@pytest.mark.parametrize(
    ("kind", "text", "plain"),
    [
        ("resident_id", "11010519491231002x", "11010519491231002X"),
        ("hmt_residence_permit", "81000019920101003X", "81000019920101003X"),
        ("foreign_pr_card", "942840198501010016", "942840198501010016"),
        ("foreign_pr_card", "abc123456789012", "ABC123456789012"),
        ("hk_id", "A123456(3)", "A1234563"),
        ("taiwan_id", "A123456789", "A123456789"),
        ("macau_id", "1234567(8)", "12345678"),
        ("hm_travel_permit", "H1234567801", "H12345678"),
        ("hm_travel_permit", "M12345678", "M12345678"),
        ("tw_travel_permit", "12345678", "12345678"),
        ("passport", "e 1234567", "E1234567"),
    ],
)
def test_good_numbers_come_in_one_form(kind: DocumentType, text: str, plain: str) -> None:
    """Brackets, blanks and case go; the renewal count of a travel permit goes too."""
    assert plain_document_no(kind, text, TODAY) == plain


@pytest.mark.requirement("A14")
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("hmt_residence_permit", "81000019920101004X"),
        ("hmt_residence_permit", "420106199003075677"),
        ("foreign_pr_card", "842840198501010016"),
        ("hk_id", "A1234564"),
        ("hk_id", "1234567"),
        ("taiwan_id", "A123456788"),
        ("taiwan_id", "A323456789"),
        ("macau_id", "1234567"),
        ("hm_travel_permit", "X12345678"),
        ("tw_travel_permit", "1234567"),
        ("passport", "E1234"),
        ("passport", "E12345六"),
    ],
)
def test_wrong_numbers_are_refused_by_field(kind: DocumentType, text: str) -> None:
    """A wrong check character or shape is refused at its field."""
    with pytest.raises(DocumentNumberInvalid) as caught:
        plain_document_no(kind, text, TODAY)
    assert caught.value.problems[0].pointer == "/document_no"


def test_every_single_slip_in_a_hong_kong_number_is_caught() -> None:
    """Each digit changed by one breaks the check."""
    for place in range(1, 7):
        good = "A1234563"
        slip = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        with pytest.raises(DocumentNumberInvalid):
            plain_document_no("hk_id", slip, TODAY)


def test_eighteen_digits_tell_birth_and_sex_and_others_do_not() -> None:
    """Only numbers made that way are read for birth date and sex."""
    assert birth_date_and_sex("resident_id", "11010519491231002X") == (date(1949, 12, 31), "2")
    assert birth_date_and_sex("foreign_pr_card", "942840198501010016") == (date(1985, 1, 1), "1")
    assert birth_date_and_sex("passport", "E12345678") is None
    assert birth_date_and_sex("foreign_pr_card", "ABC123456789012") is None
