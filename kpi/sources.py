"""Where the record behind a fact has its page, for those who may open it."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.models import Visit
from advisors.states import ACCEPTED
from dojo.followup.models import Investment
from dojo.models import Graduation
from kpi.models import Fact
from kpi.selectors.records import sources
from lab.booking.models import Visit as LabVisit
from lab.consortium.models import Collab, Project
from lab.events.models import Attendance, Event
from lab.nakama.exchange.models import Fair, JointOrder, Pairing
from lab.nakama.models import CapabilityProfile
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from subsidies.models import Application

BOTH, READERS, OFFICIALS = {Hat.WARD, Hat.AUDITOR}, {Hat.AUDITOR}, {Hat.WARD}
ADVISED = "advisors_visit"


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its route, the field (over relations, too) that it is found by, and who may open it."""

    model: type[Model]
    route: str
    field: str
    hats: frozenset[Hat] | set[Hat]


PLACES: dict[str, tuple[Place, ...]] = {
    "subsidies_application": (Place(Application, "subsidies:application", "receipt_no", BOTH),),
    "dojo_graduation": (Place(Graduation, "dojo:graduation", "public_id", BOTH),),
    "followup_investment": (Place(Investment, "followup:review", "public_id", BOTH),),
    "booking_visit": (Place(LabVisit, "booking:visits", "lab__public_id", READERS),),
    "lab_attendance": (
        Place(Attendance, "events:board", "registration__event__public_id", READERS),
        Place(Attendance, "events:event", "registration__event__public_id", OFFICIALS),
    ),
    "lab_event": (
        Place(Event, "events:board", "public_id", READERS),
        Place(Event, "events:event", "public_id", OFFICIALS),
    ),
    "exchange_fair": (Place(Fair, "exchange:fair", "public_id", READERS),),
    "exchange_pairing": (Place(Pairing, "exchange:pairing", "public_id", READERS),),
    "exchange_jointorder": (Place(JointOrder, "exchange:joint", "public_id", BOTH),),
    "nakama_capabilityprofile": (
        Place(CapabilityProfile, "nakama:profile", "firm__public_id", BOTH),
    ),
    "consortium_project": (Place(Project, "consortium:project", "public_id", READERS),),
    "consortium_development": (Place(Collab, "consortium:collab", "public_id", BOTH),),
}
# Source → what the record is called.
NAMES: Mapping[str, str | Promise] = {
    "subsidies_application": _("補助金の申請"),
    "dojo_graduation": _("講座の修了"),
    "followup_investment": _("投資の報告"),
    ADVISED: _("専門家の訪問"),
    "booking_visit": _("ラボへの来館"),
    "lab_attendance": _("催しへの出席"),
    "lab_event": _("催し"),
    "exchange_fair": _("商談会"),
    "exchange_pairing": _("資材の受渡し"),
    "exchange_jointorder": _("共同受注"),
    "nakama_capabilityprofile": _("加工能力の掲載"),
    "consortium_project": _("産学連携のプロジェクト"),
    "consortium_development": _("共同開発"),
    "cases_case": _("仲間まわしの案件"),
}


def addresses(actor: Actor, facts: Sequence[Fact]) -> dict[int, str]:
    """Fact → the page of its record; of what has none for this reader, its firm's card. One query a table."""
    found: dict[tuple[str, str], str] = {}
    for table, keys in sources(facts).items():
        for place in PLACES.get(table, ()):
            if actor.hat in place.hats:
                found |= {(table, key): url for key, url in _pages(place, keys)}
    found |= _visits([fact for fact in facts if fact.source_table == ADVISED])
    card = _card(actor)
    return {
        fact.pk: url
        for fact in facts
        if (url := found.get((fact.source_table, fact.source_pk)) or card(fact))
    }


def _pages(place: Place, keys: Iterable[str]) -> Iterable[tuple[str, str]]:
    numbers = [int(key) for key in keys if key.isdecimal()]
    rows = place.model._default_manager.filter(pk__in=numbers).values_list("pk", place.field)
    return ((str(pk), reverse(place.route, args=[value])) for pk, value in rows if value)


def _visits(facts: Sequence[Fact]) -> dict[tuple[str, str], str]:
    """1-OP3: the accepted visit of the firm on the day of the fact."""
    if not facts:
        return {}
    days = {(fact.firm_id, fact.occurred_on): fact.source_pk for fact in facts}
    firms = {firm for firm, _day in days}
    first, last = min(day for _firm, day in days), max(day for _firm, day in days)
    rows = Visit.objects.filter(
        status=ACCEPTED,
        firm_id__in=firms,
        starts_at__gte=clock.midnight(first),
        starts_at__lt=clock.midnight(last + dt.timedelta(days=1)),
    )
    return {
        (ADVISED, days[key]): reverse("advisors:visit_case", args=[row.public_id])
        for row in rows.only("firm_id", "starts_at", "public_id")
        if (key := (row.firm_id, clock.to_date(row.starts_at))) in days
    }


def _card(actor: Actor) -> Callable[[Fact], str]:
    """The card of the fact's firm, which the row policies let this reader see."""
    return lambda fact: (
        reverse("programs:firm_card_of", args=[fact.firm_id])
        if fact.firm_id and fact.firm and actor.hat in BOTH
        else ""
    )
