"""The table of verdicts, by kind of file.

A case is (name, extension, bytes, content type when taken or reason code when refused).
"""

from collections.abc import Callable

from tests.kernel.files.cases import drawings, images, office, pdf

TABLE: list[tuple[str, str, Callable[[], bytes], str]] = [
    *pdf.CASES,
    *images.CASES,
    *office.CASES,
    *drawings.CASES,
]
