"""Refusals of exports, each named after the broken rule and telling what to do next."""

from shared.errors import Conflict, Invalid, LimitReached, NotFound, Unavailable


class ExportTooLarge(Invalid):
    """An export has a largest number of rows; facts: `most`."""

    code = "export_too_large"
    message_zh = "导出结果超过 {most} 行，请按考点、机构或状态缩小范围后分次导出。"
    message_en = (
        "More than {most} rows would be exported; narrow the filter by body, institution or state and export in parts."
    )


class ExportEmpty(Invalid):
    """There is nothing to export."""

    code = "export_empty"
    message_zh = "没有符合条件的数据，请调整筛选条件后重新导出。"
    message_en = "No rows match; change the filter and export again."


class TooManyExports(LimitReached):
    """So many of one's exports run already; facts: `most`."""

    code = "too_many_exports"
    message_zh = "您已有 {most} 个导出任务正在进行，请等待完成或取消后再试。"
    message_en = "{most} of your exports are running already; wait until one is done, or cancel one."


class ExportOver(Conflict):
    """Only what runs can be cancelled; facts: `state`."""

    code = "export_over"
    message_zh = "导出任务已结束（{state}），无法取消，请刷新后查看。"
    message_en = "The export is over ({state}) and can not be cancelled; refresh to see it."


class ExportNotReady(Conflict):
    """There is a file once it is written; facts: `state`."""

    code = "export_not_ready"
    message_zh = "导出文件尚未生成（{state}），请在任务完成后下载。"
    message_en = "The file is not there yet ({state}); download it when the export is done."


class MakerNotKnownYet(Unavailable):
    """Which rights the maker of an export has now is not known here yet: identity's word of the account is on its way.
    It comes again; no row is gathered and no file is written without."""

    code = "maker_not_known_yet"
    message_zh = "导出申请人的账号信息尚未同步到本服务，任务将自动重试，请稍后刷新查看。"
    message_en = "The account that asked for this export is not known here yet; it will be tried again, look later."


class ExportRightsLost(Conflict):
    """Its maker could not see the rows any more while it was made."""

    code = "export_rights_lost"
    message_zh = "生成导出文件时您的账号已无权查看这些数据，导出未完成，请联系上级管理员核对权限后重新导出。"
    message_en = (
        "Your account could no longer see these data while the file was made, and there is none; ask the administrator "
        "above you to check your rights, then export again."
    )


class ExportSourceLost(Conflict):
    """A file that belongs into it is gone."""

    code = "export_source_lost"
    message_zh = "导出所需的材料文件缺失，未能生成导出文件，请联系平台管理员核查材料后重新导出。"
    message_en = (
        "A file that belongs into the export is missing, and there is none; ask the platform's administrators to look "
        "into it, then export again."
    )


class ExportTriesSpent(Conflict):
    """It failed too often."""

    code = "export_tries_spent"
    message_zh = "多次尝试后仍未能生成导出文件，请缩小范围后重新导出；如仍失败，请联系平台管理员。"
    message_en = (
        "The file could not be made after several tries; narrow the filter and export again, and tell the platform's "
        "administrators if it fails once more."
    )


class ExportCancelled(Conflict):
    """Its maker stopped it."""

    code = "export_cancelled"
    message_zh = "该导出任务已取消，没有可下载的文件，如需数据请重新导出。"
    message_en = "The export was cancelled and has no file; export again if you need the data."


class ExportExpired(NotFound):
    """Files of exports are removed after some days."""

    code = "export_expired"
    message_zh = "导出文件已过有效期并被删除，请重新导出。"
    message_en = "The file has expired and was removed; export again."
