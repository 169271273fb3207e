"""What the board tells on a firm's card: listed, partner found, handed over. For the firm itself and
whoever reads all; officials and advisors read nothing of the board.
"""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import ListingOwner, Pairing
from lab.nakama.exchange.selectors.board import is_turn
from portal.kernel.actor import Actor
from programs import history
from programs.history import FIRM, OF_FIRM, Event, Place, Todo, Told
from programs.models import Firm

_LISTED = _("資材を掲載しました")
_PAIRED = _("資材融通の相手の候補が見つかりました")


@history.tells(ListingOwner)
def tell(actor: Actor, firm: Firm, today: dt.date, _has: history.Has) -> Iterator[Told]:
    """Three queries: listings, and the pairings of both sides."""
    if not (policies.is_firm(actor) or policies.reads_desk(actor)):
        return
    listings = policies.own_listings(actor).filter(owner__firm_id=firm.pk).order_by("-listed_at")
    for row in listings[: history.MOST]:
        yield Event(
            at=row.listed_at,
            lane=FIRM,
            text=_LISTED,
            note=(row.state.label, str(row)),
            place=Place("exchange:listing", row.public_id),
            ward_id=row.ward_id,
        )
    pairings = policies.visible_pairings(actor)
    mine = [*pairings.filter(surplus_firm=firm), *pairings.filter(need_firm=firm)]
    for pairing in mine[: history.MOST]:
        yield from _of_pairing(pairing, firm)


def _of_pairing(row: Pairing, firm: Firm) -> Iterator[Told]:
    place = Place("exchange:pairing", row.public_id)
    yield Event(
        at=row.proposed_at,
        lane=FIRM,
        text=_PAIRED,
        note=(row.state.label, row.need.what, row.amount),
        tone=row.state.tone if row.status == states.DONE else "",
        place=place,
        ward_id=row.ward_id,
    )
    if is_turn(row, firm.pk):
        until = row.answer_by if row.status == states.PROPOSED else None
        yield Todo(FIRM, OF_FIRM, turn_words(row), row.need.what, until, place)


def turn_words(row: Pairing) -> str:
    """What the firm has to do about a pairing whose turn it is."""
    if row.status == states.PROPOSED:
        return str(_("資材の相手の候補に返事をする"))
    if row.status == states.AGREED:
        return str(_("資材の受渡しをして、記録する"))
    return str(_("資材の受渡しを確認する"))
