"""取引の成立の申告: by one side, or on its behalf; confirmed with one tap, by paper, denied, taken back, lapsed.

Each counts for 3-OC once both sides (or a paper) say so; until then it is 仮.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import OutsideMatch
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.places import ward_of
from lab.nakama.models import Process
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from programs.groups import together
from programs.models import Firm

CONFIRM_DAYS = 90
OLDEST_DAYS = 366
MOST_CLAIMED = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """A match as told. `bought`: the firm for which it is declared has ordered."""

    bought: bool
    family: str
    matched_on: dt.date
    band: str
    trigger: str
    story: str = ""


def match_declare(*, actor: Actor, firm_id: UUID, partner_id: UUID, claim: Claim) -> OutsideMatch:
    """申告する for the firm with that public key. Raises Refused, RoleMissing, Firm.DoesNotExist."""
    _check(claim, clock.today())
    with transaction.atomic(), acting(actor.elevated()):
        firm = Firm.objects.get(public_id=firm_id, is_active=True)
        partner = Firm.objects.get(public_id=partner_id, is_active=True)
        policies.require(policies.may_declare(actor, firm.pk))
        if together(firm.pk, partner.pk):
            raise Refused(
                _("資本関係のある企業どうしの取引は、成立の件数に入りません。申告は要りません。")
            )
        mine = OutsideMatch.objects.filter(claimed_by=firm, status=states.CLAIMED)
        if mine.count() >= MOST_CLAIMED:
            raise Refused(
                _("確認を待っている申告が%(n)d件あります。相手に確認を頼んでください。")
                % {"n": MOST_CLAIMED}
            )
        buyer, supplier = (firm, partner) if claim.bought else (partner, firm)
        row = _written(actor, firm, buyer, supplier, claim)
        audit.record(actor=actor, action="exchange.match_declared", obj=row)
        _publish(row, "exchange.match_declared", clock.today())
        return row


def _written(actor: Actor, firm: Firm, buyer: Firm, supplier: Firm, claim: Claim) -> OutsideMatch:
    try:
        with transaction.atomic():
            return OutsideMatch.objects.create(
                ward_id=ward_of(buyer),
                other_ward_id=ward_of(supplier),
                buyer=buyer,
                buyer_name=buyer.name,
                supplier=supplier,
                supplier_name=supplier.name,
                claimed_by=firm,
                family=claim.family,
                matched_on=claim.matched_on,
                band=claim.band,
                trigger=claim.trigger,
                story=plain(claim.story, 300),
                lapses_on=clock.today() + dt.timedelta(CONFIRM_DAYS),
                declared_by_id=policies.person(actor),
            )
    except IntegrityError as twice:
        raise Refused(_("同じ相手・仕事・成立日の申告が、すでにあります。")) from twice


def _check(claim: Claim, today: dt.date) -> None:
    if not today - dt.timedelta(OLDEST_DAYS) <= claim.matched_on <= today:
        raise Refused(_("成立した日は、今日までの1年以内の日にしてください。"))
    if not Process.objects.filter(code=claim.family, parent=None).exists():
        raise Refused(_("仕事の種類を選んでください。"))
    if (
        claim.band not in OutsideMatch.Band.values
        or claim.trigger not in OutsideMatch.Trigger.values
    ):
        raise Refused(_("金額の範囲ときっかけを選んでください。"))


def match_confirm(*, actor: Actor, match_id: int) -> OutsideMatch:
    """成立した, by the other side in one tap. Raises RoleMissing, StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        row = _locked(match_id)
        policies.require(policies.is_firm(actor) and actor.firm_id == row.asked)
        return _concluded(actor, row, "confirm")


def match_verify(*, actor: Actor, match_id: int, evidence: str) -> OutsideMatch:
    """書類で確かめた, by lab staff or an official of one of the wards; never by who declared it.

    Raises Refused, ReasonMissing, RoleMissing, StaleState.
    """
    seen = policies.get_match(actor, pk=match_id)
    with transaction.atomic(), acting(actor.elevated()):
        row = _locked(seen.pk)
        policies.require(policies.may_keep_matches(actor))
        if row.declared_by_id == actor.user_id:
            raise Refused(_("自分で申告したものは、ほかの職員か相手の企業が確かめます。"))
        told = plain(evidence, 300)
        return _concluded(actor, row, "verify", told, evidence=told)


def _concluded(
    actor: Actor, row: OutsideMatch, action: str, reason: str = "", **fields: str
) -> OutsideMatch:
    _move(actor, row, action, reason, fields)
    _publish(row, "exchange.match_confirmed", row.matched_on)
    return row


def match_deny(*, actor: Actor, match_id: int, reason: str) -> OutsideMatch:
    """この取引はない, by the other side. Raises ReasonMissing, RoleMissing, StaleState."""
    with transaction.atomic(), acting(actor.elevated()):
        row = _locked(match_id)
        policies.require(policies.is_firm(actor) and actor.firm_id == row.asked)
        return _ended(actor, row, "deny", reason)


def match_withdraw(*, actor: Actor, match_id: int, reason: str) -> OutsideMatch:
    """取り下げる, by the firm that claims, lab staff or an official. Raises ReasonMissing, RoleMissing,
    StaleState.
    """
    seen = policies.get_match(actor, pk=match_id)
    with transaction.atomic(), acting(actor.elevated()):
        row = _locked(seen.pk)
        own = policies.is_firm(actor) and actor.firm_id == row.claimed_by_id
        policies.require(own or policies.may_keep_matches(actor))
        return _ended(actor, row, "withdraw", reason)


def matches_lapse(*, actor: Actor, today: dt.date) -> int:
    """Daily: what nobody has confirmed by its day. Returns how many. As the system."""
    late = OutsideMatch.objects.filter(status=states.CLAIMED, lapses_on__lt=today)
    rows = list(late.select_for_update().order_by("pk"))
    for row in rows:
        _ended(actor, row, "lapse", "")
    return len(rows)


def _ended(actor: Actor, row: OutsideMatch, action: str, reason: str) -> OutsideMatch:
    told = plain(reason, 500)
    _move(actor, row, action, told, {"reason": told} if told else {})
    outbox.publish(
        name="exchange.match_taken_back",
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"match_id": row.pk},
    )
    return row


def _move(
    actor: Actor, row: OutsideMatch, action: str, reason: str, fields: Mapping[str, object]
) -> None:
    transitions.apply(
        table=states.MATCH,
        instance=row,
        action=action,
        actor=actor,
        reason=reason,
        fields={**fields, "settled_at": clock.database_now()},
    )


def _publish(row: OutsideMatch, name: str, on: dt.date) -> None:
    outbox.publish(
        name=name,
        subject=row.pk,
        ward_id=row.ward_id,
        payload={
            "match_id": row.pk,
            "buyer_id": row.buyer_id,
            "supplier_id": row.supplier_id,
            "family": row.family,
            "buyer_ward_id": row.ward_id,
            "on": on.isoformat(),
        },
    )


def _locked(match_id: int) -> OutsideMatch:
    return OutsideMatch.objects.select_for_update().get(pk=match_id)
