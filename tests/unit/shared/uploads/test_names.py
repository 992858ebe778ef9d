"""Names people give to files never become paths, header lines or tricks."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.uploads.kinds import FileKind
from shared.uploads.names import content_disposition, download_headers, harmless_file_name, random_object_key

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\windows\\system32\\cmd.exe",
    "a\r\nSet-Cookie: x=1.pdf",
    "invoice\u202egpj.exe",
    "\u2066\u2067x\u2069",
    "照" * 300 + ".pdf",
    'a";filename="b.exe',
    "CON",
    "nul.pdf",
    ".htaccess",
    "...",
    "",
    "\ud800",
    "e\u0301" * 200,
    "%2e%2e%2fpasswd",
]


@pytest.mark.requirement("V42")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_become_harmless(name: str) -> None:
    """Traversal, CRLF, bidi marks, device names and 300 characters end as one short plain name."""
    safe = harmless_file_name(name, FileKind.PDF)
    assert safe.endswith(".pdf")
    assert 5 <= len(safe) <= 110
    assert not re.search(r"[\\/\r\n\u202a-\u202e\u2066-\u2069\x00\";]", safe)
    assert safe.removesuffix(".pdf").lower() not in {"con", "nul", ".", ".."}


@pytest.mark.requirement("V42")
@given(st.text(max_size=400))
def test_any_name_gives_one_ascii_header_line(name: str) -> None:
    """The header is one line of printable ASCII with exactly two parameters, and gives back the true name."""
    safe = harmless_file_name(name, FileKind.JPEG)
    header = content_disposition(safe)
    match = re.fullmatch(
        r"attachment; filename=\"([0-9A-Za-z._ -]+)\"; filename\*=UTF-8''([0-9A-Za-z!#$&+.^_`|~%-]+)", header
    )
    assert match
    assert unquote(match[2]) == safe


def test_a_chinese_name_survives() -> None:
    """An honest name is shown as it was given, with the extension of what the file has become."""
    assert harmless_file_name("张三 学历证书（正面）.webp", FileKind.JPEG) == "张三 学历证书（正面）.jpg"
    assert harmless_file_name("2026.试用期.总结", FileKind.PDF) == "2026.试用期.pdf"


@pytest.mark.requirement("V38")
@pytest.mark.parametrize("kind", list(FileKind))
def test_downloads_are_attachments_that_nothing_runs(kind: FileKind) -> None:
    """Every kind leaves as an attachment, unsniffed, sandboxed and uncached."""
    headers = download_headers(kind, "a.html")
    assert headers["Content-Disposition"].startswith("attachment;")
    assert ".html" not in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.requirement("V42")
def test_object_keys_say_nothing() -> None:
    """Keys are random, never repeat, and a prefix can not climb out of its folder."""
    keys = {random_object_key("declaration/scan", FileKind.PDF) for _ in range(1000)}
    assert len(keys) == 1000
    assert all(re.fullmatch(r"declaration/scan/[0-9a-f]{40}\.pdf", key) for key in keys)
    for prefix in ("../x", "/x", "x/", "X", "x//y", ""):
        with pytest.raises(ValueError, match="object prefix"):
            random_object_key(prefix, FileKind.PDF)
