"""Reminders to advisors who owe an evaluation: before its day, on the day after and then weekly.

On the day after the firm is told as well: it may ask another advisor while there is time.
"""

import datetime as dt

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import people, topics
from subsidies import states as application_states
from subsidies.evaluation import states
from subsidies.evaluation.models import PlanShare
from subsidies.evaluation.selectors import due_of
from subsidies.rules import due

DAYS_BEFORE = (3, 1)


def remind(*, today: dt.date) -> int:
    """Write the notices due on that day; again changes nothing. Returns how many plans were due.

    The plan of a draft whose call has closed can no longer be handed in: nobody hears of it.
    """
    waiting = PlanShare.objects.filter(ended_at=None).exclude(evaluation__status=states.SUBMITTED)
    waiting = waiting.exclude(
        application__status=application_states.DRAFT,
        application__call__closes_at__lte=clock.midnight(today),
    )
    told = 0
    for share in waiting.select_related("application__call").order_by("pk"):
        last = due_of(share, share.application)
        if due.reminds(last, today, before=DAYS_BEFORE):
            _tell(share, last, today)
            told += 1
    return told


def _tell(share: PlanShare, last: dt.date, today: dt.date) -> None:
    overdue = last < today
    values = {"firm": share.application.firm_name, "day": _day(last)}
    notify(
        event_key=f"evaluation.remind.{share.pk}.{last}.{today}",
        recipients=[share.advisor_id],
        subject=filled(
            _("計画の評価の期限を過ぎています：%(firm)s")
            if overdue
            else _("計画の評価の期限が近づいています：%(firm)s"),
            **values,
        ),
        body=filled(
            _("評価の期限は%(day)sです。評価できないときは、企業に伝えてください。"), **values
        ),
        url=reverse("evaluation:shared", args=[share.public_id]),
        topic=topics.ADVISED_PLAN,
    )
    if overdue:
        notify(
            event_key=f"evaluation.overdue.{share.pk}",
            recipients=people.firm_people(share.firm_id),
            subject=_("計画の評価が、期限までに届いていません"),
            body=filled(
                _(
                    "評価の期限は%(day)sでした。相談員に尋ねるか、ほかの相談員にも共有してください。"
                ),
                **values,
            ),
            url=reverse("evaluation:plan", args=[share.application.public_id]),
            topic=topics.PLAN,
        )


# Written out in the reader's language.
_day = lazy(era_date, str)
