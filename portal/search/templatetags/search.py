"""What the search's own pages say of a hit."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.search.models import Document, Kind
from portal.ui.markup import era_date

register = template.Library()
_TAKES = {Kind.CALL, Kind.COURSE}


@register.filter
def of_ward(names: Mapping[int, str], ward_id: int) -> str:
    """The ward's name in the language of the page."""
    return names.get(ward_id, "")


@register.simple_tag
def hit_dates(document: Document, now: dt.datetime, today: dt.date) -> dict[str, Any]:
    """When it is, in words; nothing for what has no date."""
    if document.ends_at is None:
        if document.on is None or document.kind != Kind.NEWS:
            return {}
        return {"text": era_date(document.on), "is_over": False}
    if document.ends_at <= now:
        return {"text": _("終了"), "is_over": True}
    begins = document.starts_at and clock.to_date(document.starts_at)
    if document.kind not in _TAKES:
        return {"text": era_date(begins or today), "is_over": False}
    if document.starts_at and document.starts_at > now:
        return {"text": _("%(day)sから募集") % {"day": era_date(begins)}, "is_over": False}
    last = clock.to_date(document.ends_at - dt.timedelta(seconds=1))
    return {"text": _("%(day)sまで募集中") % {"day": era_date(last)}, "is_over": False}
