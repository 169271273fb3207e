"""Reminders of the yearly confirmation of roles (年次の権限確認).

Who may confirm is told some weeks before, in the last week, and when roles have gone to sleep: one
notice for all roles of the same last day. Whose role it is hears of the last two.
"""

import datetime as dt
from collections import Counter

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts import selectors
from portal.accounts.models import Assignment
from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.notices.topics import ROLES

LAST_WEEK_DAYS = 7
FIRST, LAST, ASLEEP = "first", "last", "asleep"


def remind(*, today: dt.date) -> None:
    """Write the notices that are due on that day; writing them again changes nothing."""
    due = list(selectors.due(today))
    who = selectors.confirmers(due, today)
    waiting = Counter((user.pk, row.confirm_by) for row in due for user in who[row.pk])
    for (user_id, day), count in waiting.items():
        _tell_confirmer(user_id, day, count, stage(day, today))
    for row in due:
        if stage(row.confirm_by, today) != FIRST:
            _tell_holder(row, stage(row.confirm_by, today))


def stage(day: dt.date, today: dt.date) -> str:
    """How near the last day of a role is that has come within the notice."""
    if day < today:
        return ASLEEP
    return LAST if (day - today).days <= LAST_WEEK_DAYS else FIRST


def _tell_confirmer(user_id: int, day: dt.date, count: int, stage: str) -> None:
    if stage == ASLEEP:
        subject: str | Promise = _("確認されなかった役割が休止しました（期限 %(day)s）")
        body: str | Promise = ngettext_lazy(
            "%(count)d件の役割が、%(day)sまでに確認されなかったため休止しました。"
            "続けてよければ確認し、必要がなければ終了してください。確認すると、すぐにまた使えます。",
            "%(count)d件の役割が、%(day)sまでに確認されなかったため休止しました。"
            "続けてよければ確認し、必要がなければ終了してください。確認すると、すぐにまた使えます。",
            count,
        )
    else:
        subject = _("役割の確認をお願いします（%(day)sまで）")
        body = ngettext_lazy(
            "%(count)d件の役割について、%(day)sまでに、続けてよいか確かめてください。"
            "確認されない役割は、次の日から休止します。",
            "%(count)d件の役割について、%(day)sまでに、続けてよいか確かめてください。"
            "確認されない役割は、次の日から休止します。",
            count,
        )
    notify(
        event_key=f"accounts.confirm.{stage}.{day}",
        recipients=[user_id],
        subject=filled(subject, day=_written(day)),
        body=filled(body, day=_written(day), count=count),
        url=reverse("people:confirm"),
        topic=ROLES,
    )


def _tell_holder(row: Assignment, stage: str) -> None:
    if stage == ASLEEP:
        subject: str | Promise = _("「%(role)s」の役割が休止しました")
        body: str | Promise = _(
            "年に1度の確認が%(day)sまでに済まなかったため、「%(role)s」の役割を休止しました。"
            "確認できる方は、設定の「あなたの役割」でご覧になれます。"
        )
    else:
        subject = _("「%(role)s」の役割の確認期限が近づいています（%(day)sまで）")
        body = _(
            "%(day)sまでに管理者が確認しないと、「%(role)s」の役割は次の日から休止します。"
            "確認できる方は、設定の「あなたの役割」でご覧になれます。"
        )
    values = {"day": _written(row.confirm_by), "role": _label(row)}
    notify(
        event_key=f"accounts.own_role.{stage}.{row.pk}.{row.confirm_by}",
        recipients=[row.user_id],
        subject=filled(subject, **values),
        body=filled(body, **values),
        url=reverse("accounts:settings"),
        topic=ROLES,
    )


def _day(day: dt.date) -> str:
    """和暦 in Japanese, as on every page (portal.ui.markup.era_date, which is above this room)."""
    if (get_language() or "ja").startswith("ja"):
        return clock.wareki(day)
    return date_format(day, gettext("Y年n月j日"))


# Written out in the reader's language.
_written = lazy(_day, str)
_label = lazy(selectors.label, str)
