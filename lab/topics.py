"""Kinds of notices of the lab's rooms: times, events, nakama, exchange, consortium."""

from django.utils.translation import gettext_lazy as _

from portal.notices.topics import Reader, register

OFFER = register("lab.offer", _("空いた時間・席の案内（返事の期限があるもの）"), urgent=True)
CHANGED = register("lab.changed", _("予約・催しの可否・中止・変更"), urgent=True)
BOOKING = register("booking.own", _("ラボの予約の受付と結果の記入"))
EVENT = register("events.own", _("催しの受付と前日の案内"))
STOCK = register("booking.stock", _("消耗品の補充"), reader=Reader.SUPPORT)
ASKED = register("nakama.asked", _("仲間まわし・共同受注・資材の返事のお願い"), urgent=True)
WORK = register("nakama.work", _("仲間まわしの注文・受渡し・検収・評価"))
MARKET = register("exchange.news", _("資材融通・商談会・共同購買・共同受注の進み具合"))
COORDINATE = register("nakama.lab", _("仲間まわしの相談と異議（ラボ）"), reader=Reader.SUPPORT)
CONSORTIUM = register(
    "consortium.projects", _("産学金官の課題・協議・紹介"), reader=Reader.EVERYBODY
)
MEETINGS = register("consortium.meetings", _("コンソーシアムの会議"), reader=Reader.SUPPORT)

_OFFERS = frozenset({"offered"})
_CHANGES = frozenset(
    {"approved", "declined", "called_off", "moved", "removed", "cancelled", "lapsed", "missed"}
)
# Events of the exchange whose readers have to answer by a day.
_TO_ANSWER = frozenset(
    {
        "exchange.proposed",
        "exchange.purchase_offered",
        "exchange.joint_proposed",
        "exchange.match_declared",
    }
)
_ASKS = frozenset({"hub", "handed", "rejected", "delivered", "offered"})


def of_place(what: str, usual: str) -> str:
    """The kind of what is told of a time or a seat (the first word of its key), else `usual`."""
    word = what.partition(".")[0]
    if word in _OFFERS:
        return OFFER
    return CHANGED if word in _CHANGES else usual


def of_case(what: str) -> str:
    """The kind of what is told of a case of 仲間まわし."""
    return ASKED if what.partition(".")[0] in _ASKS else WORK


def of_exchange(event: str) -> str:
    """The kind of what is told of an event of the exchange."""
    if event in {"exchange.fair_changed", "exchange.fair_called_off"}:
        return CHANGED
    return ASKED if event in _TO_ANSWER else MARKET
