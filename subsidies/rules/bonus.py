"""Bonus points (加点) as a scheme version's rules say them. Pure.

Facts below, points above: a firm's fact (修了, 宣言 …) is a `programs.Qualification`; what it is worth
is the version's rule. Source: domain.md A6.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class BonusRule:
    """`points` for a fact of the kind `fact` that is valid on the day of the application.

    `valid_months`: not older than that, counted from the day it was granted; 0 asks for nothing
    beyond the fact's own expiry.
    """

    code: str
    name: str
    fact: str
    points: int
    valid_months: int = 0


# Named in every frozen result: change it with the meaning of the rules below, never for wording.
RULES_VERSION = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """A recorded fact of a firm (`programs.Qualification`). It holds on `expires_on` itself.

    `title` is what a line cites: 「DX道場 第3期 修了」.
    """

    id: int
    kind: str
    title: str
    granted_on: dt.date
    expires_on: dt.date | None = None
    revoked_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BonusLine:
    """What one rule gives: its points with the fact, or 0 with why not."""

    code: str
    name: str
    points: int
    text: str
    fact_id: int | None = None


def bonus_lines(
    rules: Iterable[BonusRule], facts: Iterable[Fact], *, applied_on: dt.date
) -> tuple[BonusLine, ...]:
    """One line for each rule, in the rules' order. A rule counts once, however many facts there are.

    The day of the application (Tokyo) decides, so that nobody loses points while waiting for the
    committee; but a revoked fact counts for nobody, whenever it was revoked.
    """
    known = sorted(facts, key=lambda fact: (fact.granted_on, fact.id), reverse=True)
    return tuple(_line(rule, known, applied_on) for rule in rules)


def total_points(lines: Iterable[BonusLine]) -> int:
    """The sum of all lines."""
    return sum(line.points for line in lines)


def _line(rule: BonusRule, facts: list[Fact], applied_on: dt.date) -> BonusLine:
    why_not: list[tuple[Fact, str]] = []
    for fact in (fact for fact in facts if fact.kind == rule.fact):
        reason = _why_not(rule, fact, applied_on)
        if not reason:
            return BonusLine(rule.code, rule.name, rule.points, _cited(rule, fact), fact.id)
        why_not.append((fact, reason))
    if not why_not:
        return BonusLine(rule.code, rule.name, 0, _("加点なし: 記録がありません"))
    fact, reason = why_not[0]
    text = _("加点なし: %(fact)s %(day)s（%(why)s）") % {
        "fact": fact.title,
        "day": fact.granted_on.isoformat(),
        "why": reason,
    }
    return BonusLine(rule.code, rule.name, 0, text, fact.id)


def _cited(rule: BonusRule, fact: Fact) -> str:
    """The points with the fact they rest on, its date, and until when it counts."""
    text = _("加点 %(points)d: %(fact)s %(day)s") % {
        "points": rule.points,
        "fact": fact.title,
        "day": fact.granted_on.isoformat(),
    }
    last = _last_day(rule, fact)
    if last is None:
        return text
    return _("%(fact)s（%(day)sまで有効）") % {"fact": text, "day": last.isoformat()}


def _last_day(rule: BonusRule, fact: Fact) -> dt.date | None:
    """The last day on which the fact counts: its own expiry or the rule's, whichever is earlier."""
    ends = [] if fact.expires_on is None else [fact.expires_on]
    if rule.valid_months:
        ends.append(_months_on(fact.granted_on, rule.valid_months))
    return min(ends, default=None)


def _why_not(rule: BonusRule, fact: Fact, applied_on: dt.date) -> str:
    """Why the fact does not count for an application of that day, "" when it does."""
    if fact.revoked_on is not None:
        return _("%(day)sに取り消された") % {"day": fact.revoked_on.isoformat()}
    if fact.granted_on > applied_on:
        return _("申請日（%(day)s）より後") % {"day": applied_on.isoformat()}
    if fact.expires_on is not None and fact.expires_on < applied_on:
        return _("申請日（%(day)s）に期限切れ") % {"day": applied_on.isoformat()}
    if rule.valid_months and _months_on(fact.granted_on, rule.valid_months) < applied_on:
        return _("申請日（%(day)s）に%(months)dか月を過ぎている") % {
            "day": applied_on.isoformat(),
            "months": rule.valid_months,
        }
    return ""


def _months_on(day: dt.date, months: int) -> dt.date:
    """The same day months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))


def parse_bonus(data: Any) -> tuple[tuple[BonusRule, ...], list[str]]:
    """From the JSON form [{code, name, fact, points, valid_months}]; with what is wrong."""
    if data in (None, [], ()):
        return (), []
    if not isinstance(data, list | tuple):
        return (), [_("加点：加点する事実の一覧で入力してください。")]
    problems: list[str] = []
    rules = [rule for entry in data if (rule := _rule(entry, problems)) is not None]
    codes = [rule.code for rule in rules]
    problems += [
        _("加点：略号「%(code)s」が2つあります。") % {"code": code}
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    return tuple(rules), problems


def _rule(entry: Any, problems: list[str]) -> BonusRule | None:
    entry = entry if isinstance(entry, Mapping) else {}
    texts = {name: str(entry.get(name) or "").strip() for name in ("code", "name", "fact")}
    label = texts["name"] or texts["code"] or _("名前のない項目")
    points, months = entry.get("points"), entry.get("valid_months", 0)
    if not all(texts.values()):
        problems.append(
            _("加点：「%(item)s」に、略号・名前・もとになる事実を入力してください。")
            % {"item": label}
        )
    elif isinstance(points, bool) or not isinstance(points, int) or not 1 <= points <= 100:
        problems.append(
            _("加点：「%(item)s」の点数は1から100までの整数にしてください。") % {"item": label}
        )
    elif isinstance(months, bool) or not isinstance(months, int) or months < 0:
        problems.append(
            _("加点：「%(item)s」の有効な月数は0以上の整数にしてください。") % {"item": label}
        )
    else:
        return BonusRule(**texts, points=points, valid_months=months)
    return None
