"""The frames between a service and its capped child: a JSON header and a body of bytes, never pickled objects.

The child handles hostile files and is trusted with nothing: what comes back from it is only ever parsed as JSON.
"""

import json
import struct
from collections.abc import Mapping

PREFIX = struct.Struct(">IQ")
MAX_HEADER_BYTES = 16 * 1024 * 1024


def pack_prefix(header: bytes, body: bytes) -> bytes:
    """The fixed-size prefix: length of the header, length of the body."""
    return PREFIX.pack(len(header), len(body))


def encode_header(header: Mapping[str, object]) -> bytes:
    """A header as JSON in ASCII, so that lone surrogates travel too."""
    return json.dumps(header, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def decode_header(raw: bytes) -> dict[str, object]:
    """Raises ValueError when the other side did not send a JSON object."""
    header = json.loads(raw)
    if not isinstance(header, dict):
        raise ValueError("a frame header is a JSON object")
    return header
