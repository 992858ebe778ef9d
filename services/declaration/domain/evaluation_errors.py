"""Refusals of the evaluation, each named after the broken rule of 4.6 and telling what to do next."""

from shared.errors import Conflict, Forbidden, Invalid


class EvaluationStepNotAllowed(Conflict):
    """4.6 has no such transition; facts: `state`, `state_zh`."""

    code = "evaluation_step_not_allowed"
    message_zh = "该考核记录当前为“{state_zh}”，不能进行此操作，请刷新后查看。"
    message_en = "This evaluation is {state}; that does not allow this step. Refresh to see its state."


class EvaluationAlreadyRecorded(Conflict):
    """This submission has its result."""

    code = "evaluation_already_recorded"
    message_zh = "本次申报已有考核结果，如需更改，请先允许考生修改并重新提交。"
    message_en = "This submission is evaluated already; to change it, allow modification and let it be submitted again."


class DeclarationNotEvaluable(Conflict):
    """Only a declaration that is handed in or approved is evaluated; facts: `state`, `state_zh`."""

    code = "declaration_not_evaluable"
    message_zh = "申报当前为“{state_zh}”，只有已提交、审核中或已通过的申报才能考核。"
    message_en = "The declaration is {state}; only one that is submitted, under review or approved can be evaluated."


class DeclarationNotCertifiable(Conflict):
    """No paper for a declaration that does not stand: open for correction, or over; facts: `state`, `state_zh`."""

    code = "declaration_not_certifiable"
    message_zh = (
        "申报当前为“{state_zh}”，不能核发证明。正在修改的，请待考生重新提交后再次考核并核发；审核不通过、已撤销或已失效的不再核发，"
        "请向考生说明，考生可在申报页面查看原因。"
    )
    message_en = (
        "The declaration is {state}, so that no certificate is issued. If it is open for correction, evaluate it again "
        "once it was handed in again; one that was rejected, revoked or has lapsed gets none: tell the candidate, who "
        "finds the reason on the declaration's page."
    )


class ProbationTooShort(Conflict):
    """Less than a full year of confirmed probation (B14); facts: `months`."""

    code = "probation_too_short"
    message_zh = "已确认的试用期为 {months} 个月，不满 12 个月，尚不能给出考核结果。应届毕业生请选择试用证明。"
    message_en = (
        "Confirmed probation is {months} months; below 12 there is no result yet. "
        "For a fresh graduate record a provisional certificate."
    )


class ProbationNotOver(Conflict):
    """The last period ends in the future; facts: `ends`."""

    code = "probation_not_over"
    message_zh = "试用期至 {ends} 届满，届满后方可考核。"
    message_en = "The probation ends on {ends}; it can be evaluated from that day on."


class ReasonMissing(Invalid):
    """An unqualified result names its reason."""

    code = "evaluation_reason_missing"
    message_zh = "考核不合格须填写原因。"
    message_en = "An unqualified result needs a reason code."


class ProvisionalOnlyForFreshGraduates(Conflict):
    """A provisional certificate is for fresh graduates with their undertaking (R08)."""

    code = "provisional_only_for_fresh_graduates"
    message_zh = "试用证明仅适用于已提交承诺书的应届毕业生，请核对申报内容。"
    message_en = "A provisional certificate is only for fresh graduates who handed in the undertaking."


class ProvisionalStartTooLate(Conflict):
    """Twelve months can not be full by 31 August of the exam year; facts: `latest`."""

    code = "provisional_start_too_late"
    message_zh = "试用须不晚于 {latest} 开始，否则当年 8 月 31 日前不能满一年。"
    message_en = "The probation must have begun by {latest}; otherwise a year is not full by 31 August."


class ProvisionalCertificateIssued(Conflict):
    """One paper per evaluation; it prints the same again."""

    code = "provisional_certificate_issued"
    message_zh = "该考核已核发试用证明，请直接下载打印；满一年后请录入考核结果，由考核证明取代。"
    message_en = (
        "This evaluation has its provisional certificate; download and print that one. When the year is full enter its "
        "result, and the certificate of the year replaces it."
    )


class CannotEvaluateOneself(Forbidden):
    """Four eyes: nobody evaluates their own record."""

    code = "cannot_evaluate_oneself"
    message_zh = "不能考核本人的申报，请由本单位其他业务管理员办理。"
    message_en = "You can not evaluate your own declaration; let another administrator of the institution do it."


class EvaluationNeedsProfile(Conflict):
    """The institution's basic information comes first (B9)."""

    code = "evaluation_needs_profile"
    message_zh = "请先完善本单位基本信息，再进行考核。"
    message_en = "Complete the institution's profile first, then evaluate."


class CompletionDeadlinePassed(Conflict):
    """The full-year result comes by 31 August of the exam year (R08); facts: `deadline`."""

    code = "completion_deadline_passed"
    message_zh = "满一年考核结果须在 {deadline} 前录入，现已逾期，请联系同级考试管理机构。"
    message_en = "The full-year result was due before {deadline}; contact your exam body."


class CertificateIncomplete(Conflict):
    """The form has no room for gaps: at least one place, and a degree with its graduation date where the route asks for
    one (5.3)."""

    code = "certificate_incomplete"
    message_zh = "申报缺少申报学历、毕业时间或试用经历，不能核发考核证明，请允许考生修改后重新提交。"
    message_en = (
        "The degree, its graduation date or the probation is missing; allow modification and let it be submitted again."
    )


class ProbationStartNotPlausible(Invalid):
    """A start lies neither far ahead nor ten years ago (B17)."""

    code = "probation_start_not_plausible"
    message_zh = "试用期开始日期不合理：不得晚于一个月之后，也不得早于十年之前，请核对后重新登记。"
    message_en = (
        "The start can not be right: at most a month ahead, at most ten years ago. Check it and register again."
    )


class ProbationUnderWay(Conflict):
    """A declaration of this exam year is being evaluated; its rows say since when."""

    code = "probation_under_way"
    message_zh = "该人员本年度申报已在考核中，无需登记；如开始日期有误，请允许考生修改申报。"
    message_en = "A declaration of this person is under evaluation; if its start is wrong, allow modification instead."


class OutcomeNeedsFiling(Conflict):
    """Before filing the unit itself voids a certificate (4.6)."""

    code = "outcome_needs_filing"
    message_zh = "该申报尚未备案，请由单位自行作废考核证明。"
    message_en = "The declaration is not filed; before filing the unit itself voids the certificate."


class SupervisorNotGuiding(Conflict):
    """Opinions are of who guides this probation."""

    code = "supervisor_not_guiding"
    message_zh = "该带教老师不在此人的带教名单中，请选择登记或申报中的带教老师。"
    message_en = "This supervisor does not guide this person; pick one of the registration or the declaration."


class OpinionAlreadySigned(Conflict):
    """A signature is not signed over; writing the words anew takes it away first."""

    code = "opinion_already_signed"
    message_zh = "该带教意见已由本人签署，无需再签；如需更改，请先由单位重新录入意见，再请本人签署。"
    message_en = (
        "This opinion is signed already and needs no other signature; to change it, the institution writes it anew "
        "first and then asks for the signature."
    )


class SignerIsNotSupervisor(Forbidden):
    """Only the supervisor signs, as a verified person of that name."""

    code = "signer_is_not_supervisor"
    message_zh = "仅本人可签署：请由带教老师用本人实名认证的账号登录后签署。"
    message_en = "Only the supervisor can sign: log in with the supervisor's own verified account."
