"""Tags and filters of the courses' pages (`{% load dojo %}`)."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dojo.models import Attendance
from dojo.rules import completion
from dojo.rules.presence import ABSENT, LATE, PARTIAL, PRESENT
from dojo.selectors.roster import Held
from dojo.views.common import session_day
from portal.ui.markup import tag_html

register = template.Library()

_TONES = {PRESENT: "green", LATE: "orange", PARTIAL: "orange", ABSENT: "red"}
_SIGNS = {PRESENT: "○", LATE: "△", PARTIAL: "△", ABSENT: "×"}


@register.filter
def mark(row: Attendance | Held | None) -> SafeString | str:
    """出欠 as a tag with its minutes where they matter."""
    if row is None:
        return "—"
    return tag_html(mark_words(row), _TONES[row.mark])


@register.filter
def sign(row: Attendance | Held | None) -> SafeString | str:
    """○ △ × for the grid, with the words for those who do not see signs."""
    if row is None:
        return format_html(
            '<span aria-hidden="true">－</span><span class="ui-hidden">{}</span>', _("記録なし")
        )
    return format_html(
        '<span aria-hidden="true">{}</span><span class="ui-hidden">{}</span>',
        _SIGNS[row.mark],
        mark_words(row),
    )


def mark_words(row: Attendance | Held) -> str:
    """遅刻（120分）."""
    label = str(Attendance.Mark(row.mark).label)
    if row.mark in (LATE, PARTIAL):
        return _("%(mark)s（%(minutes)d分）") % {"mark": label, "minutes": row.minutes}
    return label


@register.filter
def why(line: completion.Line | dict[str, Any]) -> str:
    """What a unit came to, in words; of a fresh verdict or of a frozen one."""
    code = line["why"] if isinstance(line, dict) else line.why
    return str(
        {
            completion.ATTENDED: _("出席"),
            completion.LATE_COUNTS: _("遅刻（出席に数える）"),
            completion.PART_COUNTS: _("一部出席（出席に数える）"),
            completion.MADE_UP: _("補講で出席"),
            completion.TOO_SHORT: _("時間が足りない"),
            completion.MISSED: _("欠席"),
            completion.NO_RECORD: _("記録なし"),
            completion.TOO_MANY_MAKE_UPS: _("補講の上限を超えた"),
        }[code]
    )


@register.filter
def day_hours(session: Any) -> str:
    """11月4日（水）18:00–20:30."""
    return session_day(session)


@register.filter
def one_digit(value: float | None) -> str:
    """4.25 → 4.3 (halves go up, as people expect)."""
    return "" if value is None else f"{int(value * 10 + 0.5) / 10:.1f}"
