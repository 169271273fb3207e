"""States of a booking (予約), of a place on the waiting list (空き待ち) and of a machine."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

SYSTEM = frozenset({SYSTEM_ROLE})
STAFF = frozenset({Role.LAB_STAFF})
FIRM = frozenset(FIRM_ROLES)

REQUESTED, APPROVED, HELD, IN_USE, USED = "requested", "approved", "held", "in_use", "used"
DECLINED, CANCELLED, CALLED_OFF = "declined", "cancelled", "called_off"
LAPSED, MISSED = "lapsed", "missed"
# Those whose machines nobody else can have; a used one keeps what it had.
LIVE = (REQUESTED, APPROVED, HELD, IN_USE, USED)
# Those that are still to come or going on.
AHEAD = (REQUESTED, APPROVED, HELD, IN_USE)
# Those that count towards a quota.
COUNTED = (REQUESTED, APPROVED, HELD, IN_USE, USED, MISSED)

RESERVATION = TransitionTable(
    name="booking.reservation",
    states=(
        State(REQUESTED, _("承認待ち"), tone="orange"),
        State(APPROVED, _("予約済み"), tone="green"),
        State(HELD, _("空きの案内中"), tone="orange"),
        State(IN_USE, _("利用中"), tone="blue"),
        State(USED, _("利用済み"), tone="", terminal=True),
        State(DECLINED, _("見送り"), tone="", terminal=True),
        State(CANCELLED, _("取消"), tone="", terminal=True),
        State(CALLED_OFF, _("ラボの都合で取消"), tone="red", terminal=True),
        State(LAPSED, _("期限切れ"), tone="", terminal=True),
        State(MISSED, _("無断キャンセル"), tone="red", terminal=True),
    ),
    transitions=(
        Transition("approve", (REQUESTED,), APPROVED, STAFF | SYSTEM, _("承認する"), primary=True),
        Transition("hold", (REQUESTED,), HELD, SYSTEM, _("空きを案内する")),
        Transition("accept", (HELD,), APPROVED, FIRM, _("この時間で予約する"), primary=True),
        Transition("ask", (HELD,), REQUESTED, FIRM, _("この時間で承認を願う")),
        # Another time than the one that was approved.
        Transition("reopen", (APPROVED,), REQUESTED, FIRM, _("承認を願い直す")),
        Transition("lapse", (HELD,), LAPSED, SYSTEM, _("案内の期限が過ぎる")),
        Transition("decline", (REQUESTED,), DECLINED, STAFF, _("見送る"), needs_reason=True),
        Transition("cancel", (REQUESTED, APPROVED, HELD), CANCELLED, FIRM, _("予約を取り消す")),
        Transition(
            "call_off",
            (REQUESTED, APPROVED, HELD),
            CALLED_OFF,
            STAFF | SYSTEM,
            _("ラボの都合で取り消す"),
            needs_reason=True,
        ),
        Transition("check_in", (APPROVED,), IN_USE, STAFF | FIRM | SYSTEM, _("入室"), primary=True),
        Transition("check_out", (IN_USE,), USED, STAFF | FIRM | SYSTEM, _("退室"), primary=True),
        Transition("miss", (APPROVED,), MISSED, STAFF | SYSTEM, _("来なかった")),
    ),
)

WAITING, OFFERED, TAKEN, PASSED, LEFT = "waiting", "offered", "taken", "passed", "left"

TURN = TransitionTable(
    name="booking.turn",
    states=(
        State(WAITING, _("空き待ち"), tone="orange"),
        State(OFFERED, _("案内中"), tone="orange"),
        State(TAKEN, _("予約した"), tone="green", terminal=True),
        State(PASSED, _("期限切れ"), tone="", terminal=True),
        State(LEFT, _("やめた"), tone="", terminal=True),
    ),
    transitions=(
        Transition("offer", (WAITING,), OFFERED, SYSTEM, _("空きを案内する")),
        Transition("take", (OFFERED,), TAKEN, FIRM, _("この時間で予約する"), primary=True),
        Transition("pass", (OFFERED, WAITING), PASSED, SYSTEM, _("案内の期限が過ぎる")),
        Transition("leave", (WAITING, OFFERED), LEFT, FIRM, _("空き待ちをやめる")),
    ),
)

IN_SERVICE, OUT_OF_SERVICE = "in_service", "out_of_service"

MACHINE = TransitionTable(
    name="booking.machine",
    states=(
        State(IN_SERVICE, _("利用できる"), tone="green"),
        State(OUT_OF_SERVICE, _("休止中"), tone="red"),
    ),
    transitions=(
        Transition(
            "stop",
            (IN_SERVICE,),
            OUT_OF_SERVICE,
            STAFF,
            _("休止する"),
            needs_reason=True,
        ),
        Transition("resume", (OUT_OF_SERVICE,), IN_SERVICE, STAFF, _("再開する"), primary=True),
    ),
)
