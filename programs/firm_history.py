"""What this room tells on a firm's card: its registration, and its facts (修了・認定)."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.markup import era_date
from programs import history
from programs.history import ADVICE, COURSES, FIRM, Event, Lane, Place
from programs.models import Firm, Qualification
from programs.policies import visible_qualifications

_Kind = Qualification.Kind
# Where a fact belongs; every other kind stands with the firm itself.
LANES: dict[str, Lane] = {
    _Kind.DOJO_GRADUATE: COURSES,
    _Kind.LEADER_COURSE: COURSES,
    _Kind.ADVISOR_SUPPORT: ADVICE,
}


@history.tells()
def tell_registration(
    actor: Actor, firm: Firm, today: dt.date, has: history.Has
) -> Iterator[Event]:
    """Every firm has one; the row is there already."""
    yield Event(at=firm.created_at, lane=FIRM, text=gettext_lazy("ポータルに登録されました"))


@history.tells(Qualification)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Event]:
    """Each fact with its revocation; one query."""
    rows = visible_qualifications(actor).filter(firm_id=firm.pk).order_by("-granted_on", "-id")
    for fact in rows[: history.MOST]:
        place = Place("programs:fact", fact.pk) if history.is_staff(actor) else None
        lane, values = LANES.get(fact.kind, FIRM), {"name": fact.get_kind_display()}
        yield Event(
            at=clock.midnight(fact.granted_on),
            lane=lane,
            text=gettext_lazy("「%(name)s」が記録されました"),
            values=values,
            note=_about(fact),
            tone="green",
            place=place,
            ward_id=fact.ward_id,
        )
        if fact.revoked_on:
            yield Event(
                at=clock.midnight(fact.revoked_on),
                lane=lane,
                text=gettext_lazy("「%(name)s」が取り消されました"),
                values=values,
                note=(fact.revoked_reason,),
                tone="red",
                place=place,
                ward_id=fact.ward_id,
            )


def _about(fact: Qualification) -> tuple[str, ...]:
    until = fact.expires_on
    ends = _("%(day)sまで有効") % {"day": era_date(until)} if until else ""
    return fact.cohort, fact.number, fact.person_name, ends
