"""States of what stands on the board, and of a pairing of surplus and need."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

SYSTEM = frozenset({SYSTEM_ROLE})
FIRM = frozenset(FIRM_ROLES)
STAFF = frozenset({Role.LAB_STAFF})

OPEN, PLACED, WITHDRAWN, EXPIRED = "open", "placed", "withdrawn", "expired"

LISTING = TransitionTable(
    name="exchange.listing",
    states=(
        State(OPEN, _("掲載中"), tone="blue"),
        State(PLACED, _("全量の相手が決定"), tone="green", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
        State(EXPIRED, _("期限切れ"), tone="", terminal=True),
    ),
    transitions=(
        # The last piece goes when the second side of a pairing accepts.
        Transition("place", (OPEN,), PLACED, FIRM, _("全量の相手が決まった")),
        Transition("withdraw", (OPEN,), WITHDRAWN, FIRM | STAFF, _("掲載をやめる")),
        Transition("expire", (OPEN,), EXPIRED, SYSTEM, _("期限を過ぎた")),
    ),
)

PROPOSED, AGREED, REPORTED, DONE = "proposed", "agreed", "reported", "done"
DECLINED, LAPSED, CANCELLED, FAILED = "declined", "lapsed", "cancelled", "failed"
# Both sides know each other from here on.
KNOWN = (AGREED, REPORTED, DONE, FAILED)

PAIRING = TransitionTable(
    name="exchange.pairing",
    states=(
        State(PROPOSED, _("返事待ち"), tone="orange"),
        State(AGREED, _("成立・受渡し待ち"), tone="blue"),
        State(REPORTED, _("受渡しの確認待ち"), tone="orange"),
        State(DONE, _("受渡し済み"), tone="green", terminal=True),
        State(DECLINED, _("見送り"), tone="", terminal=True),
        State(LAPSED, _("返事の期限切れ"), tone="", terminal=True),
        State(CANCELLED, _("掲載の終了で中止"), tone="", terminal=True),
        State(FAILED, _("受渡しに至らず"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "agree",
            (PROPOSED,),
            AGREED,
            FIRM,
            _("この相手でよい"),
            primary=True,
            event="exchange.agreed",
        ),
        Transition("decline", (PROPOSED,), DECLINED, FIRM, _("今回は見送る")),
        Transition("lapse", (PROPOSED,), LAPSED, SYSTEM, _("返事の期限を過ぎた")),
        Transition(
            "cancel",
            (PROPOSED,),
            CANCELLED,
            FIRM | STAFF | SYSTEM,
            _("掲載が終わった"),
            event="exchange.cancelled",
        ),
        Transition(
            "report",
            (AGREED,),
            REPORTED,
            FIRM,
            _("受け渡した"),
            primary=True,
            event="exchange.reported",
        ),
        Transition(
            "confirm",
            (REPORTED,),
            DONE,
            FIRM,
            _("受渡しを確認する"),
            primary=True,
            event="exchange.handed_over",
        ),
        Transition(
            "fail",
            (AGREED, REPORTED),
            FAILED,
            FIRM,
            _("受渡しに至らなかった"),
            needs_reason=True,
            event="exchange.failed",
        ),
    ),
)

COLLECTING, PLANNED, HELD, CALLED_OFF = "open", "planned", "held", "cancelled"

FAIR = TransitionTable(
    name="exchange.fair",
    states=(
        State(COLLECTING, _("参加受付中"), tone="blue"),
        State(PLANNED, _("時間割を公開"), tone="green"),
        State(HELD, _("開催済み"), tone="", terminal=True),
        State(CALLED_OFF, _("中止"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "plan",
            (COLLECTING,),
            PLANNED,
            STAFF,
            _("時間割を作って知らせる"),
            primary=True,
            event="exchange.fair_planned",
        ),
        Transition("hold", (PLANNED,), HELD, STAFF, _("開催したことを記録する")),
        Transition(
            "call_off",
            (COLLECTING, PLANNED),
            CALLED_OFF,
            STAFF,
            _("中止する"),
            needs_reason=True,
            event="exchange.fair_called_off",
        ),
    ),
)

GATHERING, OFFERED, ORDERED = "open", "offered", "ordered"

PURCHASE = TransitionTable(
    name="exchange.purchase",
    states=(
        State(GATHERING, _("必要量の受付中"), tone="blue"),
        State(OFFERED, _("参加の返事待ち"), tone="orange"),
        State(ORDERED, _("購入が決定"), tone="green", terminal=True),
        State(CALLED_OFF, _("中止"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "offer",
            (GATHERING,),
            OFFERED,
            STAFF,
            _("計算して、参加を呼びかける"),
            primary=True,
            event="exchange.purchase_offered",
        ),
        # Somebody said no, and for those who stay it became dearer than they were told.
        Transition(
            "ask_again",
            (OFFERED,),
            OFFERED,
            STAFF,
            _("新しい金額で、もう一度たずねる"),
            event="exchange.purchase_offered",
        ),
        Transition(
            "settle",
            (OFFERED,),
            ORDERED,
            STAFF,
            _("購入を決める"),
            primary=True,
            event="exchange.purchase_settled",
        ),
        Transition(
            "call_off",
            (GATHERING, OFFERED),
            CALLED_OFF,
            STAFF,
            _("中止する"),
            needs_reason=True,
            event="exchange.purchase_called_off",
        ),
    ),
)

CLAIMED, CONCLUDED, DENIED = "claimed", "concluded", "denied"
OFFICE = frozenset({Role.REVIEWER, Role.WARD_ADMIN})

# A match that was made outside the portal: which of the firms may act is the services' to ask.
MATCH = TransitionTable(
    name="exchange.match",
    states=(
        State(CLAIMED, _("仮（確認待ち）"), tone="orange"),
        State(CONCLUDED, _("成立"), tone="green"),
        State(DENIED, _("相手が否認"), tone="red", terminal=True),
        State(LAPSED, _("確認の期限切れ"), tone="", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition("confirm", (CLAIMED,), CONCLUDED, FIRM, _("この取引は成立した"), primary=True),
        # By somebody who has seen the order or the contract.
        Transition(
            "verify",
            (CLAIMED,),
            CONCLUDED,
            STAFF | OFFICE,
            _("書類で確かめた"),
            needs_reason=True,
        ),
        Transition("deny", (CLAIMED,), DENIED, FIRM, _("この取引はない"), needs_reason=True),
        Transition("lapse", (CLAIMED,), LAPSED, SYSTEM, _("確認の期限を過ぎた")),
        Transition(
            "withdraw",
            (CLAIMED, CONCLUDED),
            WITHDRAWN,
            FIRM | STAFF | OFFICE,
            _("申告を取り下げる"),
            needs_reason=True,
        ),
    ),
)

OFFERING, SPLIT, ASKING = "offering", "split", "asking"
CONTRACTED, COMPLETE = "contracted", "complete"

# 共同受注: whether the firm is the one that leads is the services' to ask.
JOINT = TransitionTable(
    name="exchange.joint",
    states=(
        State(OFFERING, _("申出の受付中"), tone="blue"),
        State(SPLIT, _("分担の案を確認中"), tone="orange"),
        State(ASKING, _("参加の返事待ち"), tone="orange"),
        State(CONTRACTED, _("成立・製作中"), tone="green"),
        State(COMPLETE, _("全量を納品済み"), tone="green", terminal=True),
        State(CALLED_OFF, _("取りやめ"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "split",
            (OFFERING, SPLIT, ASKING),
            SPLIT,
            FIRM,
            _("分担を計算する"),
            primary=True,
        ),
        Transition("adjust", (SPLIT,), SPLIT, FIRM, _("分担を手直しする"), needs_reason=True),
        Transition(
            "propose",
            (SPLIT,),
            ASKING,
            FIRM,
            _("この分担で、参加をたずねる"),
            primary=True,
            event="exchange.joint_proposed",
        ),
        # With the last yes.
        Transition(
            "contract",
            (ASKING,),
            CONTRACTED,
            FIRM,
            _("全社が承諾した"),
            event="exchange.joint_ordered",
        ),
        Transition("complete", (CONTRACTED,), COMPLETE, FIRM, _("全量を受け取った")),
        Transition(
            "call_off",
            (OFFERING, SPLIT, ASKING, CONTRACTED),
            CALLED_OFF,
            FIRM,
            _("取りやめる"),
            needs_reason=True,
            event="exchange.joint_called_off",
        ),
    ),
)

ASKED, ACCEPTED, MAKING = "asked", "accepted", "making"
HANDED, RECEIVED, OFF = "handed", "received", "off"

JOINT_SHARE = TransitionTable(
    name="exchange.jointshare",
    states=(
        State(ASKED, _("返事待ち"), tone="orange"),
        State(ACCEPTED, _("承諾"), tone="green"),
        State(DECLINED, _("見送り"), tone="", terminal=True),
        State(MAKING, _("製作中"), tone="blue"),
        State(HANDED, _("受取りの確認待ち"), tone="orange"),
        State(RECEIVED, _("納品済み"), tone="green", terminal=True),
        State(OFF, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition("accept", (ASKED,), ACCEPTED, FIRM, _("この分担で参加する"), primary=True),
        Transition(
            "decline",
            (ASKED, ACCEPTED),
            DECLINED,
            FIRM,
            _("今回は見送る"),
            event="exchange.joint_declined",
        ),
        Transition(
            "lapse",
            (ASKED,),
            DECLINED,
            SYSTEM,
            _("返事の期限を過ぎた"),
            event="exchange.joint_declined",
        ),
        Transition("begin", (ACCEPTED,), MAKING, FIRM, _("成立した")),
        Transition(
            "hand",
            (MAKING,),
            HANDED,
            FIRM,
            _("納品した"),
            primary=True,
            event="exchange.joint_handed",
        ),
        Transition("receive", (HANDED,), RECEIVED, FIRM, _("受け取った"), primary=True),
        Transition(
            "send_back",
            (HANDED,),
            MAKING,
            FIRM,
            _("不適合として返す"),
            needs_reason=True,
            event="exchange.joint_sent_back",
        ),
        Transition("call_off", (ASKED, ACCEPTED, MAKING), OFF, FIRM, _("取りやめになった")),
    ),
)
