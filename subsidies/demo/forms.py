"""Filling a scheme's form in, whatever it asks: the story told in the words of its questions."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from subsidies.demo.stories import (
    AFTERWARDS,
    CHOICE_REASONS,
    CIRCUMSTANCES,
    LONG_VENDOR,
    SINGLE_REASONS,
    VENDORS,
    Story,
)
from subsidies.models import Call
from subsidies.rules import expenses
from subsidies.rules import quotes as quote_rules
from subsidies.rules.amount import ExpenseItem
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


def quotes(
    rules: SchemeRules,
    lines: Sequence[dict[str, Any]],
    *,
    day: dt.date,
    document: int,
    rivals: Sequence[str] = (),
    one_day: bool = False,
) -> dict[int, dict[str, Any]]:
    """Place → the quotes of each line, of one paper: one for a small sum, two or three for a large
    one, now and then another than the lowest or a single one, with the reason.

    `rivals` are asked besides the vendor; with `one_day` all bear the same date.
    """
    assert rules.quotes is not None
    found = {}
    for place, line in enumerate(lines):
        for item in expenses.read_lines(rules, [line]).items:
            need = quote_rules.need(rules.quotes, item)
            # Of its own, so that the rest of the demonstration stays what it was.
            own = random.Random(f"{item.description}{item.vendor}{item.net_yen}{day}")  # noqa: S311
            found[place] = _offers(own, item, need, rivals, day=day, one_day=one_day)
            for quote in found[place]["quotes"]:
                quote["document"] = document
    return found


def _offers(
    own: random.Random,
    item: ExpenseItem,
    need: quote_rules.Need,
    rivals: Sequence[str],
    *,
    day: dt.date,
    one_day: bool,
) -> dict[str, Any]:
    """The vendor's own offer, and what others ask for the same."""
    chance, quoted_on = own.random(), day - dt.timedelta(days=own.randint(8, 25))
    single = need.is_strict and not rivals and chance < 0.05
    count = need.count - 1 + (need.is_strict and chance > 0.7) if not single else 0
    others = [name for name in rivals if name != item.vendor] or [
        name for name in VENDORS if name != item.vendor
    ]
    cheaper = not rivals and 0.05 < chance < 0.15
    offers = [(item.vendor, item.net_yen, quoted_on)]
    for number, name in enumerate(own.sample(others, min(count, len(others))), start=1):
        percent = own.randint(91, 97) if cheaper else own.randint(104, 127)
        on = quoted_on if one_day else quoted_on + dt.timedelta(days=2 * number)
        offers.append((name, max(1, item.net_yen * percent // 100), on))
    return {
        "quotes": [
            {
                "vendor": name,
                "requested_on": (on - dt.timedelta(days=own.randint(3, 9))).isoformat(),
                "quoted_on": on.isoformat(),
                "amount": yen,
                "is_chosen": "yes" if name == item.vendor else "",
            }
            for name, yen, on in offers
        ],
        "choice_reason": own.choice(CHOICE_REASONS) if cheaper and len(offers) > 1 else "",
        "single_reason": own.choice(SINGLE_REASONS) if single else "",
    }
