"""Words of the room's templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lab.nakama import words
from lab.nakama.models import Capability, WeekCapacity

register = template.Library()
_TONES = {"open": "green", "some": "orange", "full": "red"}


@register.filter
def limits(row: Capability) -> str:
    """A process's limits in one line."""
    return _("、").join(words.limits(row))


@register.filter
def joined(words: list[str]) -> str:
    """Words in a row, — where there are none."""
    return _("、").join(words) or "—"


@register.filter
def week_mark(mark: str) -> SafeString | str:
    """○ 空きあり as a tag, — where nothing was said."""
    if not mark:
        return "—"
    return format_html(
        '<span class="ui-tag" data-tone="{}">{}</span>', _TONES[mark], WeekCapacity.Mark(mark).label
    )
