"""Why a photo was accepted or not: stable codes, the verdict of each, and what to tell the person."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What is to be done with a photo."""

    OK = "ok"
    REVIEW = "review"
    RETAKE = "retake"
    WRONG_SIDE = "wrong_side"
    NOT_A_CARD = "not_a_card"
    INCONSISTENT = "inconsistent"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Stable codes; the order is the order in which a person is told when several apply."""

    FILE_TOO_LARGE = "file_too_large"
    FILE_FORMAT = "file_format"
    FILE_DAMAGED = "file_damaged"
    ANIMATION = "animation"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_FEW_PIXELS = "too_few_pixels"
    NO_PHOTO = "no_photo"
    TOO_DARK = "too_dark"
    OTHER_CARD = "other_card"
    NO_CARD_FOUND = "no_card_found"
    FRONT_EXPECTED = "front_expected"
    BACK_EXPECTED = "back_expected"
    CUT_OFF = "cut_off"
    BLURRED = "blurred"
    GLARE = "glare"
    UNREADABLE = "unreadable"
    CHECK_DIGIT = "check_digit"
    BIRTH_CONTRADICTS_NUMBER = "birth_contradicts_number"
    SEX_CONTRADICTS_NUMBER = "sex_contradicts_number"
    BIRTH_IMPOSSIBLE = "birth_impossible"
    VALIDITY_IMPOSSIBLE = "validity_impossible"
    EXPIRED = "expired"
    PHOTOCOPY = "photocopy"
    READINGS_DIFFER = "readings_differ"
    OK = "ok"


@dataclass(frozen=True)
class Advice:
    """The verdict that a reason leads to, and the sentence for the person in both languages."""

    verdict: Verdict
    zh: str
    en: str


CATALOGUE: dict[Reason, Advice] = {
    Reason.OK: Advice(
        Verdict.OK,
        "证件信息已识别, 请核对。",
        "The card was read. Please check the details.",
    ),
    Reason.FILE_TOO_LARGE: Advice(
        Verdict.RETAKE,
        "图片超过 15 MB, 请压缩或重新拍摄后上传。",
        "The file is larger than 15 MB. Reduce it or take a new photo.",
    ),
    Reason.FILE_FORMAT: Advice(
        Verdict.RETAKE,
        "只接受 JPEG、PNG 或 WebP 图片, 请更换格式后上传。",
        "Only JPEG, PNG or WebP pictures are accepted. Send one of these.",
    ),
    Reason.FILE_DAMAGED: Advice(
        Verdict.RETAKE,
        "图片文件已损坏, 请重新拍摄后上传。",
        "The picture file is damaged. Take the photo again and upload it.",
    ),
    Reason.ANIMATION: Advice(
        Verdict.RETAKE,
        "不接受动态图片, 请上传一张静态照片。",
        "Animated pictures are not accepted. Upload one still photo.",
    ),
    Reason.TOO_MANY_PIXELS: Advice(
        Verdict.RETAKE,
        "图片尺寸超过 5000 万像素, 请缩小后上传。",
        "The picture has more than 50 million pixels. Make it smaller and send it again.",
    ),
    Reason.TOO_FEW_PIXELS: Advice(
        Verdict.RETAKE,
        "图片太小 (长边不足 600 像素), 请上传原图。",
        "The picture is too small (long side under 600 pixels). Upload the original.",
    ),
    Reason.NO_PHOTO: Advice(
        Verdict.RETAKE,
        "没有收到照片, 请上传身份证照片。",
        "No photo was received. Upload a photo of the resident ID card.",
    ),
    Reason.TOO_DARK: Advice(
        Verdict.RETAKE,
        "照片太暗, 请在光线充足处重新拍摄。",
        "The photo is too dark. Take it again in good light.",
    ),
    Reason.OTHER_CARD: Advice(
        Verdict.NOT_A_CARD,
        "这不是居民身份证, 请拍摄本人的居民身份证。",
        "This is another card. Photograph your resident ID card.",
    ),
    Reason.NO_CARD_FOUND: Advice(
        Verdict.NOT_A_CARD,
        "照片中没有找到居民身份证, 请将证件放平、占满画面后拍摄。",
        "No resident ID card was found. Lay the card flat, fill the frame with it and take the photo again.",
    ),
    Reason.FRONT_EXPECTED: Advice(
        Verdict.WRONG_SIDE,
        "请上传有照片的一面 (人像面)。",
        "This is the emblem side. Upload the side with the portrait.",
    ),
    Reason.BACK_EXPECTED: Advice(
        Verdict.WRONG_SIDE,
        "请上传有国徽的一面 (国徽面)。",
        "This is the portrait side. Upload the side with the emblem.",
    ),
    Reason.CUT_OFF: Advice(
        Verdict.RETAKE,
        "证件没有拍完整, 请将四个角都拍进画面。",
        "Part of the card is missing. Take the photo again with all four corners in it.",
    ),
    Reason.BLURRED: Advice(
        Verdict.RETAKE,
        "照片模糊, 请对焦后拿稳重新拍摄。",
        "The photo is blurred. Focus, hold still and take it again.",
    ),
    Reason.GLARE: Advice(
        Verdict.RETAKE,
        "证件有反光, 请避开灯光换个角度重新拍摄。",
        "Light is reflected on the card. Change the angle and take it again.",
    ),
    Reason.UNREADABLE: Advice(
        Verdict.RETAKE,
        "部分内容无法辨认, 请靠近一些、放平后重新拍摄。",
        "Some details cannot be read. Lay the card flat, move closer and take it again.",
    ),
    Reason.CHECK_DIGIT: Advice(
        Verdict.INCONSISTENT,
        "身份证号码校验不通过, 请确认证件真实并重新拍摄。",
        "The ID number fails its check digit. Make sure the card is genuine and take it again.",
    ),
    Reason.BIRTH_CONTRADICTS_NUMBER: Advice(
        Verdict.INCONSISTENT,
        "出生日期与身份证号码不一致, 请重新拍摄本人证件。",
        "Birth date and ID number contradict. Photograph your own card again.",
    ),
    Reason.SEX_CONTRADICTS_NUMBER: Advice(
        Verdict.INCONSISTENT,
        "性别与身份证号码不一致, 请重新拍摄本人证件。",
        "Sex and ID number contradict. Photograph your own card again.",
    ),
    Reason.BIRTH_IMPOSSIBLE: Advice(
        Verdict.INCONSISTENT,
        "出生日期不合理, 请重新拍摄本人证件。",
        "The birth date is impossible. Photograph your own card again.",
    ),
    Reason.VALIDITY_IMPOSSIBLE: Advice(
        Verdict.INCONSISTENT,
        "有效期限不符合规定, 请重新拍摄本人证件。",
        "The validity term is not one that cards have. Photograph your own card again.",
    ),
    Reason.EXPIRED: Advice(
        Verdict.EXPIRED,
        "证件已过有效期, 请换领新证或使用临时身份证。",
        "The card has expired. Use a renewed card or a temporary ID card.",
    ),
    Reason.PHOTOCOPY: Advice(
        Verdict.REVIEW,
        "照片疑似复印件, 将由人工审核; 用原件重拍会更快。",
        "This looks like a photocopy and goes to a person to check. The original is faster.",
    ),
    Reason.READINGS_DIFFER: Advice(
        Verdict.REVIEW,
        "个别字识别不确定, 将由人工核对。",
        "Some characters are uncertain; a person will check them.",
    ),
}


def advice(reason: Reason) -> Advice:
    """Verdict and sentences of a reason."""
    return CATALOGUE[reason]
