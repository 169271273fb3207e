"""What the exchange tells on a firm's card: material, 商談会, joint purchases, joint orders and matches made
outside. For the firm itself and whoever reads all; officials read of the matches alone, advisors nothing.
No prices.
"""

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import policies, states, words
from lab.nakama.exchange.models import (
    FairEntry,
    JointOrder,
    JointShare,
    ListingOwner,
    OutsideMatch,
    Pairing,
    PurchaseShare,
)
from lab.nakama.exchange.selectors import joint
from lab.nakama.exchange.selectors.board import is_turn
from portal.kernel import clock
from portal.kernel.actor import Actor
from programs import history
from programs.history import OF_FIRM, PEERS, Event, Place, Todo, Told
from programs.models import Firm

_LISTED = _("資材を掲載しました")
_PAIRED = _("資材融通の相手の候補が見つかりました")
_FAIR = _("商談会に申し込みました")
_BUYS = _("共同購買に参加しました")
_LEADS = _("共同受注の仲間を募りました")
_MAKES = _("共同受注の分担を受けました")
_MATCHED = _("ポータルやラボの縁で取引が成立しました（%(with)s）")
_CLAIMED = _("取引の成立が申告されました（%(with)s）")
# Denied, withdrawn or lapsed, it is no part of a firm's story.
_STANDING = (states.CLAIMED, states.CONCLUDED)


@history.tells(ListingOwner, FairEntry, PurchaseShare, JointOrder, JointShare, OutsideMatch)
def tell(
    actor: Actor, firm: Firm, today: dt.date, has: Callable[[type[models.Model]], bool]
) -> Iterator[Told]:
    """Three queries for the board, one for each of the others; none for what the firm has not."""
    if has(OutsideMatch):
        yield from _of_matches(actor, firm)
    if not (policies.is_firm(actor) or policies.reads_desk(actor)):
        return
    if has(ListingOwner):
        yield from _of_board(actor, firm)
    if has(FairEntry):
        yield from _of_fairs(firm)
    if has(PurchaseShare):
        yield from _of_purchases(firm)
    if has(JointOrder):
        yield from _of_led(actor, firm)
    if has(JointShare):
        yield from _of_shares(actor, firm)
    if policies.is_firm(actor) and (has(JointOrder) or has(JointShare)):
        for turn in joint.turns(actor, today):
            what = str(words.TURNS[turn.code][0])
            place = Place("exchange:joint", turn.row.public_id)
            yield Todo(PEERS, OF_FIRM, what, turn.row.item, turn.until, place)


def _of_board(actor: Actor, firm: Firm) -> Iterator[Told]:
    listings = policies.own_listings(actor).filter(owner__firm_id=firm.pk).order_by("-listed_at")
    for row in listings[: history.MOST]:
        yield Event(
            at=row.listed_at,
            lane=PEERS,
            text=_LISTED,
            note=(row.state.label, str(row)),
            place=Place("exchange:listing", row.public_id),
            ward_id=row.ward_id,
        )
    pairings = policies.visible_pairings(actor)
    mine = [*pairings.filter(surplus_firm=firm), *pairings.filter(need_firm=firm)]
    for pairing in mine[: history.MOST]:
        yield from _of_pairing(pairing, firm)


def _of_fairs(firm: Firm) -> Iterator[Event]:
    """Who comes to a 商談会 is told to all who may come."""
    rows = FairEntry.objects.filter(firm=firm, withdrawn_at=None).select_related("fair")
    for entry in rows.order_by("-entered_at", "-pk")[: history.MOST]:
        yield Event(
            at=entry.entered_at,
            lane=PEERS,
            text=_FAIR,
            note=(entry.fair.name, entry.get_side_display(), entry.fair.state.label),
            place=Place("exchange:fair", entry.fair.public_id),
            ward_id=entry.fair.ward_id,
        )


def _of_purchases(firm: Firm) -> Iterator[Event]:
    rows = PurchaseShare.objects.filter(firm=firm, accepted=True).select_related("purchase")
    for share in rows.exclude(answered_at=None).order_by("-answered_at", "-pk")[: history.MOST]:
        yield Event(
            at=share.answered_at,
            lane=PEERS,
            text=_BUYS,
            note=(share.purchase.name, share.purchase.state.label),
            place=Place("exchange:purchase", share.purchase.public_id),
            ward_id=share.purchase.ward_id,
        )


def _of_led(actor: Actor, firm: Firm) -> Iterator[Event]:
    rows = policies.visible_joints(actor).filter(firm_id=firm.pk)
    for row in rows.order_by("-opened_at", "-pk")[: history.MOST]:
        yield Event(
            at=row.opened_at,
            lane=PEERS,
            text=_LEADS,
            note=(row.item, row.number, row.state.label),
            tone=row.state.tone if row.status == states.COMPLETE else "",
            place=Place("exchange:joint", row.public_id),
            ward_id=row.ward_id,
        )


def _of_shares(actor: Actor, firm: Firm) -> Iterator[Event]:
    rows = policies.visible_shares(actor).filter(firm_id=firm.pk)
    rows = rows.exclude(joint__contracted_on=None).exclude(status=states.OFF)
    for share in rows.order_by("-joint__contracted_on", "-pk")[: history.MOST]:
        assert share.joint.contracted_on is not None
        yield Event(
            at=clock.midnight(share.joint.contracted_on),
            lane=PEERS,
            text=_MAKES,
            note=(share.joint.item, share.joint.number, share.state.label),
            place=Place("exchange:joint", share.joint.public_id),
            ward_id=share.joint.ward_id,
        )


def _of_matches(actor: Actor, firm: Firm) -> Iterator[Told]:
    rows = policies.visible_matches(actor).filter(Q(buyer=firm) | Q(supplier=firm))
    for row in rows.filter(status__in=_STANDING).order_by("-matched_on", "-pk")[: history.MOST]:
        bought = row.buyer_id == firm.pk
        place = Place("exchange:match", row.public_id)
        yield Event(
            at=clock.midnight(row.matched_on),
            lane=PEERS,
            text=_MATCHED if row.status == states.CONCLUDED else _CLAIMED,
            values={"with": row.supplier_name if bought else row.buyer_name},
            note=(row.state.label, _("発注した側") if bought else _("受注した側")),
            tone=row.state.tone if row.status == states.CONCLUDED else "",
            place=place,
            ward_id=row.ward_id if bought else row.other_ward_id,
        )
        if policies.is_firm(actor) and row.status == states.CLAIMED and row.asked == firm.pk:
            what = str(_("申告された取引の成立を確かめる"))
            yield Todo(PEERS, OF_FIRM, what, row.claimed_name, row.lapses_on, place)


def _of_pairing(row: Pairing, firm: Firm) -> Iterator[Told]:
    place = Place("exchange:pairing", row.public_id)
    yield Event(
        at=row.proposed_at,
        lane=PEERS,
        text=_PAIRED,
        note=(row.state.label, row.need.what, row.amount),
        tone=row.state.tone if row.status == states.DONE else "",
        place=place,
        ward_id=row.ward_id,
    )
    if is_turn(row, firm.pk):
        until = row.answer_by if row.status == states.PROPOSED else None
        yield Todo(PEERS, OF_FIRM, turn_words(row), row.need.what, until, place)


def turn_words(row: Pairing) -> str:
    """What the firm has to do about a pairing whose turn it is."""
    if row.status == states.PROPOSED:
        return str(_("資材の相手の候補に返事をする"))
    if row.status == states.AGREED:
        return str(_("資材の受渡しをして、記録する"))
    return str(_("資材の受渡しを確認する"))
