"""The capped child that reads cards: one job is one person's two photos, the answer is what they say, as JSON."""

from datetime import date

from services.identity.recognition.engines import ModelMissing
from services.identity.recognition.recogniser import Recogniser
from shared.uploads.child_loop import CannotStart, Job, serve


def load(_: dict[str, object]) -> Job:
    """Loads and warms the models once, before the caps are set. Raises CannotStart when a model is missing."""
    try:
        recogniser = Recogniser()
    except ModelMissing as missing:
        raise CannotStart(str(missing)) from None
    recogniser.warm_up()

    def read(header: dict[str, object], photos: bytes) -> tuple[dict[str, object], bytes]:
        """`header`: `front` (bytes of the first photo; the rest is the second), `today` (ISO date)."""
        split = int(str(header["front"]))
        today = date.fromisoformat(str(header["today"]))
        return recogniser.read(photos[:split] or None, photos[split:] or None, today).as_dict(), b""

    return read


if __name__ == "__main__":
    serve(load)
