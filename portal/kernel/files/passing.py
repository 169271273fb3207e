"""Files that are read and thrown away (採点票): judged like any other, kept by nobody."""

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile

from portal.kernel.files import clamav, names, reasons
from portal.kernel.files.inspect import sandbox
from portal.kernel.files.rules import UploadRules
from portal.kernel.files.services import UploadRefused


def read_harmless(uploaded: UploadedFile, rules: UploadRules) -> bytes:
    """The bytes of an upload that passed every check of one that is kept. Raises UploadRefused.

    Nothing is left behind: whoever calls writes down what was refused.
    """
    _stem, extension = names.split(uploaded.name or "")
    if extension not in rules.extensions:
        raise UploadRefused(reasons.EXTENSION)
    if not uploaded.size:
        raise UploadRefused(reasons.EMPTY)
    if uploaded.size > rules.max_bytes:
        raise UploadRefused(reasons.TOO_LARGE)
    content = uploaded.read()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"passing.{extension}"
        path.write_bytes(content)
        _judge(path, extension)
    return content


def _judge(path: Path, extension: str) -> None:
    try:
        verdict = sandbox.inspect(path, extension)
    except sandbox.InspectionFailed as error:
        raise UploadRefused(reasons.UNCHECKED) from error
    if not verdict.ok:
        raise UploadRefused(verdict.reason_code)
    if not clamav.is_configured():
        return
    with path.open("rb") as stream:
        outcome = clamav.scan(stream).outcome
    if outcome == clamav.Outcome.INFECTED:
        raise UploadRefused(reasons.INFECTED)
    if outcome != clamav.Outcome.CLEAN:
        raise UploadRefused(reasons.UNCHECKED)
