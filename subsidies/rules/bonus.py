"""Bonus points (加点) as a scheme version's rules say them. Pure.

Facts below, points above: a firm's fact (修了, 宣言 …) is a `programs.Qualification`; what it is worth
is the version's rule. Source: domain.md A6.
"""

from collections.abc import Mapping
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
