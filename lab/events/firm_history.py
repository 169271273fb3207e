"""What the events tell on a firm's card: who came to what, and what is ahead."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from lab.events import policies, states
from lab.events.codes import Kind
from lab.events.models import Registration, SlotApplicant
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.ui.markup import localized
from programs import history
from programs.history import LAB, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm

_CAME = _("ラボの催しに参加しました（%(kind)s）")
_MISSED = _("ラボの催しに申し込み、来場しませんでした（%(kind)s）")
_SHOWED = _("ラボの催しへの出展：%(state)s")
_KINDS = dict(Kind.choices)
_COLUMNS = (
    "public_id", "status", "attended_on", "accept_by", "person_name", "ward_id", "event__title",
    "event__title_en", "event__kind", "event__starts_at", "event__status",
)  # fmt: skip


@history.tells(Registration, SlotApplicant)
def tell(actor: Actor, firm: Firm, today: dt.date, _has: history.Has) -> Iterator[Told]:
    """Two queries: registrations, showcases."""
    is_firm = actor.hat == Hat.FIRM
    rows = policies.visible_registrations(actor).filter(
        firm_id=firm.pk, status__in=(states.REGISTERED, states.OFFERED), is_helper=False
    )
    for row in rows.order_by("-event__starts_at").values(*_COLUMNS)[: history.MOST]:
        place = Place("events:registration", row["public_id"]) if is_firm else None
        title = localized(row["event__title"], row["event__title_en"])
        day = clock.to_date(row["event__starts_at"])
        if row["attended_on"] or row["event__status"] == states.ENDED:
            yield Event(
                at=row["event__starts_at"],
                lane=LAB,
                text=_CAME if row["attended_on"] else _MISSED,
                values={"kind": _KINDS[row["event__kind"]]},
                note=(title, row["person_name"]),
                place=place,
                ward_id=row["ward_id"],
            )
        elif row["status"] == states.OFFERED:
            yield Todo(
                LAB, OF_FIRM, _("催しの空いた席に返事をする"), title, row["accept_by"], place
            )
        elif day >= today:
            yield Todo(LAB, OF_FIRM, _("ラボの催しに参加する"), title, day, place)
    slots = policies.visible_slots(actor).filter(applicant__firm_id=firm.pk)
    for slot in slots.select_related("event").order_by("-made_at")[: history.MOST]:
        yield Event(
            at=slot.made_at,
            lane=LAB,
            text=_SHOWED,
            values={"state": slot.state.label},
            note=(slot.event.display_title, slot.product),
            place=Place("events:event", slot.event.public_id),
            ward_id=slot.ward_id,
        )
