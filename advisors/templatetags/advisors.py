"""Small words of the room's pages (`{% load advisors %}`)."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from advisors import codes, states
from advisors.models import Visit
from portal.kernel import clock
from portal.kernel.transitions import State
from portal.ui.markup import short_date

register = template.Library()


@register.filter
def request_state(code: str) -> State:
    return states.REQUEST.state(code)


@register.filter
def phase(code: str) -> State:
    return states.ENGAGEMENT.state(code)


@register.filter
def visit_state(code: str) -> State:
    return states.VISIT.state(code)


@register.filter
def side(code: str) -> Any:
    return codes.SIDES.get(code, code)


@register.filter
def hours(minutes: int) -> str:
    """150 → 2時間30分."""
    whole, rest = divmod(int(minutes), 60)
    if not whole:
        return _("%(minutes)d分") % {"minutes": rest}
    if not rest:
        return _("%(hours)d時間") % {"hours": whole}
    return _("%(hours)d時間%(minutes)d分") % {"hours": whole, "minutes": rest}


@register.filter
def span(visit: Visit) -> str:
    """11月25日 13:30〜15:30, in Tokyo; with the year (和暦) where it is not this one."""
    first, last = (at.astimezone(clock.TOKYO) for at in (visit.starts_at, visit.ends_at))
    return _("%(day)s %(first)s〜%(last)s") % {
        "day": short_date(first.date(), today=clock.today()),
        "first": f"{first:%H:%M}",
        "last": f"{last:%H:%M}",
    }


@register.filter
def withheld(count: int | None) -> str:
    """A count, or that it is not told."""
    return _("非公表") if count is None else f"{count:,}"
