"""Filling a scheme's form in, whatever it asks: the story told in the words of its questions."""

import datetime as dt
import random
from typing import Any

from subsidies.demo.stories import AFTERWARDS, CIRCUMSTANCES, LONG_VENDOR, VENDORS, Story
from subsidies.models import Call
from subsidies.rules.due import next_open
from subsidies.rules.scheme import Criterion, SchemeRules

_ORDER_AFTER = dt.timedelta(days=45)
_FINISH_AFTER = dt.timedelta(days=75)


def eligibility(rules: SchemeRules) -> dict[str, str]:
    """Answers that meet every criterion; what the firm's record tells is left to it."""
    known = {"firm.kind", "firm.is_corporation", "firm.employees", "firm.jsic",
             "firm.capital_yen", "firm.has_site_in_ward"}  # fmt: skip
    return {item.code: _fitting(item) for item in rules.criteria if item.source not in known}


def _fitting(criterion: Criterion) -> str:
    match criterion.operator:
        case "is_true":
            return "yes"
        case "is_false":
            return "no"
        case "at_most" | "less_than":
            return "0"
        case "one_of":
            return str(criterion.threshold[0])
    return str(int(criterion.threshold) + 11)


def answers(
    rules: SchemeRules, story: Story, *, call: Call, person: str, phone: str, day: dt.date
) -> dict[str, str]:
    """The story in the answers of this scheme's questions; `day` is the day of applying."""
    last = call.project_ends_on
    order_on = min(next_open(day + _ORDER_AFTER), last - dt.timedelta(days=14))
    finish_on = min(next_open(day + _FINISH_AFTER), last - dt.timedelta(days=1))
    own = random.Random(f"{person}{phone}{story.title}")  # noqa: S311 (invented data)
    told = {
        "contact_name": person,
        "contact_phone": phone,
        "title": story.title,
        "problem": "".join([*own.sample(CIRCUMSTANCES, 2), story.problem]),
        "solution": story.solution,
        "effect": "".join([story.effect, *own.sample(AFTERWARDS, 2)]),
        "order_on": order_on.isoformat(),
        "finish_on": finish_on.isoformat(),
        "process": story.process,
        "hours_before": str(story.hours[0]),
        "hours_after": str(story.hours[1]),
        "vendor_reason": "3社の製品を比べ、いまの機械とつながり、操作が最も簡単なものを選んだ。",
        "leader": "工場長が責任者となり、生産管理の担当者が設定と社内の教育を行う。",
        "novelty": "同じ地域の同業者に例がなく、自社の実績データを使う点が新しい。",
        "partner": story.partner,
        "market": "取引先12社への聞き取りで、5社が使いたいと答えた。",
        "sales_third_year": "18000000",
        "funding": "both",
        # Asked in newer forms (subsidies.demo.calls).
        "machines": "6",
    }
    return {item.code: told.get(item.code, "はい") for item in rules.questions}


def lines(rng: random.Random, rules: SchemeRules, story: Story) -> list[dict[str, Any]]:
    """The budget's lines with prices of the story's range (円, 税抜), in whole hundreds."""
    vendor = LONG_VENDOR if rng.random() < 0.03 else rng.choice(VENDORS)
    return [
        {
            "category": category if rules.category(category) else rules.categories[0].code,
            "description": description,
            "vendor": vendor,
            "quantity": quantity,
            "unit_price": rng.randint(lowest // 100, highest // 100) * 100,
            "tax_percent": 10,
        }
        for category, description, lowest, highest, quantity in story.items
    ]
