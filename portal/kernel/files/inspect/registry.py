"""Which inspection belongs to which extension; imported only in the sandbox process."""

from collections.abc import Callable
from importlib import import_module

from portal.kernel.files.inspect.verdict import Refused, Sample, Verdict

# extension → (module, function); a library is loaded only for its own kind of file.
_INSPECTIONS = {
    "pdf": ("pdf", "inspect"),
    "jpg": ("image", "inspect"),
    "jpeg": ("image", "inspect"),
    "png": ("image", "inspect"),
    "tif": ("image", "inspect_tiff"),
    "tiff": ("image", "inspect_tiff"),
    "xlsx": ("ooxml", "inspect"),
    "docx": ("ooxml", "inspect"),
    "dxf": ("cad", "inspect_dxf"),
    "dwg": ("cad", "inspect_dwg"),
}
EXTENSIONS = frozenset(_INSPECTIONS)


def inspect(sample: Sample) -> Verdict:
    """The verdict on a file; never raises for anything the file contains."""
    known = _INSPECTIONS.get(sample.extension)
    if known is None:
        return Verdict(ok=False, reason_code="extension")
    module = import_module(f"portal.kernel.files.inspect.{known[0]}")
    inspection: Callable[[Sample], Verdict] = getattr(module, known[1])
    try:
        return inspection(sample)
    except Refused as refused:
        return Verdict(ok=False, reason_code=refused.code)
    except (MemoryError, RecursionError):
        return Verdict(ok=False, reason_code="too_heavy")
