"""What a firm may show a bank, and referrals as firm and bank see them."""

import datetime as dt
import hashlib

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from lab.consortium import policies
from lab.consortium import referral_states as states
from lab.consortium.models import Referral, ReferralItem, ReferralLook
from lab.consortium.models.referrals import ADDRESS, EMPLOYEES, HEAD, NAME, PHONE
from lab.consortium.services.referrals import Shown
from portal.kernel.actor import Actor
from portal.ui.markup import era_date
from programs.history import history_of
from programs.models import Firm

SHOWN, EVENTS = 100, 40


def events_of(actor: Actor, firm: Firm, today: dt.date) -> dict[str, Shown]:
    """The latest events of the firm's card, by a key that stays the same as long as the words do."""
    found: dict[str, Shown] = {}
    for event in history_of(actor, firm, today).events:
        if event.place and event.place.route.startswith("consortium:referral"):
            continue
        text = "　".join(part for part in (event.words(), event.notes()) if part)
        heading = f"{era_date(event.day)}　{event.lane.label}"[:80]
        key = hashlib.sha256(f"{event.day}{text}".encode()).hexdigest()[:16]
        found.setdefault(key, Shown("event", heading, text, event.day, event.lane.code))
        if len(found) == EVENTS:
            break
    return found


def basics_of(firm: Firm) -> Shown:
    """Who the firm is, as the register has it."""
    lines = [
        (NAME, firm.name),
        (HEAD, firm.representative_name),
        (ADDRESS, firm.address),
        (EMPLOYEES, _("%(n)d人") % {"n": firm.employees}),
        (PHONE, firm.phone),
    ]
    text = "\n".join(_("%(what)s：%(value)s") % {"what": w, "value": v} for w, v in lines if v)
    return Shown("basics", _("企業の基本情報"), text)


def listed(actor: Actor) -> QuerySet[Referral]:
    """With the number of looks, where the actor may read them."""
    return (
        policies.visible_referrals(actor)
        .annotate(looked=Count("looks"))
        .order_by("-begun_at", "-pk")
    )


def items_of(row: Referral) -> QuerySet[ReferralItem]:
    """What the firm shows, and what it has withdrawn."""
    return ReferralItem.objects.filter(referral=row).select_related("stored_file")


def looks_of(row: Referral) -> list[ReferralLook]:
    """Who looked, the latest first."""
    return list(ReferralLook.objects.filter(referral=row)[:SHOWN])


def prepared(actor: Actor) -> QuerySet[Referral]:
    """Not consented to."""
    return policies.visible_referrals(actor).filter(status=states.DRAFT)


def to_do(actor: Actor) -> list[Referral]:
    """Those that wait for the firm."""
    return list(prepared(actor)[:SHOWN])
