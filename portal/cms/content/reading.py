"""Reads the texts: from TOML files to pages with their pieces; touches no database.

A piece is a table with one key, the name of its block: `{heading = "…"}`, `{list = ["…"]}`. Text
may link to a page of the site (`page:faq`) or to a screen (`route:subsidies:call_list`).
"""

import re
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import reverse

TEXTS = Path(__file__).parent / "texts"
# Folders whose files are pages directly below the home.
TOP = {"measures": "MeasurePage", "policies": "PolicyPage"}
_NUMBER = re.compile(r"^\d+-")
_LINK = re.compile(r'href="(page|route):([^"]+)"')
# Ids of pieces are made of where they stand, so that the same file gives the same page.
_SPACE = uuid.UUID("5b0cdb4f-0f5e-4a86-8a0d-6d61636869b1")


@dataclass(frozen=True, slots=True)
class PageText:
    """A page as it is brought along. `path` is its address without the outer slashes."""

    path: str
    model: str
    fields: Mapping[str, Any]

    @property
    def parent(self) -> str:
        """The path of the page above it; "" is the home."""
        return self.path.rpartition("/")[0]

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return self.path.rpartition("/")[2]


def pages() -> Iterator[PageText]:
    """All pages of the site, parents before their children."""
    for folder, model in TOP.items():
        for file in sorted((TEXTS / folder).glob("*.toml")):
            yield _page(file.stem, model, load(file))
    yield _page("faq", "FaqPage", load(TEXTS / "faq.toml"))
    yield _page("forms", "FormsPage", load(TEXTS / "forms.toml"))
    for series in sorted(TEXTS.glob("series/*/")):
        yield _page(series.name, "ArticleSeries", load(series / "_series.toml"))
        for file in sorted(series.glob("[0-9]*.toml")):
            path = f"{series.name}/{_NUMBER.sub('', file.stem)}"
            yield _page(path, "ArticlePage", load(file))
    for file in sorted((TEXTS / "cases").glob("*.toml")):
        yield _page(f"cases/{file.stem}", "CaseStory", load(file))


def own_measures(addresses: Mapping[int, str]) -> Iterator[PageText]:
    """The measures that only one ward has; `addresses` are the paths of the wards' homes by code."""
    texts = load(TEXTS / "wards.toml")
    for one in texts["own"]:
        path = f"{addresses[one['ward']]}/{one['slug']}"
        fields = {key: one[key] for key in ("title", "title_en", "summary", "summary_en", "easy")}
        fields |= {"kind": "subsidy", "scheme_code": one["scheme"]}
        bodies = {"body": _own_body(one, texts), "body_en": _own_body(one, texts, "_en")}
        yield _page(path, "MeasurePage", fields | bodies)


def news(addresses: Mapping[int, str]) -> Iterator[tuple[PageText, int]]:
    """News of the demonstration, with how many days ago each is dated."""
    texts = load(TEXTS / "news" / "common.toml")
    for one in [*texts["news"], *texts["ward_news"]]:
        place = f"{addresses[one['ward']]}/news" if "ward" in one else "news"
        fields = {key: one[key] for key in ("title", "category", "summary", "easy", "body")}
        yield _page(f"{place}/{one['slug']}", "NewsPage", fields), one["days"]


def load(file: Path) -> dict[str, Any]:
    """The file as it is written."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


def pieces(path: str, written: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Pieces as a StreamField keeps them."""
    return [_piece(f"{path}:{place}", one) for place, one in enumerate(written)]


def linked(text: str) -> str:
    """The text with the addresses of pages and screens. Raises NoReverseMatch for an unknown screen."""
    return _LINK.sub(lambda found: f'href="{_address(found[1], found[2])}"', text)


def _address(kind: str, target: str) -> str:
    return f"/{target}/" if kind == "page" else reverse(target)


def _page(path: str, model: str, written: Mapping[str, Any]) -> PageText:
    fields = {
        key: pieces(f"{path}.{key}", value) if isinstance(value, list) else value
        for key, value in written.items()
    }
    return PageText(path, model, fields)


def _piece(place: str, written: Mapping[str, Any]) -> dict[str, Any]:
    if "q" in written:
        value = {"question": written["q"], "answer": written["a"]}
        return {"type": "question", "value": _value(place, value), "id": _id(place)}
    ((name, value),) = written.items()
    return {"type": name, "value": _value(place, value, name), "id": _id(place)}


def _value(place: str, value: Any, name: str = "") -> Any:
    """Lists with the ids of their items, rich text in its paragraphs, links as addresses."""
    if isinstance(value, list):
        return [
            {"type": "item", "value": _value(f"{place}.{at}", item), "id": _id(f"{place}.{at}")}
            for at, item in enumerate(value)
        ]
    if isinstance(value, Mapping):
        rich = "answer" if "answer" in value else "text" if "tone" in value else ""
        return {
            key: _value(f"{place}.{key}", item, "paragraph" if key == rich else "")
            for key, item in value.items()
        }
    if name == "paragraph":
        text = linked(value)
        return text if text.startswith(("<ol>", "<ul>")) else f"<p>{text}</p>"
    return value


def _id(place: str) -> str:
    return str(uuid.uuid5(_SPACE, place))


def _own_body(
    one: Mapping[str, Any], texts: Mapping[str, Any], language: str = ""
) -> list[dict[str, Any]]:
    """The pieces of a ward's own measure; `language` is what the keys of its texts end with."""
    body: list[dict[str, Any]] = [
        {"heading": texts[f"steps_heading{language}"]},
        {"steps": [{"title": title, "text": text} for title, text in one[f"steps{language}"]]},
    ]
    if "note" in one:
        body.append({"paragraph": one[f"note{language}"]})
    body.append({"callout": texts[f"before_ordering{language}"]})
    told = texts[f"source{language}"]
    source = {**told, "title": told["title"].format(title=one[f"title{language}"])}
    return [*body, {"source": source}]
