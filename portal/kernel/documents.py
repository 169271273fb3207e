"""PDF from Typst templates: tagged (PDF/UA-1), archival (PDF/A-2a), reproducible byte for byte.

The template gets `data` as JSON among the compiler's inputs, never as source text, so that nothing
a person typed can become markup. Fonts come from a wheel (IPAex Gothic), so no system font is needed.
"""

import datetime as dt
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "documents"


def render_pdf(template: str, data: dict[str, Any], *, made_at: dt.datetime) -> bytes:
    """Render `templates/documents/<template>.typ` with `data`.

    `made_at` (aware) becomes the PDF's creation date; with the same data it makes the same bytes.
    Raises typst.TypstError when the template does not fit the data.
    """
    compiler = typst.Compiler(
        root=str(TEMPLATES),
        font_paths=[str(_font_directory())],
        ignore_system_fonts=True,
    )
    result = compiler.compile(
        input=str(TEMPLATES / f"{template}.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=made_at.replace(microsecond=0),
    )
    assert isinstance(result, bytes)
    return result


@cache
def _font_directory() -> Path:
    """Found without importing the package, which would load matplotlib."""
    spec = find_spec("matplotlib_fontja")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "fonts"
