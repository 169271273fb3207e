"""What a firm has received before and applies for elsewhere: 再受給の制限 and 重複受給.

Source: domain.md A3 (江東区 2 fiscal years, 板橋区 2 years, 港区 once ever; prohibits / requires /
stacks with). Only what this portal knows is judged; the rest is asked as an eligibility question.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from portal.kernel import clock
from subsidies.rules.scheme import ReapplyBar, SchemeRules, StackRule

# "open": applied and undecided, or granted and under way; "settled": the final amount stands.
State = Literal["applied", "granted", "settled"]


@dataclass(frozen=True, slots=True)
class Past:
    """One other application of the firm, `decided_on` the day of its grant."""

    ward: int
    scheme: str
    name: str
    fiscal_year: int
    state: State
    decided_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """The firm's others, seen from an application to `scheme` of `ward` for `fiscal_year`."""

    ward: int
    scheme: str
    fiscal_year: int
    today: dt.date
    past: tuple[Past, ...] = ()


def refusals(rules: SchemeRules, history: History | None) -> tuple[str, ...]:
    """Why the firm's other grants and applications stand against this one, in sentences."""
    if history is None:
        return ()
    found = list(_barred(rules.reapply, history)) if rules.reapply else []
    for rule in rules.stacking:
        found += _stacked(rule, history)
    return tuple(dict.fromkeys(found))


def _barred(bar: ReapplyBar, history: History) -> Iterable[str]:
    for past in history.past:
        if past.state == "applied" or past.ward != history.ward:
            continue
        if bar.scope == "scheme" and past.scheme != history.scheme:
            continue
        if text := _bar_text(bar, past, history):
            yield text


def _bar_text(bar: ReapplyBar, past: Past, history: History) -> str:
    """The sentence of the first bar that stands, "" where none does."""
    names = {"name": past.name, "year": clock.wareki_fiscal_year(past.fiscal_year)}
    if bar.once:
        text = _("%(year)sに「%(name)s」の交付を受けています。この制度は1回しか受けられません。")
        return text % names
    if bar.fiscal_years and past.fiscal_year + bar.fiscal_years >= history.fiscal_year:
        text = _(
            "%(year)sに「%(name)s」の交付を受けています。交付の後の%(bar)d年度は申請できません。"
            "%(again)sから申し込めます。"
        )
        again = clock.wareki_fiscal_year(past.fiscal_year + bar.fiscal_years + 1)
        return text % {**names, "bar": bar.fiscal_years, "again": again}
    if bar.years and past.decided_on:
        until = _years_later(past.decided_on, bar.years)
        if history.today < until:
            text = _(
                "%(year)sに「%(name)s」の交付を受けています。交付決定から%(bar)d年は申請できません。"
                "%(again)sから申し込めます。"
            )
            return text % {**names, "bar": bar.years, "again": clock.wareki(until)}
    return ""


def _stacked(rule: StackRule, history: History) -> Iterable[str]:
    if not rule.scheme or rule.relation == "stacks":
        return
    known = [
        past
        for past in history.past
        if past.scheme == rule.scheme and past.ward == (rule.ward or history.ward)
    ]
    if rule.relation == "requires":
        if not any(past.state == "settled" for past in known):
            text = _("先に「%(name)s」の額の確定を受けてください。その後に申し込めます。")
            yield text % {"name": rule.name}
    elif any(past.fiscal_year == history.fiscal_year for past in known):
        text = _(
            "同じ年度に「%(name)s」にも申し込んでいます。両方は受けられません。"
            "どちらかを取り下げてください。"
        )
        yield text % {"name": rule.name}


def _years_later(day: dt.date, years: int) -> dt.date:
    """The same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
