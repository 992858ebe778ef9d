"""Files that are two things at once: an archive or a page hiding before, inside or behind a picture or PDF (V34, V39).

Re-encoding is what makes such a file harmless; naming it here is what lets the person know, and refuses the attempt.
"""

import re
import struct

_MARKUP = re.compile(rb"<(?:\?php|html|script|svg|iframe|object|embed|!doctype\s{1,8}html)[\s>/]", re.IGNORECASE)
_END_OF_ARCHIVE = struct.Struct("<4s4H2IH")
_ARCHIVE_TAIL = 65535 + _END_OF_ARCHIVE.size
_OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_PDF_HEADER_WINDOW = 1024
_PDF_TAIL_WINDOW = 64 * 1024


def hides_something(data: bytes, *, is_pdf: bool) -> bool:
    """True when a zip directory ends the file, markup of a page or script stands in it, or a picture is a PDF too.

    Ordinary tails (a second JPEG, a motion clip, a maker's trailer) are no disguise: phones write them.
    """
    if _ends_as_zip(data) or any(signature in data for signature in _OTHER_ARCHIVES):
        return True
    if is_pdf:
        tail = data[max(data.rfind(b"%%EOF"), len(data) - _PDF_TAIL_WINDOW, 0) :]
        return bool(_MARKUP.search(data[:_PDF_HEADER_WINDOW]) or _MARKUP.search(tail))
    return b"%PDF-" in data[:_PDF_HEADER_WINDOW] or bool(_MARKUP.search(data))


def _ends_as_zip(data: bytes) -> bool:
    """True when a zip reader would accept the file: an end record whose comment fits into the file and whose
    central directory stands right before it."""
    position = data.rfind(b"PK\x05\x06", max(len(data) - _ARCHIVE_TAIL, 0))
    while position >= 0:
        record = data[position : position + _END_OF_ARCHIVE.size]
        if len(record) == _END_OF_ARCHIVE.size:
            _, _, _, _, entries, directory_size, _, comment_size = _END_OF_ARCHIVE.unpack(record)
            directory = position - directory_size
            ends_here = position + _END_OF_ARCHIVE.size + comment_size <= len(data)
            if ends_here and (entries == 0 or data[max(directory, 0) : directory + 4] == b"PK\x01\x02"):
                return True
        position = data.rfind(b"PK\x05\x06", max(len(data) - _ARCHIVE_TAIL, 0), position)
    return False
