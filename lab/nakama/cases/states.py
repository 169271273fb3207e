"""Transition tables of the room: the case, a step of its work, an invitation, an appeal."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

FIRM = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})
LAB = frozenset({Role.LAB_STAFF})
SYSTEM = frozenset({SYSTEM_ROLE})

# 案件: which of the firms may act is the guards' to say (services/causes.py).
DRAFT, OPEN, INVITING, OFFERED = "draft", "open", "inviting", "offered"
RUNNING, DELIVERED, CLOSED = "running", "delivered", "closed"
WITHDRAWN, FAILED = "withdrawn", "failed"
ASKING = frozenset({OPEN, INVITING, OFFERED})
AWARDED = frozenset({RUNNING, DELIVERED, CLOSED})

CASE = TransitionTable(
    name="cases.case",
    states=(
        State(DRAFT, _("下書き"), tone=""),
        State(OPEN, _("仲間を探す準備中"), tone="orange"),
        State(INVITING, _("仲間に声かけ中")),
        State(OFFERED, _("発注の決定待ち"), tone="orange"),
        State(RUNNING, _("製作中")),
        State(DELIVERED, _("検収待ち"), tone="orange"),
        State(CLOSED, _("納品済み"), tone="green", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
        State(FAILED, _("不成立"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "publish",
            (DRAFT,),
            OPEN,
            FIRM,
            _("案件を出す"),
            primary=True,
            guard="buyer",
            event="cases.opened",
        ),
        Transition(
            "invite",
            (OPEN, INVITING),
            INVITING,
            FIRM | SYSTEM,
            _("仲間に声をかける"),
            primary=True,
            guard="hub",
        ),
        Transition(
            "offer",
            (INVITING,),
            OFFERED,
            FIRM,
            _("発注元に案を出す"),
            primary=True,
            guard="hub",
            event="cases.offered",
        ),
        Transition(
            "reopen",
            (OFFERED,),
            INVITING,
            FIRM,
            _("仲間を探し直す"),
            needs_reason=True,
            guard="lead",
        ),
        Transition(
            "award",
            (OFFERED,),
            RUNNING,
            FIRM,
            _("この仲間に発注する"),
            primary=True,
            guard="buyer",
            event="cases.awarded",
        ),
        Transition(
            "deliver",
            (RUNNING,),
            DELIVERED,
            FIRM,
            _("納品した"),
            primary=True,
            guard="hub_after_all_steps",
            event="cases.delivered",
        ),
        Transition(
            "accept",
            (DELIVERED,),
            CLOSED,
            FIRM,
            _("検収する"),
            primary=True,
            guard="buyer",
            event="cases.closed",
        ),
        Transition(
            "withdraw",
            (DRAFT, OPEN, INVITING, OFFERED),
            WITHDRAWN,
            FIRM,
            _("案件を取り下げる"),
            needs_reason=True,
            guard="buyer",
            event="cases.ended",
        ),
        Transition(
            "give_up",
            (OPEN, INVITING, OFFERED),
            FAILED,
            FIRM,
            _("不成立にする"),
            needs_reason=True,
            guard="hub",
            event="cases.ended",
        ),
    ),
)

# 工程の進み具合.
TODO, WORKING, INSPECTING, HANDED, DEFECT = "todo", "working", "inspecting", "handed", "defect"

STEP = TransitionTable(
    name="cases.step",
    states=(
        State(TODO, _("未着手"), tone=""),
        State(WORKING, _("作業中")),
        State(INSPECTING, _("検査・受渡し待ち"), tone="orange"),
        State(HANDED, _("受渡し済み"), tone="green", terminal=True),
        State(DEFECT, _("不適合"), tone="red"),
    ),
    transitions=(
        Transition(
            "start",
            (TODO, DEFECT),
            WORKING,
            FIRM,
            _("作業を始める"),
            primary=True,
            guard="maker_in_turn",
        ),
        Transition(
            "inspect",
            (WORKING,),
            INSPECTING,
            FIRM,
            _("検査して渡す"),
            primary=True,
            guard="maker",
            event="cases.step_finished",
        ),
        Transition(
            "accept",
            (INSPECTING,),
            HANDED,
            FIRM,
            _("受け取る"),
            primary=True,
            guard="receiver",
            event="cases.step_handed",
        ),
        Transition(
            "reject",
            (INSPECTING,),
            DEFECT,
            FIRM,
            _("不適合として返す"),
            needs_reason=True,
            guard="receiver",
            event="cases.step_rejected",
        ),
    ),
)

# 声かけへの返事.
WAITING, CAN, CONDITIONAL, CANNOT, NOT_NOW = "waiting", "can", "conditional", "cannot", "not_now"
CHOSEN, PASSED, LAPSED = "chosen", "passed", "lapsed"
ANSWERS = (CAN, CONDITIONAL, CANNOT, NOT_NOW)
WILLING = frozenset({CAN, CONDITIONAL, CHOSEN})
# Who does not do it needs no drawing, however long the leave would last.
DECLINED = frozenset({CANNOT, NOT_NOW, PASSED})
_ANSWERABLE = (WAITING, *ANSWERS)
_ANSWERERS = FIRM | LAB | SYSTEM

INVITATION = TransitionTable(
    name="cases.invitation",
    states=(
        State(WAITING, _("返事待ち"), tone="orange"),
        State(CAN, _("できる"), tone="green"),
        State(CONDITIONAL, _("条件付き"), tone="green"),
        State(CANNOT, _("できない"), tone=""),
        State(NOT_NOW, _("今は無理"), tone=""),
        State(CHOSEN, _("担当に決定"), tone="blue"),
        State(PASSED, _("今回は見送り"), tone="", terminal=True),
        State(LAPSED, _("返事がないまま終了"), tone="", terminal=True),
    ),
    transitions=(
        Transition(CAN, _ANSWERABLE, CAN, _ANSWERERS, _("できる")),
        Transition(CONDITIONAL, _ANSWERABLE, CONDITIONAL, _ANSWERERS, _("条件付き")),
        Transition(CANNOT, _ANSWERABLE, CANNOT, _ANSWERERS, _("できない")),
        Transition(NOT_NOW, _ANSWERABLE, NOT_NOW, _ANSWERERS, _("今は無理")),
        Transition("choose", (CAN, CONDITIONAL), CHOSEN, FIRM, _("この企業に決める")),
        Transition("release", (CHOSEN,), CAN, FIRM, _("決定を戻す"), needs_reason=True),
        Transition("pass", (WAITING, *ANSWERS), PASSED, FIRM | SYSTEM, _("見送る")),
        Transition("lapse", (WAITING,), LAPSED, SYSTEM, _("期限切れ")),
    ),
)

# 評価への異議.
NONE, APPEALED, UPHELD, STRUCK = "none", "appealed", "upheld", "struck"

APPEAL = TransitionTable(
    name="cases.appeal",
    states=(
        State(NONE, _("異議なし"), tone=""),
        State(APPEALED, _("異議を確認中"), tone="orange"),
        State(UPHELD, _("評価を維持"), tone=""),
        State(STRUCK, _("評価を除外"), tone="red"),
    ),
    transitions=(
        Transition(
            "appeal",
            (NONE,),
            APPEALED,
            FIRM,
            _("異議を申し出る"),
            needs_reason=True,
            event="cases.rating_appealed",
        ),
        Transition("uphold", (APPEALED,), UPHELD, LAB, _("評価を維持する"), needs_reason=True),
        Transition("strike", (APPEALED,), STRUCK, LAB, _("評価を除く"), needs_reason=True),
    ),
)
