"""From a number to the records behind it, by permission.

Officials read the records of their own ward, auditors those of all; policy staff, and officials looking at
other wards, see how many there are by ward and month, and no firm's name.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kpi import sources
from kpi.indicators import BY_CODE, INVESTED, RATIOS, Indicator, Outcome, Ratio
from kpi.indicators.ratios import FELT_EFFECT
from kpi.models import Fact
from kpi.rules import REPORTED, Followed
from kpi.selectors import records
from kpi.selectors.records import COHORT_PARTS, FELT_PARTS, Wanted
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.ui.numbers import posted_number
from programs.models import Firm
from programs.selectors import ward_names

READERS = frozenset({Hat.WARD, Hat.AUDITOR})
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A number of the dashboard: indicator (of 1-OC, the cohort), fiscal year, ward, part."""

    code: str
    year: int
    ward_id: int | None = None
    part: str = ""

    @property
    def indicator(self) -> Indicator | None:
        """None for 1-OC and 2-OC, whose records are firms."""
        return BY_CODE.get(self.code)

    @property
    def defined(self) -> Indicator | Outcome | Ratio:
        """What the number is one of."""
        others = {one.code: one for one in (INVESTED, *RATIOS)}
        return self.indicator or others[self.code]

    @property
    def as_of(self) -> dt.date:
        return min(clock.today(), clock.fiscal_year_bounds(self.year)[1])

    @property
    def is_known(self) -> bool:
        """Whether the dashboard has such a number."""
        if self.code == INVESTED.code:
            return self.part in COHORT_PARTS
        if self.code == FELT_EFFECT.code:
            return self.part in FELT_PARTS
        if self.indicator is None:
            return False
        beside = [*self.indicator.parts]
        if self.indicator.level:
            return self.part in {"", self.indicator.level.code, *(part.code for part in beside)}
        return self.part in {"", *(part.code for part in beside)}

    @property
    def wanted(self) -> Wanted:
        assert self.indicator is not None
        return Wanted(self.indicator, self.year, self.as_of, self.ward_id, self.part)

    @property
    def part_name(self) -> str:
        """The part in words; "" for the whole."""
        if self.indicator is None:
            return str(firm_names()[self.part])
        beside = [*self.indicator.parts, *([self.indicator.level] if self.indicator.level else [])]
        return next((str(one.name) for one in beside if one.code == self.part), "")


@dataclass(frozen=True, slots=True)
class Row:
    """A record: its day, ward, firm (as far as the reader may know it), what it is, and its page."""

    on: dt.date
    ward_id: int
    firm: str
    record: str
    part: str
    recorded_at: dt.datetime | None
    url: str


def asked(params: Mapping[str, str]) -> Asked:
    """Of an address. What it cannot be is left out; `is_known` says whether there is such a number."""
    year = posted_number(params.get("year", ""))
    ward = posted_number(params.get("ward", ""))
    return Asked(
        code=params.get("code", ""),
        year=year if year and 2000 <= year < 2100 else clock.fiscal_year(clock.today()),
        ward_id=ward if ward in ward_names() else None,
        part=params.get("part", ""),
    )


def may_read(actor: Actor) -> bool:
    """Whether somebody reads records at all; which ones, `reads` says."""
    return actor.hat in READERS


def reads(actor: Actor, number: Asked) -> bool:
    """Whether the records of this number are open to the reader."""
    if actor.hat == Hat.WARD:
        return number.ward_id is not None and number.ward_id == actor.ward_id
    return actor.hat == Hat.AUDITOR


def total(actor: Actor, number: Asked) -> int:
    """How many records the number has; the same as the number itself."""
    if not number.is_known:
        return 0
    with acting(actor.elevated()):
        if number.code == INVESTED.code:
            return len(_firms(number))
        return _facts(number).count()


def page(actor: Actor, number: Asked, first: int, size: int) -> list[Row]:
    """Some of the records, the newest first; empty for whoever may not read them."""
    if not number.is_known or not reads(actor, number):
        return []
    if number.code == INVESTED.code:
        with acting(actor.elevated()):
            firms = _firms(number)[first : first + size]
        return _firm_rows(actor, firms)
    with acting(actor.elevated()):
        keys = list(_facts(number).values_list("pk", flat=True)[first : first + size])
    facts = Fact.objects.filter(pk__in=keys).select_related("firm")
    return _rows(actor, number.indicator, list(facts.order_by("-occurred_on", "-pk")))


def all_records(actor: Actor, number: Asked) -> Iterator[Row]:
    """Every record, some at a time."""
    first = 0
    while found := page(actor, number, first, CHUNK):
        yield from found
        first += CHUNK


def counts(actor: Actor, number: Asked) -> list[tuple[int, dt.date, int]]:
    """(ward, month, how many): for those who see no records."""
    if not number.is_known:
        return []
    with acting(actor.elevated()):
        if number.code != INVESTED.code:
            return records.by_ward_and_month(_facts(number))
        found: dict[tuple[int, dt.date], int] = {}
        for firm in _firms(number):
            key = (firm.ward_id, firm.completed_on.replace(day=1))
            found[key] = found.get(key, 0) + 1
    return sorted((ward, month, n) for (ward, month), n in found.items())


def firm_names() -> dict[str, str | Promise]:
    """What can be counted of a cohort of 1-OC and of a year of 2-OC, in words."""
    return {
        "completed": _("修了した企業"),
        "matured": _("1年がたった企業"),
        "invested": _("投資した企業"),
        "replied": _("調査に答えた企業"),
        "invested_replied": _("調査に答え、投資した企業"),
        "completions": _("事業を終えた企業"),
        "answered": _("効果の問いに答えた企業"),
        "felt": _("効果を実感した企業"),
    }


def _facts(number: Asked) -> QuerySet[Fact]:
    if number.indicator is not None:
        return records.chosen(number.wanted)
    return records.felt_facts(fiscal_year=number.year, ward_id=number.ward_id, part=number.part)


def _firms(number: Asked) -> list[Followed]:
    return records.cohort_firms(fiscal_year=number.year, ward_id=number.ward_id, part=number.part)


def _rows(actor: Actor, indicator: Indicator | None, facts: Sequence[Fact]) -> list[Row]:
    urls = sources.addresses(actor, facts)
    parts = {part.code: str(part.name) for part in indicator.parts} if indicator else {}
    return [
        Row(
            on=fact.occurred_on,
            ward_id=fact.ward_id,
            firm=fact.firm.name if fact.firm else "",
            record=str(sources.NAMES.get(fact.source_table, fact.source_table)),
            part=parts.get(fact.part, "")
            or (_("ステージ%(stage)s") % {"stage": fact.stage} if fact.stage else ""),
            recorded_at=fact.recorded_at,
            url=urls.get(fact.pk, ""),
        )
        for fact in facts
    ]


def _firm_rows(actor: Actor, firms: Sequence[Followed]) -> list[Row]:
    names = dict(
        Firm.objects.filter(pk__in=[firm.firm_id for firm in firms]).values_list("pk", "name")
    )
    return [
        Row(
            on=firm.completed_on,
            ward_id=firm.ward_id,
            firm=names.get(firm.firm_id, ""),
            record=str(sources.NAMES["dojo_graduation"]),
            part=_invested(firm),
            recorded_at=None,
            url=reverse("programs:firm_card_of", args=[firm.firm_id])
            if firm.firm_id in names
            else "",
        )
        for firm in firms
    ]


def _invested(firm: Followed) -> str:
    if firm.invested_on is None:
        return _("投資の記録なし")
    if firm.stage == REPORTED:
        return _("投資の報告")
    return _("ステージ%(stage)sの申請") % {"stage": firm.stage}
