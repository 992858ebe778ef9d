"""Why an upload was refused: one class per broken rule, each telling the person what to do next."""

from shared.errors import Invalid, TooLarge, Unavailable


class UploadTooLarge(TooLarge):
    """More bytes came than the route accepts; facts: `limit_mb`."""

    code = "upload_too_large"
    message_zh = "文件超过 {limit_mb} MB，请压缩或降低拍摄分辨率后重新上传。"
    message_en = "The file is larger than {limit_mb} MB; compress it or lower the camera resolution and upload again."


class UploadEmpty(Invalid):
    """No byte came."""

    code = "upload_empty"
    message_zh = "没有收到文件内容，请重新选择文件后上传。"
    message_en = "No file content arrived; choose the file again and upload it."


class FileTypeNotAccepted(Invalid):
    """The content is of no kind that this place accepts (V34, V38, V39); facts: `accepted`."""

    code = "file_type_not_accepted"
    message_zh = "不支持该文件类型，请上传 {accepted} 格式的文件。"
    message_en = "This type of file is not accepted; upload a {accepted} file."


class HeicNotAccepted(FileTypeNotAccepted):
    """A HEIC photo straight from a phone."""

    code = "heic_not_accepted"
    message_zh = "暂不支持 HEIC 照片。请在手机相机设置中选择“兼容性最佳”后重拍，或截屏后上传截图。"
    message_en = "HEIC photos are not accepted; set the camera to 'Most Compatible' or upload a screenshot."


class FileTypeUnclear(Invalid):
    """Content, extension and declared type contradict each other (V34)."""

    code = "file_type_unclear"
    message_zh = "文件内容与扩展名不一致，请用正确的格式重新保存后上传。"
    message_en = "The content does not match the file name extension; save it again in its true format and upload it."


class FileDisguised(Invalid):
    """The file is two things at once: an archive, page or script hides in it (V34, V39)."""

    code = "file_disguised"
    message_zh = "文件中夹带了其他内容，已拒绝接收。请重新拍照或重新扫描后上传。"
    message_en = "The file carries other content inside; take the photo or scan again and upload the fresh file."


class PictureDamaged(Invalid):
    """The picture can not be decoded to its end."""

    code = "picture_damaged"
    message_zh = "图片已损坏或未传完整，请重新拍照或另存后再上传。"
    message_en = "The picture is damaged or incomplete; take it again or save it again, then upload."


class PictureTooManyPixels(Invalid):
    """More pixels than are decoded (V36); facts: `limit_megapixels`."""

    code = "picture_too_many_pixels"
    message_zh = "图片像素过高（上限 {limit_megapixels} 百万像素），请降低拍摄或扫描分辨率后重新上传。"
    message_en = "The picture has over {limit_megapixels} million pixels; lower the resolution and upload again."


class PictureAnimated(Invalid):
    """More than one frame."""

    code = "picture_animated"
    message_zh = "不接受动态图片，请上传静态照片。"
    message_en = "Animated pictures are not accepted; upload a still photo."


class PdfDamaged(Invalid):
    """The PDF can not be read."""

    code = "pdf_damaged"
    message_zh = "PDF 文件已损坏，请重新导出或扫描后上传。"
    message_en = "The PDF is damaged; export or scan it again and upload."


class PdfEncrypted(Invalid):
    """The PDF is encrypted, with or without a password to open it (V37)."""

    code = "pdf_encrypted"
    message_zh = "PDF 文件已加密，请取消密码和权限限制后重新上传。"
    message_en = "The PDF is encrypted; remove its password and restrictions and upload it again."


class PdfActiveContent(Invalid):
    """The PDF carries scripts, actions, attachments, media or dynamic forms (V37); facts: `feature`."""

    code = "pdf_active_content"
    message_zh = "PDF 中含有脚本、附件或动态表单（{feature}），请打印为普通 PDF 后重新上传。"
    message_en = "The PDF holds active content ({feature}); print it to a plain PDF and upload that."


class PdfTooManyPages(Invalid):
    """More pages than are accepted (V37); facts: `limit_pages`."""

    code = "pdf_too_many_pages"
    message_zh = "PDF 超过 {limit_pages} 页，请拆分后分别上传。"
    message_en = "The PDF has more than {limit_pages} pages; split it and upload the parts."


class PdfTooComplex(Invalid):
    """More objects, or larger pictures inside, than are accepted (V37)."""

    code = "pdf_too_complex"
    message_zh = "PDF 结构过于复杂，请重新扫描为图片型 PDF 后上传。"
    message_en = "The PDF is too complex; scan it again as a plain picture PDF and upload."


class FileTooDemanding(Invalid):
    """Inspecting this file took more time or memory than one file may take (V36)."""

    code = "file_too_demanding"
    message_zh = "文件无法在限定时间内完成安全检查，请重新拍照或降低分辨率后上传。"
    message_en = "The file could not be checked within its limits; take it again or lower the resolution and upload."


class InspectionUnavailable(Unavailable):
    """No inspecting process could be had in time; the file itself may be fine."""

    code = "inspection_unavailable"
    message_zh = "文件检查服务繁忙，请稍后重新上传。"
    message_en = "The file check is busy; please upload again shortly."
