"""The kinds of filings as data: what is asked, when it may be filed, and what becomes of it.

The one list of 様式 after the decision (domain.md A2, steps 4–12). Questions and documents are the
same types as an application's, so that forms, reading and corrections work alike.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

from subsidies.contents import rules_of
from subsidies.models import Grant
from subsidies.rules.problem import Problem
from subsidies.rules.scheme import Document, PaperForm, Question

if TYPE_CHECKING:
    from subsidies.grants.models import Filing


class Check(Protocol):
    """Says what is wrong with the values of a filing; reads, writes nothing."""

    def __call__(self, grant: Grant, values: Mapping[str, Any], /) -> Iterable[Problem]: ...


@dataclass(frozen=True, slots=True)
class Doubt:
    """A figure of a filing that looks like a slip of the unit; the firm says of this very value
    that it is right. `shown` and `shown_before` with their units, `text` why it is asked about.
    """

    code: str
    label: str
    value: int
    before: int | None
    shown: str
    shown_before: str
    text: str

    @property
    def key(self) -> str:
        """What the page posts; another value of the same figure is another key."""
        return f"{self.code}={self.value}"


@dataclass(frozen=True, slots=True)
class Kind:
    """`grant_states`: in which of the grant's states it may be filed. `ruling`: the kind of the
    ruling that answers it, "" where the ward only accepts it (届出). `form_no` stands in where no
    scheme names the 様式 of this code (`SchemeRules.form`). `page` names the route of a
    kind with a page of its own (実績報告), `staff_page` that of the officials' own page (検査), ""
    for the general ones; the argument of both is the filing's public id.

    `has_plan`: the expense lines are asked for as well (`content["lines"]`, as an application
    stores them). `initial` is what a new one is filled with. `available` says whether a new one
    may be begun, besides the grant's state. `record` is what a submission freezes beside the
    answers (`payload["record"]`): what was worked out from them on that day. `needs_ruling` says of
    a submitted filing whether `ruling` is needed at all (a small change is only notified).
    `doubts` names figures to be confirmed one by one before the submission; those that were stand
    in `content[SURE]` by their keys, with who and when. `results` names what follows from a record
    (label, text), for whoever reads the filing.
    """

    code: str
    name: str | Promise
    grant_states: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    documents: tuple[Document, ...] = ()
    ruling: str = ""
    form_no: str = ""
    hint: str | Promise = ""
    check: Check | None = None
    page: str = ""
    staff_page: str = ""
    has_plan: bool = False
    initial: Callable[[Grant], Mapping[str, Any]] | None = None
    available: Callable[[Grant], bool] | None = None
    record: Callable[[Grant, Mapping[str, Any]], Mapping[str, Any]] | None = None
    needs_ruling: "Callable[[Filing], bool] | None" = None
    doubts: Callable[[Grant, Mapping[str, Any]], list[Doubt]] | None = None
    results: Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]] | None = None

    def document(self, code: str) -> Document | None:
        """The document that is asked for under this code."""
        return next((item for item in self.documents if item.code == code), None)


# Where a filing's content keeps the figures that were confirmed: key → {"by", "at"}.
SURE = "sure"
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
    return [
        kind
        for kind in _kinds.values()
        if grant.status in kind.grant_states and (kind.available is None or kind.available(grant))
    ]


def names() -> dict[str, str | Promise]:
    """Code → name of all kinds."""
    return {code: kind.name for code, kind in _kinds.items()}


def ruling_of(filing: "Filing") -> str:
    """The kind of the ruling that this filing needs, "" where accepting it is enough."""
    kind = get(filing.kind)
    if kind.needs_ruling is not None and not kind.needs_ruling(filing):
        return ""
    return kind.ruling


def doubts_of(filing: "Filing") -> list[Doubt]:
    """The figures of the filing that nobody has confirmed yet."""
    kind = get(filing.kind)
    found = kind.doubts(filing.grant, filing.content) if kind.doubts else []
    return [doubt for doubt in found if doubt.key not in filing.content.get(SURE, {})]


def form_of(filing: "Filing") -> PaperForm:
    """The 様式 of the filing, number and title, by the rules of its grant's scheme."""
    try:
        return rules_of(filing.grant.application.version).form(filing.kind)
    except KeyError:
        kind = get(filing.kind)
        return PaperForm(kind.code, kind.form_no, str(kind.name))


def form_name_of(filing: "Filing") -> str:
    """第9号様式 実績報告書."""
    form = form_of(filing)
    return f"{form.number} {form.title}".strip()
