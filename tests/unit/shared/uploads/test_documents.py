"""A PDF that can act is refused; any other comes out as its static pages."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from shared.uploads.disguise import hides_something
from shared.uploads.documents import OBJECT_CAP, PAGE_CAP, rewrite_document
from shared.uploads.refusal import Refusal
from tests.unit.shared.uploads import corpus


@pytest.mark.requirement("V37")
@pytest.mark.parametrize("feature", corpus.FORBIDDEN_FEATURES)
def test_forbidden_features_are_refused(feature: str) -> None:
    """Each feature is found and named, also when it hides behind another object."""
    change, name = corpus.FORBIDDEN_FEATURES[feature]
    with pytest.raises(Refusal) as refused:
        rewrite_document(corpus.pdf_with(change))
    assert (refused.value.code, refused.value.facts) == ("pdf_active_content", {"feature": name})


@pytest.mark.requirement("V37")
@pytest.mark.parametrize("feature", corpus.FORBIDDEN_FEATURES)
def test_control_a_rewrite_without_the_check_keeps_them(feature: str) -> None:
    """Opening and saving alone, without the check, leaves the feature in the file."""
    change, _ = corpus.FORBIDDEN_FEATURES[feature]
    harmless, hostile = io.BytesIO(), io.BytesIO()
    for out, data in ((harmless, corpus.pdf_with()), (hostile, corpus.pdf_with(change))):
        with Pdf.open(io.BytesIO(data)) as pdf:
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert len(hostile.getvalue()) > len(harmless.getvalue()) + 20


@pytest.mark.requirement("V37")
@pytest.mark.parametrize("password", ["", "Lenovo-2026"])
def test_encryption_is_refused(password: str) -> None:
    """Encrypted is refused with and without a password to open it; the same file in clear is accepted."""
    sent = corpus.pdf_with(encryption=pikepdf.Encryption(user=password, owner="owner", R=6))
    with pytest.raises(Refusal, match="pdf_encrypted"):
        rewrite_document(sent)
    assert rewrite_document(corpus.pdf_with()).pages == 1


@pytest.mark.requirement("V37")
def test_page_and_object_caps() -> None:
    """One page or object too many is refused, the last allowed one is not."""
    assert rewrite_document(corpus.pdf_with(pages=PAGE_CAP)).pages == PAGE_CAP
    with pytest.raises(Refusal, match="pdf_too_many_pages"):
        rewrite_document(corpus.pdf_with(pages=PAGE_CAP + 1))

    def crowd(pdf: Pdf) -> None:
        pdf.pages[0].obj.PieceInfo = Array([pdf.make_indirect(Dictionary(N=number)) for number in range(OBJECT_CAP)])

    with pytest.raises(Refusal, match="pdf_too_complex"):
        rewrite_document(corpus.pdf_with(crowd))


def test_an_enormous_picture_inside_is_refused() -> None:
    """A picture that no viewer can hold makes the document too complex."""

    def enlarge(pdf: Pdf) -> None:
        figure = Stream(pdf, b"\0")
        figure.Type, figure.Subtype, figure.Width, figure.Height = Name.XObject, Name.Image, 60_000, 60_000
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=figure))

    with pytest.raises(Refusal, match="pdf_too_complex"):
        rewrite_document(corpus.pdf_with(enlarge))


@pytest.mark.requirement("V34")
def test_a_page_hidden_in_a_pdf_is_named_and_removed() -> None:
    """The HTML before the first object is seen, and a rewrite would drop it anyway."""
    assert hides_something(corpus.pdf_and_html(), is_pdf=True)
    assert not hides_something(corpus.pdf_with(), is_pdf=True)
    assert b"<script" not in rewrite_document(corpus.pdf_and_html()).data
    assert hides_something(corpus.pdf_with() + corpus.jar(), is_pdf=True)


@pytest.mark.requirement("V35")
def test_links_places_and_metadata_stay_behind() -> None:
    """A place to open at, links, the author and private data are no reason to refuse, and none of them comes out."""

    def decorate(pdf: Pdf) -> None:
        pdf.Root.OpenAction = Array([pdf.pages[0].obj, Name.Fit])
        corpus.annotate(pdf, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://place.invalid/zhang")))
        pdf.docinfo["/Author"] = "Zhang San"
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = ["Zhang San"]
        pdf.pages[0].obj.PieceInfo = Dictionary(Editor=Dictionary(Author=String("Zhang San")))
        figure = Stream(pdf, b"")
        figure.Type, figure.Subtype, figure.BBox = Name.XObject, Name.Form, Array([0, 0, 1, 1])
        figure.Metadata = Stream(pdf, b"Zhang San")
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=figure))

    sent = corpus.pdf_with(decorate)
    assert sent.count(b"Zhang San") >= 3, "control: the upload does carry them"
    result = rewrite_document(sent)
    with Pdf.open(io.BytesIO(result.data)) as clean:
        assert set(clean.Root.keys()) == {"/Type", "/Pages"}
        assert "/Annots" not in clean.pages[0].obj
        shown = b"".join(bytes(node.unparse(resolved=True)) for node in clean.objects)
        streams = b"".join(node.read_bytes() for node in clean.objects if isinstance(node, Stream))
    assert b"Zhang" not in shown + streams
    assert b"place.invalid" not in shown + streams


def test_a_stamp_drawn_as_annotation_stays_visible() -> None:
    """An electronic seal put on as an annotation is drawn into the page before annotations are dropped."""

    def stamp(pdf: Pdf) -> None:
        seal = Stream(pdf, b"1 0 0 RG 5 5 60 60 re S % SEAL")
        seal.Type, seal.Subtype, seal.BBox = Name.XObject, Name.Form, Array([0, 0, 80, 80])
        corpus.annotate(pdf, Subtype=Name.Stamp, AP=Dictionary(N=seal), F=4)

    with Pdf.open(io.BytesIO(rewrite_document(corpus.pdf_with(stamp)).data)) as clean:
        streams = b"".join(node.read_bytes() for node in clean.objects if isinstance(node, Stream))
    assert b"% SEAL" in streams


def test_same_input_same_bytes() -> None:
    """Two rewrites of one file are equal, so that its digest can be compared."""
    sent = corpus.pdf_with(pages=3)
    assert rewrite_document(sent).data == rewrite_document(sent).data


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(500), b"%PDF-1.4\ntrailer<</Root 1 0 R>>"])
def test_garbage_is_called_damaged(data: bytes) -> None:
    """What only begins like a PDF is refused with the sentence that asks for a fresh export."""
    with pytest.raises(Refusal, match="pdf_damaged"):
        rewrite_document(data)
