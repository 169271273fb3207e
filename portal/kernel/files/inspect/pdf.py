"""PDF: what every object says, nested dictionaries and compressed objects included.

Scanning the raw bytes misses compressed objects; walking the indirect objects' own keys misses
inline dictionaries (`/A << /S /JavaScript /JS … >>`). qpdf parses each object and writes it back
in one canonical spelling (`/J#61vaScript` becomes `/JavaScript`), in which names are found safely.
"""

import re
from collections.abc import Iterator

import pikepdf
from pikepdf.settings import set_qpdf_limits

from portal.kernel.files.inspect.polyglot import refuse_second_nature
from portal.kernel.files.inspect.verdict import Refused, Sample, Verdict

CONTENT_TYPE = "application/pdf"
# Object streams and cross-reference streams are inflated when opened: no further than this.
INFLATED = 16 * 1024**2
OBJECTS = 400_000
BLANK = b" \t\r\n\f\0"
END = b"%%EOF"
# How far from the end readers look for the end mark.
END_REACH = 4096

FORBIDDEN = {
    "JS": "pdf_script",
    "JavaScript": "pdf_script",
    "Launch": "pdf_script",
    "ImportData": "pdf_script",
    "GoToE": "pdf_attachment",
    "EmbeddedFile": "pdf_attachment",
    "EmbeddedFiles": "pdf_attachment",
    "EF": "pdf_attachment",
    "FileAttachment": "pdf_attachment",
    "RichMedia": "pdf_attachment",
    "XFA": "pdf_xfa",
}
# In qpdf's output a string is (…) with \( \) \\ escaped, or <hex>; so parentheses never nest.
_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)", re.DOTALL)
_NAME = re.compile(rb"/([^\s/<>\[\](){}%]+)")
# For damaged files: the same names in the raw bytes, each letter possibly written as #xx.
_RAW = re.compile(
    rb"/(?:"
    + b"|".join(
        b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name.encode())
        for name in FORBIDDEN
        if len(name) > 2
    )
    + rb")(?![0-9A-Za-z])"
)


def inspect(sample: Sample) -> Verdict:
    """Raises Refused."""
    if not sample.head(5) == b"%PDF-":
        raise Refused("mismatch")
    refuse_second_nature(sample, pdf=True)
    _check_end(sample)
    set_qpdf_limits(flate_max_memory=INFLATED, run_length_max_memory=INFLATED)
    try:
        with pikepdf.open(sample.path) as pdf:
            _check_document(sample, pdf)
    except pikepdf.PasswordError:
        raise Refused("pdf_encrypted") from None
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError):
        raise Refused("pdf_damaged") from None
    return Verdict(ok=True, content_type=CONTENT_TYPE)


def _check_end(sample: Sample) -> None:
    """Nothing but blanks may follow the last %%EOF."""
    tail = sample.tail(END_REACH).rstrip(BLANK)
    if tail.endswith(END):
        return
    raise Refused("trailing_data" if END in sample.path.read_bytes() else "pdf_damaged")


def _check_document(sample: Sample, pdf: pikepdf.Pdf) -> None:
    if pdf.is_encrypted:
        raise Refused("pdf_encrypted")
    for count, text in enumerate(_objects(pdf)):
        if count > OBJECTS:
            raise Refused("too_heavy")
        for name in _NAME.findall(_STRING.sub(b"()", text)):
            _check_name(name)
    if len(pdf.pages) == 0:
        raise Refused("pdf_damaged")
    if pdf.get_warnings() and (found := _RAW.search(sample.path.read_bytes())):
        # Repaired while reading: another reader may repair it otherwise and see more.
        raise Refused(_raw_code(found[0]))


def _objects(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """Each object in canonical spelling; of a stream its dictionary, not its data."""
    yield pdf.trailer.unparse(resolved=True)
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            yield item.stream_dict.unparse()
        elif isinstance(item, pikepdf.Object):
            yield item.unparse(resolved=True)


def _check_name(name: bytes) -> None:
    code = FORBIDDEN.get(name.decode("latin-1"))
    if code:
        raise Refused(code)


def _raw_code(found: bytes) -> str:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), found[1:])
    return FORBIDDEN[plain.decode("latin-1")]
