"""PDF from Typst templates: tagged (PDF/UA-1), archival (PDF/A-2a), reproducible byte for byte.

The template gets `data` as JSON among the compiler's inputs, never as source text, so that nothing
a person typed can become markup. Fonts come from wheels, so no system font is needed: IPAex Gothic, and
for the characters of names that it lacks (𠮷) Noto Sans JP. What neither has is printed as 〓.

A compiler loads its fonts once (60 ms) and then makes a letter in about 10 ms: one is kept for each
set of template texts.
"""

import datetime as dt
import hashlib
import json
import re
import tempfile
import threading
from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings
from typst import TypstError

__all__ = [
    "ENGINE",
    "TypstError",
    "digest",
    "render_image",
    "render_pdf",
    "render_sources",
    "sources",
]

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "documents"
ENGINE = f"typst {version('typst')}"
_IMPORT = re.compile(r'^#(?:import|include) "([^"/]+\.typ)"', re.MULTILINE)
# Control characters but for tab and line end: no font shows them, and PDF/UA refuses what no font shows.
_UNSEEN = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])
# What stands for a character that the font does not have, and how many different ones a paper may have.
GETA, MOST_UNKNOWN = "〓", 20
_LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')
_COMPILERS = 16  # sets of template texts in use at the same time

# A compiler serves one thread at a time.
_one_at_a_time = threading.Lock()

Sources = dict[str, str]


def render_pdf(template: str, data: dict[str, Any], *, made_at: dt.datetime) -> bytes:
    """Render `templates/documents/<template>.typ` with `data`.

    `made_at` (aware) becomes the PDF's creation date; with the same data it makes the same bytes.
    Raises typst.TypstError when the template does not fit the data.
    """
    return render_sources(template, sources(template), data, made_at=made_at)


def sources(template: str) -> Sources:
    """The texts of a template and of all it imports, by file name."""
    found: Sources = {}
    waiting = [f"{template}.typ"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = (TEMPLATES / name).read_text("utf-8")
            waiting += _IMPORT.findall(found[name])
    return found


def digest(texts: Sources) -> str:
    """SHA-256 of template texts."""
    return hashlib.sha256(_canonical(texts).encode()).hexdigest()


def render_sources(
    template: str, texts: Sources, data: dict[str, Any], *, made_at: dt.datetime
) -> bytes:
    """As `render_pdf`, with template texts that were kept: today's files play no part."""
    for _character in range(MOST_UNKNOWN):
        try:
            return _compiled(template, texts, data, made_at)
        except TypstError as error:
            # A pasted smiley must keep nobody from a letter or a paper.
            lacking = _LACKING.search(str(error))
            if lacking is None:
                raise
            data = _mapped(data, partial(re.sub, re.escape(lacking[1]), GETA))
    return _compiled(template, texts, data, made_at)


def _compiled(template: str, texts: Sources, data: dict[str, Any], made_at: dt.datetime) -> bytes:
    with _one_at_a_time:
        folder, compiler = _compiler(_canonical(texts))
        main = Path(folder.name) / f"{template}.typ"
        if not main.exists():  # a long-lived worker, and somebody has cleaned /tmp
            _compiler.cache_clear()
            folder, compiler = _compiler(_canonical(texts))
            main = Path(folder.name) / f"{template}.typ"
        result = compiler.compile(
            input=str(main),
            format="pdf",
            sys_inputs={"data": _canonical(_visible(data))},
            pdf_standards=["ua-1", "a-2a"],
            timestamp=made_at.astimezone(dt.UTC).replace(microsecond=0),
        )
    assert isinstance(result, bytes)
    return result


def render_image(template: str, data: dict[str, Any], *, form: Literal["png", "svg"]) -> bytes:
    """The one page that a template makes, as a picture (144 dots to the inch).

    Raises typst.TypstError when the template does not fit the data.
    """
    texts = sources(template)
    with _one_at_a_time:
        folder, compiler = _compiler(_canonical(texts))
        result = compiler.compile(
            input=str(Path(folder.name) / f"{template}.typ"),
            format=form,
            ppi=144,
            sys_inputs={"data": _canonical(_visible(data))},
        )
    assert isinstance(result, bytes)
    return result


@lru_cache(maxsize=_COMPILERS)
def _compiler(texts: str) -> tuple[tempfile.TemporaryDirectory[str], typst.Compiler]:
    """A compiler whose whole world is these texts (JSON); its folder goes when it does."""
    folder = tempfile.TemporaryDirectory(prefix="letters-")
    for name, text in json.loads(texts).items():
        (Path(folder.name) / name).write_text(text, "utf-8")
    compiler = typst.Compiler(
        root=folder.name, font_paths=_font_directories(), ignore_system_fonts=True
    )
    return folder, compiler


def _visible(value: Any) -> Any:
    """The same without control characters, which come in with pasted text."""
    return _mapped(value, lambda text: text.translate(_UNSEEN))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(one, change) for one in value]
    return value


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


@cache
def _font_directories() -> list[str]:
    """Found without importing the packages: the first would load matplotlib."""
    found = []
    for package, inside in (("matplotlib_fontja", "fonts"), ("pylopdf_fonts_jp", ".")):
        spec = find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
        found.append(str(Path(spec.submodule_search_locations[0]) / inside))
    return found
