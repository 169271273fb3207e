"""States of an event (催し), of a registration (申込み) and of a showcase slot (出展枠)."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

SYSTEM = frozenset({SYSTEM_ROLE})
STAFF = frozenset({Role.LAB_STAFF})
FIRM = frozenset(FIRM_ROLES)

DRAFT, ANNOUNCED, ENDED, CANCELLED = "draft", "announced", "ended", "cancelled"

EVENT = TransitionTable(
    name="events.event",
    states=(
        State(DRAFT, _("準備中"), tone=""),
        State(ANNOUNCED, _("公開中"), tone="green"),
        State(ENDED, _("終了"), tone="", terminal=True),
        State(CANCELLED, _("中止"), tone="red", terminal=True),
    ),
    transitions=(
        Transition("announce", (DRAFT,), ANNOUNCED, STAFF, _("公開する"), primary=True),
        Transition("end", (ANNOUNCED,), ENDED, STAFF | SYSTEM, _("終えたことにする")),
        Transition(
            "cancel",
            (DRAFT, ANNOUNCED),
            CANCELLED,
            STAFF,
            _("開催を中止する"),
            needs_reason=True,
        ),
    ),
)

WAITING, OFFERED, REGISTERED = "waiting", "offered", "registered"
LAPSED, WITHDRAWN, REMOVED, CALLED_OFF = "lapsed", "withdrawn", "removed", "called_off"
# Those who may still come to a seat or hold one: one such row a person and event.
LIVE = (WAITING, OFFERED, REGISTERED)
# Those who hold a seat.
SEATED = (OFFERED, REGISTERED)

REGISTRATION = TransitionTable(
    name="events.registration",
    states=(
        State(WAITING, _("キャンセル待ち"), tone="orange"),
        State(OFFERED, _("繰上げの案内中"), tone="orange"),
        State(REGISTERED, _("参加決定"), tone="green"),
        State(LAPSED, _("期限切れ"), tone="", terminal=True),
        State(WITHDRAWN, _("取りやめ"), tone="", terminal=True),
        State(REMOVED, _("ラボが取消"), tone="red", terminal=True),
        State(CALLED_OFF, _("催しの中止"), tone="red", terminal=True),
    ),
    transitions=(
        Transition("register", (WAITING,), REGISTERED, STAFF | SYSTEM, _("参加を決める")),
        Transition("offer", (WAITING,), OFFERED, SYSTEM, _("席を案内する")),
        Transition("accept", (OFFERED,), REGISTERED, FIRM, _("参加する"), primary=True),
        # Nobody answered, or the day has come and no seat has become free.
        Transition("lapse", (OFFERED, WAITING), LAPSED, SYSTEM, _("期限が過ぎる")),
        Transition("withdraw", LIVE, WITHDRAWN, FIRM, _("参加を取りやめる")),
        Transition("remove", LIVE, REMOVED, STAFF, _("申込みを取り消す"), needs_reason=True),
        Transition("call_off", LIVE, CALLED_OFF, STAFF, _("催しが中止になる"), needs_reason=True),
    ),
)

APPLIED, APPROVED, DECLINED = "applied", "approved", "declined"

SLOT = TransitionTable(
    name="events.slot",
    states=(
        State(APPLIED, _("審査待ち"), tone="orange"),
        State(APPROVED, _("出展決定"), tone="green"),
        State(DECLINED, _("見送り"), tone="", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition("approve", (APPLIED,), APPROVED, STAFF, _("出展を認める"), primary=True),
        Transition(
            "decline",
            (APPLIED, APPROVED),
            DECLINED,
            STAFF,
            _("見送る"),
            needs_reason=True,
        ),
        Transition("withdraw", (APPLIED, APPROVED), WITHDRAWN, FIRM, _("出展を取り下げる")),
    ),
)
# One of these a vendor and event.
STANDING = (APPLIED, APPROVED)
