"""The capped child that opens uploaded files: one job is one file, the answer is its rewritten bytes or a refusal."""

from shared.uploads.child_loop import Job, serve
from shared.uploads.disguise import hides_something
from shared.uploads.documents import rewrite_document
from shared.uploads.pictures import rewrite_picture
from shared.uploads.refusal import Refusal


def inspect_one(header: dict[str, object], data: bytes) -> tuple[dict[str, object], bytes]:
    """`header["kind"]` is the agreed kind; the reply holds `kind`, `width`, `height`, `pages` or `refused`, `facts`."""
    kind = str(header["kind"])
    try:
        if hides_something(data, is_pdf=kind == "pdf"):
            raise Refusal("file_disguised")
        if kind == "pdf":
            document = rewrite_document(data)
            return {"kind": "pdf", "pages": document.pages}, document.data
        picture = rewrite_picture(data, kind)
        return {"kind": picture.kind, "width": picture.width, "height": picture.height}, picture.data
    except Refusal as refusal:
        return {"refused": refusal.code, "facts": refusal.facts}, b""


def load(_: dict[str, object]) -> Job:
    """Everything that a job needs is imported above, before the caps are set."""
    return inspect_one


if __name__ == "__main__":
    serve(load)
