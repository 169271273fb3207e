"""What the documents link to is there, with the heading where one is named."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.runtime.paths import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s[^)]*)?\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# A place that is named in words: docs/adr/0057-test-run.md, docs/performance.md.
NAMED = re.compile(r"(?<![\w/.-])((?:docs/)?adr/\d{4}[\w-]*\.md|docs/[\w-]+\.md)\b")


def anchors(text: str) -> set[str]:
    """Of the headings, as GitHub makes them."""
    titles = re.findall(r"^#+ +(.+?) *$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(document: Path) -> Iterator[str]:
    text = document.read_text()
    for target in LINK.findall(CODE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (document.parent / path).resolve() if path else document
        if not place.exists() or (anchor and anchor not in anchors(place.read_text())):
            yield target
    for named in NAMED.findall(text):
        if not any((folder / named).exists() for folder in (ROOT, ROOT / "docs", document.parent)):
            yield named


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    assert list(broken(document)) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One heading: two\n")
    document = tmp_path / "a.md"
    document.write_text(
        "[a](there.md) [b](there.md#one-heading-two) [c](https://example.org/) `[code](gone.md)`"
        " [d](gone.md) [e](there.md#three) docs/adr/9999-gone.md\n"
    )
    assert list(broken(document)) == ["gone.md", "there.md#three", "docs/adr/9999-gone.md"]
