"""Mail texts of a scheme: which there are, what may stand in them, and how they are filled. Pure.

A text is plain words with names in braces from a fixed list, {firm} or {due}. Filling puts values
in their place and does nothing else: no expression, no attribute, no code.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_NAMED = re.compile(r"\{([^{}]*)\}")

# Names that every text may use, with what stands there.
COMMON: Mapping[str, str | Promise] = {
    "firm": _("申請者の名前"),
    "receipt_no": _("受付番号"),
    "title": _("事業名"),
    "scheme": _("制度の名前"),
    "call": _("公募（年度と回）"),
    "ward": _("区の名前"),
    "contact": _("問合せ先"),
}
MORE: Mapping[str, str | Promise] = {
    "due": _("期限の日"),
    "amount": _("金額（円）"),
    "result": _("交付決定か不交付決定か"),
    "message": _("職員が書いた補正の文面"),
    "paid_on": _("支払った日"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A notice whose words a scheme may choose. `more` names placeholders beside the common ones.

    `is_needed`: the procedure depends on its arrival (a decision, a deadline to mend something), so
    that nobody may opt out of it.
    """

    code: str
    name: str | Promise
    more: tuple[str, ...] = ()
    is_needed: bool = True

    @property
    def placeholders(self) -> dict[str, str | Promise]:
        """Name → what stands there."""
        return {**COMMON, **{name: MORE[name] for name in self.more}}


EVENTS: Mapping[str, Event] = {
    event.code: event
    for event in (
        Event("application_submitted", _("申請を受け付けた"), is_needed=False),
        Event("correction_requested", _("補正をお願いする"), ("due", "message")),
        Event("application_decided", _("交付・不交付を決定した"), ("result", "amount")),
        Event("grant_report_due", _("実績報告の期限が近い"), ("due",), is_needed=False),
        Event("grant_finalised", _("補助金の額を確定した"), ("amount",)),
        Event("grant_paid", _("補助金を支払った"), ("amount", "paid_on"), is_needed=False),
        Event("effect_report_due", _("効果報告の期限が近い"), ("due",), is_needed=False),
    )
}


def unknown(text: str, allowed: Iterable[str]) -> list[str]:
    """What stands in braces and is not on the list, or a brace without its other half; as written."""
    known = set(allowed)
    found = [f"{{{name}}}" for name in _NAMED.findall(text) if name not in known]
    left = _NAMED.sub("", text)
    return found + [brace for brace in "{}" if brace in left]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its names filled; a name without a value stays empty. What a value contains is
    never read as a name."""
    return _NAMED.sub(lambda found: values.get(found.group(1), ""), text)
