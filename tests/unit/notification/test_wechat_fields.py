"""What may stand in the fields of a WeChat notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.mailbox.notice_book import _fits
from services.notification.domain.wechat_fields import KINDS, FieldUnfit, fitted


@pytest.mark.parametrize(
    ("name", "value", "sent"),
    [
        ("thing1", "申报审核通过", "申报审核通过"),
        ("thing1", "一二三四五六七八九十" * 2, "一二三四五六七八九十" * 2),
        ("thing1", "一二三四五六七八九十" * 2 + "末", "一二三四五六七八九十一二三四五六七八九…"),
        ("thing12", " 两\n行 ", "两 行"),
        ("character_string2", "A" * 40, "A" * 32),
        ("letter3", "b" * 33, "b" * 32),
        ("number4", "-12.50", "-12.50"),
        ("symbol5", "！！！！！！", "！！！！！"),
        ("phrase6", "审核已经通过了", "审核已经通"),
        ("phrase6", "已通过!", "已通过"),
        ("name7", "欧阳娜娜欧阳娜娜欧阳娜", "欧阳娜娜欧阳娜娜欧阳"),
        ("name7", "A" * 21, "A" * 20),
        ("phone_number8", "+86 199-0000-0001", "+86 199-0000-0001"),
        ("car_number9", "鄂A12345", "鄂A12345"),
        ("amount10", "¥1234567890", "¥1234567890"),
        ("amount10", "12.50元", "12.50元"),
        ("time11", "15:01", "15:01"),
        ("time11", "2019年10月1日 15:01", "2019年10月1日 15:01"),
        ("date12", "2026年11月26日", "2026年11月26日"),
        ("date12", "2026年11月26日 09:00~2026年11月27日 18:00", "2026年11月26日 09:00~2026年11月27日 18:00"),
    ],
)
def test_what_is_too_long_is_cut_by_rule(name: str, value: str, sent: str) -> None:
    """Words are cut at the vendor's limit, a cut thing ends in an ellipsis; what fits stays as it is."""
    assert fitted({name: value}) == {name: sent}
    assert _fits(name, sent)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing1", ""),
        ("thing1", " \n"),
        ("thing", "without a number"),
        ("unheard1", "x"),
        ("number1", "1" * 33),
        ("number1", "twelve"),
        ("letter1", "a1"),
        ("character_string1", "编号1"),
        ("symbol1", "a"),
        ("phrase1", "passed"),
        ("phone_number1", "1" * 18),
        ("car_number1", "鄂A123456789"),
        ("amount1", "12345678901"),
        ("amount1", "about 3"),
        ("amount1", "3元5角"),
        ("time1", "25:00"),
        ("time1", "9 o'clock"),
        ("date1", "2026-11-26"),
        ("date1", "2026年13月1日"),
        ("date1", "2026年11月32日"),
    ],
)
def test_what_a_cut_would_make_wrong_is_refused(name: str, value: str) -> None:
    """A number, a time, an amount, an empty field or an unknown kind is an error that names the field, not the
    value."""
    with pytest.raises(FieldUnfit) as unfit:
        fitted({"thing9": "x", name: value})
    assert str(unfit.value) == name


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=60))
def test_whatever_is_sent_fits_the_vendors_limits(kind: str, value: str) -> None:
    """Any text becomes one that the vendor takes, or an error; never a refused notice."""
    name = f"{kind}1"
    try:
        sent = fitted({name: value})[name]
    except FieldUnfit:
        return
    assert _fits(name, sent), (kind, value, sent)
