"""The kinds of filings as data: what is asked, when it may be filed, and what becomes of it.

The one list of 様式 after the decision (domain.md A2, steps 4–12). Questions and documents are the
same types as an application's, so that forms, reading and corrections work alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from subsidies.models import Grant
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Document, Question


class Check(Protocol):
    """Says what is wrong with the values of a filing; reads, writes nothing."""

    def __call__(self, grant: Grant, values: Mapping[str, Any]) -> Iterable[Problem]: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """`grant_states`: in which of the grant's states it may be filed. `ruling`: the kind of the
    ruling that answers it, "" where the ward only accepts it (届出). `page` names the route of a
    kind with a page of its own (実績報告), "" for the general one.
    """

    code: str
    name: str | Promise
    form_no: str
    grant_states: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    documents: tuple[Document, ...] = ()
    ruling: str = ""
    hint: str | Promise = ""
    check: Check | None = None
    page: str = ""


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Add kinds. Raises ValueError when a code is taken."""
    for kind in kinds:
        if kind.code in _kinds:
            raise ValueError(f"two kinds of filings are called {kind.code}")
        _kinds[kind.code] = kind


def get(code: str) -> Kind:
    """Raises KeyError."""
    return _kinds[code]


def fileable(grant: Grant) -> list[Kind]:
    """What the firm may begin now."""
    return [kind for kind in _kinds.values() if grant.status in kind.grant_states]


def names() -> dict[str, str | Promise]:
    """Code → name of all kinds."""
    return {code: kind.name for code, kind in _kinds.items()}
