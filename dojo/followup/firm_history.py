"""What the follow-up tells on a firm's card: answers to surveys, reports of investments."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from dojo.followup import policies, states
from dojo.followup.models import Choice, Investment, Survey
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import yen_text
from programs import history
from programs.history import COURSES, OF_FIRM, OF_WARD, Event, Place, Todo, Told
from programs.models import Firm

_ANSWERED = _("修了後%(months)dか月の調査に答えました")
_REPORTED = _("投資を報告しました（%(state)s）")


@history.tells(Survey)
def tell_surveys(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Those that were begun; one query."""
    surveys = policies.visible_surveys(actor).filter(
        firm_id=firm.pk, status__in=(states.OPEN, states.ANSWERED)
    )
    for survey in surveys.order_by("-due_on", "-pk")[: history.MOST]:
        yield _of_survey(actor, survey)


@history.tells(Investment)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """Reports of investments; one query."""
    reports = policies.visible_investments(actor).filter(firm_id=firm.pk)
    for row in reports.order_by("-reported_at", "-pk")[: history.MOST]:
        yield from _of_report(actor, row)


def _of_survey(actor: Actor, row: Survey) -> Told:
    place = Place("followup:survey" if actor.hat == Hat.FIRM else "followup:phone", row.public_id)
    if row.answered_at is None:
        what = _("修了後の調査に答える")
        return Todo(COURSES, OF_FIRM, what, row.person_name, row.closes_on, place)
    return Event(
        at=row.answered_at,
        lane=COURSES,
        text=_ANSWERED,
        values={"months": row.months},
        note=(row.person_name, Choice(row.choice).label),
        place=place,
        ward_id=row.ward_id,
    )


def _of_report(actor: Actor, row: Investment) -> Iterator[Told]:
    own = actor.hat == Hat.FIRM
    place = Place("followup:investment" if own else "followup:review", row.public_id)
    yield Event(
        at=row.reported_at,
        lane=COURSES,
        text=_REPORTED,
        values={"state": row.state.label},
        note=(row.what, yen_text(row.amount_yen)),
        tone=row.state.tone,
        place=place,
        ward_id=row.ward_id,
    )
    if row.status == states.REPORTED:
        yield Todo(COURSES, OF_WARD, _("投資の報告を確かめる"), row.what, place=place)
    elif row.status == states.RETURNED:
        yield Todo(COURSES, OF_FIRM, _("投資の報告を直す"), row.reason, place=place)
