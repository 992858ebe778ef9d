"""What the page of a scanned certificate says: whether it is good, and what to do when it is not (B10)."""

from typing import Final

from aiohttp import web

from services.declaration.api.schemas.evaluation import CertificateVerificationView
from services.declaration.api.verification_page import Mark, verification_page
from services.declaration.domain.certificate_standing import CertificateStanding
from services.declaration.domain.field_labels import Words, shown_value
from shared.clock import SHANGHAI
from shared.web.call import Language

_S = CertificateStanding
TITLE: Final = Words("考核证明核验", "Verification of a certificate")
_MARKS: Final[dict[CertificateStanding, Mark]] = {_S.VALID: "good", _S.LAPSED: "old"}
_SAID: Final = {
    _S.VALID: (
        Words("本证明真实有效。", "This certificate is genuine and valid."),
        Words(
            "仅在适用年度内有效。请核对下列内容与纸质证明一致；如不一致，请勿采用该纸质证明，并告知核发机构或当地考试管理机构。",
            "It is valid in its year only. Compare what follows with the paper; if anything differs, do not accept the "
            "paper and tell the issuing institution or the local exam body.",
        ),
    ),
    _S.VOIDED: (
        Words("本证明已作废，不得使用。", "This certificate was voided and must not be used."),
        Words(
            "持有人请登录试用期申报系统查看作废原因，按提示修改后重新提交，或联系核发机构；收到本证明的单位请勿采用。",
            "Its holder finds the reason in the declaration system: correct what is named and hand it in anew, or ask "
            "the issuing institution. Whoever was given this paper should not accept it.",
        ),
    ),
    _S.SUPERSEDED: (
        Words("本证明已被新核发的证明取代。", "This certificate was replaced by a newer one."),
        Words(
            "请向持有人索取最新核发的证明并扫描其二维码核验；持有人可请核发机构从系统重新打印，旧纸质证明请勿再使用。",
            "Ask the holder for the newer certificate and scan its code. The issuing institution can print it again; "
            "the old paper must not be used any more.",
        ),
    ),
    _S.LAPSED: (
        Words("本证明已失效。", "This certificate has lapsed."),
        Words(
            "考核证明当年有效，往年或逾期的证明不能延用。如参加本年度考试，请在试用期申报系统重新申报，并由试用机构重新考核。",
            "A certificate is valid in its own year and can not be carried over. To take this year's examination "
            "declare anew in the declaration system and be evaluated again by the institution.",
        ),
    ),
}
_SAID_PROVISIONALLY: Final = {
    _S.VALID: (
        Words(
            "本试用证明真实有效，至 {until} 止。", "This provisional certificate is genuine and valid until {until}."
        ),
        Words(
            "持有人试用期尚未满一年，须在该日前试用满一年并经考核合格，届时由考核证明取代，逾期自行失效。请核对下列内容与纸质证明"
            "一致；如不一致，请勿采用该纸质证明，并告知核发机构或当地考试管理机构。",
            "Its holder's year is not full yet: by that day it must be full and passed, and the certificate of the "
            "year replaces this one; otherwise this one lapses. Compare what follows with the paper; if anything "
            "differs, do not accept the paper and tell the issuing institution or the local exam body.",
        ),
    ),
    _S.VOIDED: _SAID[_S.VOIDED],
    _S.SUPERSEDED: (
        Words("本试用证明已被新核发的证明取代。", "This provisional certificate was replaced by a newer one."),
        Words(
            "请向持有人索取新核发的证明（满一年后为考核证明）并扫描其二维码核验；持有人可请核发机构从系统打印，旧纸质证明请勿再使用。",
            "Ask the holder for the newer certificate, after a full year the certificate of the year, and scan its "
            "code. The issuing institution prints it; the old paper must not be used any more.",
        ),
    ),
    _S.LAPSED: (
        Words("本试用证明已失效。", "This provisional certificate has lapsed."),
        Words(
            "持有人未在期限前取得满一年的合格考核结果，本证明不再证明任何事项，请勿采用。持有人可请核发机构说明考核情况；如参加以后年度"
            "考试，请在试用期申报系统重新申报，并由试用机构重新考核。",
            "The full year was not passed in time, so it proves nothing any more and should not be accepted. Its "
            "holder may ask the issuing institution about the evaluation; to take a later examination declare anew in "
            "the declaration system and be evaluated again by the institution.",
        ),
    ),
}
_KINDS: Final = {
    False: Words("考核证明", "Certificate of the year"),
    True: Words("试用证明（临时）", "Provisional certificate"),
}
_UNKNOWN: Final = (
    Words("未查到该证明。", "There is no such certificate."),
    Words(
        "请确认二维码完整清晰后重新扫描；仍查不到的，该纸质证明并非由本系统核发，请勿采用，并联系证明上的机构或当地考试管理机构。",
        "Scan the whole code again in good light. If nothing is found again, the paper was not issued here: do not "
        "accept it, and ask the institution named on it or the local exam body.",
    ),
)


def certificate_page(view: CertificateVerificationView, language: Language) -> web.Response:
    """The page in the reader's language."""
    level = shown_value("/exam_level", view.exam_level)
    rows = (
        (Words("证明种类", "Kind"), getattr(_KINDS[view.provisional], language)),
        (Words("证明编号", "Number"), view.certificate_no),
        (Words("适用年度", "Exam year"), str(view.exam_year)),
        (Words("姓名", "Name"), view.name_masked),
        (Words("证件号码", "Document number"), view.document_no_masked),
        (Words("核发机构", "Issued by"), view.institution_name),
        (Words("申报级别", "Exam level"), "" if level is None else getattr(level, language)),
        (Words("类别代码", "Category code"), view.exam_category_code),
        (Words("核发时间", "Issued at"), f"{view.issued_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} (UTC+8)"),
    )
    words = (_SAID_PROVISIONALLY if view.provisional else _SAID)[view.standing]
    return verification_page(
        getattr(TITLE, language),
        language,
        _MARKS.get(view.standing, "bad"),
        [getattr(one, language).format(until=view.valid_until) for one in words],
        [(getattr(label, language), value) for label, value in rows],
    )


def unknown_certificate_page(language: Language) -> web.Response:
    """The page for a number or a check that is none of ours."""
    said = [getattr(one, language) for one in _UNKNOWN]
    return verification_page(getattr(TITLE, language), language, "bad", said, [], status=404)
