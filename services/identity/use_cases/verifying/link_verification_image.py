"""Links to photos of a request: for one reviewer and one photo, and for a minute only (V33, V44)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.domain.limits import VerificationLimits
from services.identity.storage.verification_images import VerificationImage
from shared.actor import Actor
from shared.errors import Forbidden
from shared.security.blind_index import BlindIndex, blind_index
from shared.security.keyring import Keyring


class ImageLinkEnded(Forbidden):
    """The link is too old, was made for another reviewer or photo, or was changed."""

    code = "image_link_ended"
    message_zh = "照片链接已失效，请重新打开该申请后查看。"
    message_en = "This link is no longer valid; open the request again."


@dataclass(frozen=True, slots=True)
class ImageLink:
    """`until` in whole seconds since 1970, `seal` a keyed hash in hex."""

    image: VerificationImage
    until: int
    seal: str


def link_image(
    image: VerificationImage, actor: Actor, keyring: Keyring, limits: VerificationLimits, now: datetime
) -> ImageLink:
    """A link that works for this reviewer only, until it ends or the photo is replaced."""
    until = int((now + timedelta(seconds=limits.image_link_seconds)).timestamp())
    return ImageLink(image, until, _seal(image, actor, until, keyring).hex())


def require_link(
    image: VerificationImage, until: int, seal: str, actor: Actor, keyring: Keyring, now: datetime
) -> None:
    """Raise ImageLinkEnded unless the link was made for exactly this, and still holds."""
    if not _seal(image, actor, until, keyring).matches(bytes.fromhex(seal)) or until <= now.timestamp():
        raise ImageLinkEnded


def _seal(image: VerificationImage, actor: Actor, until: int, keyring: Keyring) -> BlindIndex:
    return blind_index(keyring, "index_person", "image_link", f"{image.image_id}|{actor.id}|{until}")
