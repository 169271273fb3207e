"""Where texts for people stand in the sources: what is collected, and what is not wrapped."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.template.base import Lexer, Token, TokenType

from tests.architecture.source import APPS, ROOT

COMMITTED = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
SOURCES = {".py", ".html", ".txt"}

# Kana, kanji, and the full-width signs that only Japanese sentences use.
JAPANESE = re.compile(r"[、。「」（）：〜・々-〇ぁ-ヺー-ヿ㐀-鿿ｦ-ﾟ]")

# What xgettext knows by itself or is told by Django's makemessages. An alias other than `_` would
# be collected by nobody.
GETTEXT = {
    name + lazy
    for name in ("gettext", "ngettext", "pgettext", "npgettext")
    for lazy in ("", "_lazy")
} | {"_", "gettext_noop"}
_QUOTED = r"""(?:"[^"]*"|'[^']*')"""
_WRAPPED = re.compile(rf"_\({_QUOTED}\)")
_TRANSLATE = re.compile(rf"^trans(?:late)?\s+{_QUOTED}|\bcontext\s+{_QUOTED}")


def collect(folder: Path) -> Catalog:
    """Collect from a copy of the sources, as `make messages` does. A missing xgettext raises."""
    for top in (*APPS, "templates"):
        for path in (ROOT / top).rglob("*"):
            if path.suffix in SOURCES:
                copy = folder / path.relative_to(ROOT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
    (folder / "locale").mkdir()
    environment = {key: value for key, value in os.environ.items() if "DJANGO" not in key}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale=en"],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"makemessages: {done.stderr[-2000:]}")
    return read(folder / COMMITTED.relative_to(ROOT))


def read(path: Path) -> Catalog:
    """A .po file."""
    with path.open("rb") as handle:
        return read_po(handle, locale="en")


def key(message: Message) -> tuple[str, ...]:
    """(context, text) or (context, singular, plural)."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    return (message.context or "", *ids)


def pairs(message: Message) -> list[tuple[str, str]]:
    """(Japanese, English) for each form; "" where English is missing."""
    if not isinstance(message.id, tuple | list):
        return [(message.id, str(message.string or ""))]
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    forms = [*map(str, forms), "", ""][: len(message.id)]
    return list(zip(message.id, forms, strict=True))


def templates() -> dict[str, str]:
    """Path relative to the root → source of every template."""
    folders = [ROOT / "templates", *(ROOT / app for app in APPS)]
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".html", ".txt"}
    }


def bare_texts(template: str) -> Iterator[tuple[int, str]]:
    """(line, text) of Japanese outside `translate`, `blocktranslate`, `_("…")` and comments."""
    inside = ""
    for token in Lexer(template).tokenize():
        name = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        is_tag = token.token_type == TokenType.BLOCK
        if inside:
            inside = "" if is_tag and name == f"end{inside}" else inside
            continue
        if is_tag and name in {"comment", "blocktranslate", "blocktrans"}:
            inside = name
        yield from ((token.lineno, text) for text in _left_over(token) if JAPANESE.search(text))


def _left_over(token: Token) -> list[str]:
    if token.token_type == TokenType.COMMENT:
        return []
    if token.token_type == TokenType.TEXT:
        return [line.strip() for line in token.contents.splitlines()]
    rest = _WRAPPED.sub("", token.contents)
    return [_TRANSLATE.sub("", rest) if token.token_type == TokenType.BLOCK else rest]


def bare_literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of Japanese literals that are no docstring, no pattern and not translated."""
    passed = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (_called(node) in GETTEXT or _is_pattern(node)):
            passed |= {id(part) for argument in node.args for part in ast.walk(argument)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in passed and JAPANESE.search(node.value):
            yield node.lineno, node.value


def aliases(tree: ast.Module) -> Iterator[str]:
    """Names under which gettext functions are imported, other than `_` and their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for name in node.names:
                if "gettext" in name.name and name.asname not in {None, "_"}:
                    yield f"{name.name} as {name.asname}"


def unreadable(tree: ast.Module) -> Iterator[int]:
    """Lines of gettext calls whose text is computed: nothing could be collected from them."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and _called(node) in GETTEXT
        if is_call and not all(isinstance(part, ast.Constant) for part in _texts(node)):
            yield node.lineno


def _texts(call: ast.Call) -> list[ast.expr]:
    """The arguments that hold context and texts; the last of ngettext is the number."""
    return call.args[:-1] if "ngettext" in _called(call) or len(call.args) == 4 else call.args


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def _is_pattern(call: ast.Call) -> bool:
    """`re.compile(…)`, `text.removesuffix(…)`: matched with what people type, never shown."""
    owner = getattr(getattr(call.func, "value", None), "id", "")
    return owner == "re" or _called(call) in {"removeprefix", "removesuffix"}


def _docstrings(tree: ast.Module) -> set[int]:
    """Ids of strings that stand alone as a statement."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
