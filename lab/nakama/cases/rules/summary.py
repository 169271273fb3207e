"""What a case tells before any promise: complete enough to judge, and naming nobody."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Upper bounds (mm) of the size classes that stand in place of the measure.
SIZES = (50, 200, 500, 1000)
_LEGAL = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|\(株\)|\(有\)|co\.?,? ?ltd\.?|inc\.?|\s"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
# Nine digits at least, with any dashes or brackets between them.
_PHONE = re.compile(r"(?<![\d.])(?:0|\+81)(?:[-‐‑–—―−ー()]{0,2}\d){8,10}(?!\d)")
_WEB = re.compile(r"https?://|www\.")
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """A field and what is wrong with it: missing, past, far, name, contact; `value` names it."""

    field: str
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is told."""

    title: str
    summary: str
    material: str
    size_mm: int | None
    lot: int | None
    due_on: dt.date | None
    delivery: str = ""


def size_class(size_mm: int) -> int | None:
    """The upper bound (mm) of the class, None above the largest."""
    return next((bound for bound in SIZES if size_mm <= bound), None)


def faults(told: Summary, *, today: dt.date, names: Iterable[str]) -> list[Fault]:
    """Everything that keeps a case from being opened. `names` must not be found in its texts."""
    found = [
        Fault(field, "missing")
        for field in ("title", "summary", "material", "size_mm", "lot", "due_on")
        if not getattr(told, field)
    ]
    if told.due_on and told.due_on <= today:
        found.append(Fault("due_on", "past"))
    if told.due_on and told.due_on > today + dt.timedelta(days=365):
        found.append(Fault("due_on", "far"))
    for field in ("title", "summary", "material"):
        found += telling(field, getattr(told, field), names)
    return found


def telling(field: str, text: str, names: Iterable[str]) -> list[Fault]:
    """What in a text says who is behind the case: a name, or a way to reach somebody."""
    found = [Fault(field, "name", name) for name in named(text, names)]
    if _MAIL.search(text) or _PHONE.search(_plain(text)) or _WEB.search(text):
        found.append(Fault(field, "contact"))
    return found


def named(text: str, names: Iterable[str]) -> list[str]:
    """Which of the names are found in the text, whatever their legal form and width."""
    plain = _plain(text)
    return [name for name in names if len(_plain(name)) >= SHORTEST_NAME and _plain(name) in plain]


def _plain(text: str) -> str:
    return _LEGAL.sub("", unicodedata.normalize("NFKC", text).casefold())
