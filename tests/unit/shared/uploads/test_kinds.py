"""Content, extension and declared type must agree, and only listed kinds get in."""

import pytest

from shared.errors import Invalid
from shared.uploads.errors import FileTypeNotAccepted, FileTypeUnclear, HeicNotAccepted
from shared.uploads.kinds import DOCUMENTS, IMAGES, FileKind, agreed_kind
from tests.unit.shared.uploads import corpus

JPEG = corpus.encoded(corpus.photo())


@pytest.mark.requirement("V34")
@pytest.mark.parametrize(
    ("declared", "name"),
    [("image/jpeg", "证件照.JPG"), ("image/jpg; q=1", "a.jpeg"), (None, None), ("application/octet-stream", "blob")],
)
def test_agreement_is_accepted(declared: str | None, name: str | None) -> None:
    """Aliases, upper case and missing statements do not stand in the way of an honest photo."""
    assert agreed_kind(JPEG, IMAGES, declared, name) is FileKind.JPEG


@pytest.mark.requirement("V34")
@pytest.mark.parametrize(
    ("declared", "name"),
    [("image/png", "a.jpg"), ("image/jpeg", "a.png"), ("text/html", "a.jpg"), ("image/jpeg", "a.php"), (None, "a.exe")],
)
def test_contradiction_is_refused(declared: str | None, name: str | None) -> None:
    """A JPEG that is called anything else by its name or by its sender is refused."""
    with pytest.raises(FileTypeUnclear):
        agreed_kind(JPEG, IMAGES, declared, name)


@pytest.mark.requirement("V34", "V38", "V39")
@pytest.mark.parametrize(
    "data",
    [
        corpus.gif_and_jar(),
        corpus.jar(),
        corpus.html_before_pdf(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<!doctype html><p>1</p>",
        b"MZ\x90\x00",
        b"\x1f\x8b\x08\x00",
        b"",
        b" %PDF-1.7",
    ],
)
def test_other_kinds_are_refused(data: bytes) -> None:
    """Archives, pages, vector pictures, programs and anything with a byte before its signature are refused."""
    with pytest.raises(FileTypeNotAccepted):
        agreed_kind(data, IMAGES | DOCUMENTS, None, None)


def test_kind_outside_the_place_is_refused() -> None:
    """A PDF is no identity photo, and the refusal lists what is accepted."""
    with pytest.raises(FileTypeNotAccepted) as refused:
        agreed_kind(corpus.pdf_with(), IMAGES, None, None)
    assert "JPEG/PNG/WEBP" not in refused.value.sentence("zh")
    assert "JPG/PNG/WEBP" in refused.value.sentence("zh")


def test_heic_is_told_how_to_switch() -> None:
    """A phone's HEIC photo gets the sentence that helps its owner."""
    with pytest.raises(HeicNotAccepted) as refused:
        agreed_kind(b"\x00\x00\x00\x18ftypheic" + bytes(20), IMAGES, "image/heic", "IMG_1.HEIC")
    assert isinstance(refused.value, Invalid)
    assert "兼容性最佳" in refused.value.sentence("zh")
