"""The rows of the cohort board; drawn here because a page has fifty (portal/ui/markup.py)."""

import uuid
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dojo.selectors.board import Seat, Shown
from portal.ui.markup import Route, tag_html

register = template.Library()
_ROW = (
    '<tr><th scope="row"><a href="{}">{}</a><span class="ui-table__sub">{}</span></th>'
    '<td class="ui-num" data-label="{}">{}／{}</td><td data-label="{}">{}</td>'
    '<td data-label="{}">{}</td><td data-label="{}">{}</td></tr>'
)


@register.simple_tag
def board_rows(
    lines: Iterable[Shown], has_next: bool, own_ward: int | None, all_wards: bool
) -> SafeString:
    """People with attendance, pre-work of the next session (where there is one), plan, graduation.

    Leads to the cards of the firms of `own_ward`, or of all.
    """
    came, work, plan, done = _("出席"), _("事前の準備"), _("行動計画"), _("修了")
    person, card = Route("dojo:person", uuid.UUID(int=0)), Route("programs:firm_card_of", 10**12)
    yes, no, handed_in, complete = _("済み"), _("まだ"), _("提出済み"), _("要件を満たした")
    return format_html_join(
        "",
        _ROW,
        (
            (
                person(line.seat.public_id),
                line.seat.person_name,
                _firm(line.seat, card if all_wards or line.seat.ward_id == own_ward else None),
                came,
                line.assessment.counted,
                line.assessment.needed,
                work,
                (yes if line.is_ready else no) if has_next else "—",
                plan,
                handed_in if line.assessment.has_plan else no,
                done,
                _graduation(line, complete),
            )
            for line in lines
        ),
    )


def _firm(row: Seat, card: Route | None) -> SafeString | str:
    if card is None:
        return row.firm_name
    return format_html('<a href="{}">{}</a>', card(row.firm_id), row.firm_name)


def _graduation(line: Shown, complete: str) -> SafeString | str:
    if state := line.graduation_state:
        return tag_html(state.label, state.tone)
    return complete if line.assessment.is_complete else "—"
