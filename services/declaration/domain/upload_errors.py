"""Refusals of uploads that come in parts (A34, P17)."""

from shared.errors import Conflict, Invalid


class OffsetMissing(Invalid):
    """A part says where it begins."""

    code = "offset_missing"
    message_zh = "请求缺少 Upload-Offset，请升级客户端后重试。"
    message_en = "Send where the part begins, in bytes, in the header Upload-Offset."


class OffsetDiffers(Conflict):
    """The offset is the server's; facts: `offset`, in bytes, is where to go on."""

    code = "offset_differs"
    message_zh = "已收到 {offset} 字节，请从该位置继续上传。"
    message_en = "{offset} bytes were received; go on from there."


class PartTooSmall(Invalid):
    """Many tiny parts are many objects; only the last part may be shorter. Facts: `least_kb`."""

    code = "part_too_small"
    message_zh = "除最后一个片段外，每个片段不得小于 {least_kb} KiB，请从同一位置重新发送更大的片段。"
    message_en = "Every part but the last holds at least {least_kb} KiB; send a larger one from the same offset."


class UploadUnfinished(Conflict):
    """Only what was received whole becomes a document; facts: `offset`, `size`."""

    code = "upload_unfinished"
    message_zh = "文件尚未传完（已收到 {offset}/{size} 字节），请继续上传。"
    message_en = "The upload is not finished ({offset} of {size} bytes); go on with it."


class UploadOver(Conflict):
    """It was completed, or it expired; begin a new one."""

    code = "upload_over"
    message_zh = "该上传已完成或已过期，请重新开始上传。"
    message_en = "This upload was completed or has expired; begin a new one."


class UploadDamaged(Invalid):
    """What was received is not what was promised; it begins at 0 again."""

    code = "upload_damaged"
    message_zh = "收到的内容与文件不一致，可能在传输中损坏，请从头重新上传。"
    message_en = "What was received differs from the file; it may be damaged. Upload it again from the beginning."


class TooManyUploads(Conflict):
    """Only a few at once; facts: `most`."""

    code = "too_many_uploads"
    message_zh = "同时进行的上传不能超过 {most} 个，请先完成或取消其他上传。"
    message_en = "At most {most} uploads at once; finish or cancel another one first."
