"""Which texts are e-mail addresses, and how they are written down."""

import pytest

from services.identity.domain.email import EmailInvalid, plain_email


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("chen@mail.example", "chen@mail.example"),
        ("  Chen.Wei+tiro@Mail.EXAMPLE ", "Chen.Wei+tiro@mail.example"),
        ("o'hara_1@a.b-c.example", "o'hara_1@a.b-c.example"),
        ("chen@邮箱.中国", "chen@xn--c0zu34b.xn--fiqs8s"),
        ("chen@bücher.example", "chen@xn--bcher-kva.example"),
        ("a" * 64 + "@mail.example", "a" * 64 + "@mail.example"),
    ],
)
def test_an_address_is_written_down_as_mail_servers_take_it(text: str, plain: str) -> None:
    """Blanks around it go, the domain is in lower case and ASCII, and what stands before the @ stays as it is."""
    assert plain_email(text) == plain


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "chen",
        "@mail.example",
        "chen@",
        "chen@localhost",
        "chen@@mail.example",
        "chen@wei@mail.example",
        "chen@mail..example",
        "chen@.example",
        "chen@mail.example.",
        "chen@-mail.example",
        "chen@mail_1.example",
        "chen@[203.0.113.7]",
        "chen@203.0.113.7",
        ".chen@mail.example",
        "chen..wei@mail.example",
        '"chen wei"@mail.example',
        "陈@mail.example",
        "chen@mail.example\r\nBcc: wei@mail.example",
        "chen\x00@mail.example",
        "chen@ma\x07il.example",
        "Chen <chen@mail.example>",
        "chen@mail.example,wei@mail.example",
        "a" * 65 + "@mail.example",
        "chen@" + "a" * 64 + ".example",
        "chen@" + ".".join(["a" * 60] * 5) + ".example",
    ],
)
def test_what_is_no_address_is_refused_with_its_place(text: str) -> None:
    """One @, a domain with a dot, nothing quoted, no control characters and no second address; the field is named."""
    with pytest.raises(EmailInvalid) as refused:
        plain_email(text)
    (problem,) = refused.value.problems
    assert (problem.pointer, problem.code) == ("/email", "email_invalid")
