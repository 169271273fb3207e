"""What a form accepts: extensions and sizes, one set a purpose."""

from dataclasses import dataclass

MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True)
class UploadRules:
    """Allowed extensions (lower case) and the largest size in bytes."""

    extensions: tuple[str, ...]
    max_bytes: int

    @property
    def accept(self) -> str:
        """For the `accept` attribute of the file input: `.pdf,.jpg`."""
        return ",".join(f".{extension}" for extension in self.extensions)

    @property
    def max_megabytes(self) -> int:
        """For the hint beside the input."""
        return self.max_bytes // MEGABYTE


# Applications, reports and their evidence (見積書, 請求書, 写真).
EVIDENCE = UploadRules(("pdf", "jpg", "jpeg", "png", "xlsx", "docx"), 20 * MEGABYTE)
PHOTOS = UploadRules(("jpg", "jpeg", "png"), 20 * MEGABYTE)
DOCUMENTS = UploadRules(("pdf", "xlsx", "docx"), 20 * MEGABYTE)
WORKBOOKS = UploadRules(("xlsx",), 20 * MEGABYTE)
# 図面: PDF and pictures are shown as marked copies; CAD data are opaque to us, for download only.
DRAWINGS = UploadRules(("pdf", "png", "jpg", "jpeg", "tif", "tiff", "dxf", "dwg"), 50 * MEGABYTE)
