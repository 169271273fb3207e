"""Reminders of obligations: a month, a week and a day before, on the day after, then every week.

A notice's key names the obligation and the day, so that running again tells nobody twice.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import mails, people, topics
from subsidies.obligations import policies, states
from subsidies.obligations.models import Obligation
from subsidies.obligations.rules.plan import COMPLETION_REPORT, EFFECT_REPORT, OF_FIRM
from subsidies.rules import due

DAYS_BEFORE = (30, 7, 1)
# Reminders whose words a scheme may choose.
MAILS = {COMPLETION_REPORT: "grant_report_due", EFFECT_REPORT: "effect_report_due"}


def remind(*, today: dt.date) -> int:
    """Write the notices of that day; returns how many obligations were due. As the system."""
    rows = policies.with_presence(Obligation.objects.filter(_to_remind(today)), today)
    count = 0
    for row in rows.select_related(
        "grant__application__version", "grant__application__call"
    ).order_by("pk"):
        _tell(row, today)
        count += 1
    Obligation.objects.filter(_to_remind(today)).exclude(reminded_on=today).update(
        reminded_on=today, reminders=F("reminders") + 1
    )
    return count


def _to_remind(today: dt.date) -> Q:
    """`due.reminds` for the database. The oldest are ten years overdue."""
    before = [today + dt.timedelta(days=days) for days in DAYS_BEFORE]
    after = [today - dt.timedelta(days=1 + due.REMIND_AGAIN_DAYS * week) for week in range(520)]
    return Q(status=states.OPEN, due_on__in=[*before, *after])


def _tell(row: Obligation, today: dt.date) -> None:
    key = f"obligations.remind.{row.pk}.{row.due_on}.{today}"
    what, day = Obligation.Kind(row.kind).label, _day(row.due_on)
    overdue = row.due_on < today
    if row.kind in OF_FIRM:
        notify(
            event_key=f"{key}.firm",
            recipients=people.firm_people(row.firm_id),
            url=reverse("grants:grant", args=[row.grant.application.public_id]),
            **_told_firm(row, what, overdue),
        )
    notify(
        event_key=f"{key}.ward",
        recipients=owners_of(row, today),
        subject=filled(
            _("期限を過ぎた義務があります（%(number)s）")
            if overdue
            else _("期限の近い義務があります（%(number)s）"),
            number=row.receipt_no,
        ),
        body=filled(
            _("%(firm)sの「%(what)s」：期限は%(day)sです。"),
            firm=row.firm_name,
            what=what,
            day=day,
        ),
        url=reverse("obligations:item", args=[row.pk]),
        topic=topics.OFFICE_DEADLINE,
    )


def _told_firm(row: Obligation, what: Any, overdue: bool) -> dict[str, Any]:
    """In the scheme's own words where it has any; what is overdue is said in the usual ones, and
    nobody can opt out of it."""
    usual: dict[str, Any] = {
        "subject": filled(
            _("「%(what)s」の期限を過ぎています（%(number)s）")
            if overdue
            else _("「%(what)s」の期限が近づいています（%(number)s）"),
            what=what,
            number=row.receipt_no,
        ),
        "body": filled(
            _("期限は%(day)sです。交付決定後の手続のページから提出してください。"),
            day=_day(row.due_on),
        ),
        "topic": topics.DEADLINE,
    }
    mail = MAILS.get(row.kind)
    if overdue or mail is None:
        return usual
    return mails.told(row.grant.application, mail, **usual, due=row.due_on)


def owners_of(row: Obligation, today: dt.date) -> Iterable[int]:
    """The owner while they serve the ward, else the ward's administrators."""
    if row.is_owned and row.owner_id is not None:  # type: ignore[attr-defined]
        return [row.owner_id]
    return people.ward_people(row.ward_id, {Role.WARD_ADMIN}, today)


# Written out in the reader's language.
_day = lazy(era_date, str)
