"""States of a cohort (期), an enrolment (受講) and a graduation (修了), and who may move them."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

SYSTEM = frozenset({SYSTEM_ROLE})
# Who plans cohorts, keeps the roster and proposes graduations.
PLANNERS = frozenset({Role.REVIEWER, Role.WARD_ADMIN})
APPROVER = frozenset({Role.APPROVER})
FIRM = frozenset(FIRM_ROLES)

DRAFT, ANNOUNCED, ENDED, CANCELLED = "draft", "announced", "ended", "cancelled"

COHORT = TransitionTable(
    name="dojo.cohort",
    states=(
        State(DRAFT, _("準備中"), tone=""),
        State(ANNOUNCED, _("公開中"), tone="green"),
        State(ENDED, _("終了"), tone="", terminal=True),
        State(CANCELLED, _("中止"), tone="red", terminal=True),
    ),
    transitions=(
        Transition("announce", (DRAFT,), ANNOUNCED, PLANNERS, _("募集を公開する"), primary=True),
        Transition("end", (ANNOUNCED,), ENDED, PLANNERS, _("この期を終える")),
        Transition(
            "cancel",
            (DRAFT, ANNOUNCED),
            CANCELLED,
            PLANNERS,
            _("開催を中止する"),
            needs_reason=True,
        ),
    ),
)

APPLIED, WAITING, OFFERED, ENROLLED = "applied", "waiting", "offered", "enrolled"
DECLINED, LAPSED, WITHDRAWN, REMOVED = "declined", "lapsed", "withdrawn", "removed"
# Those who may still come to a seat or hold one: one such row a person and cohort.
LIVE = (APPLIED, WAITING, OFFERED, ENROLLED)
# Those who hold a seat.
SEATED = (OFFERED, ENROLLED)

ENROLMENT = TransitionTable(
    name="dojo.enrolment",
    states=(
        State(APPLIED, _("申込済"), tone="blue"),
        State(WAITING, _("補欠"), tone="orange"),
        State(OFFERED, _("繰上げの案内中"), tone="orange"),
        State(ENROLLED, _("受講決定"), tone="green"),
        State(DECLINED, _("見送り"), tone="", terminal=True),
        State(LAPSED, _("期限切れ"), tone="", terminal=True),
        State(WITHDRAWN, _("辞退"), tone="", terminal=True),
        State(REMOVED, _("取消"), tone="red", terminal=True),
    ),
    transitions=(
        # First come: at once. Chosen: when the official has chosen.
        Transition(
            "enrol", (APPLIED,), ENROLLED, PLANNERS | SYSTEM, _("受講を決める"), primary=True
        ),
        Transition("queue", (APPLIED,), WAITING, PLANNERS | SYSTEM, _("補欠にする")),
        Transition(
            "decline",
            (APPLIED, WAITING),
            DECLINED,
            PLANNERS,
            _("見送る"),
            needs_reason=True,
        ),
        Transition("offer", (WAITING,), OFFERED, SYSTEM, _("席を案内する")),
        Transition("accept", (OFFERED,), ENROLLED, FIRM, _("受講する"), primary=True),
        Transition("lapse", (OFFERED,), LAPSED, SYSTEM, _("案内の期限が過ぎる")),
        Transition("withdraw", LIVE, WITHDRAWN, FIRM, _("辞退する")),
        Transition("remove", LIVE, REMOVED, PLANNERS, _("取り消す"), needs_reason=True),
    ),
)

PROPOSED, RETURNED, CONFIRMED, REVOKED = "proposed", "returned", "confirmed", "revoked"
# One of these a person and course.
STANDING = (PROPOSED, CONFIRMED)

GRADUATION = TransitionTable(
    name="dojo.graduation",
    states=(
        State(PROPOSED, _("修了の案"), tone="blue"),
        State(RETURNED, _("差戻し"), tone="orange"),
        State(CONFIRMED, _("修了"), tone="green"),
        State(REVOKED, _("修了の取消"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "confirm",
            (PROPOSED,),
            CONFIRMED,
            APPROVER,
            _("修了を認定する"),
            guard="another_person",
            event="dojo.graduated",
            primary=True,
        ),
        Transition("return", (PROPOSED,), RETURNED, APPROVER, _("差し戻す"), needs_reason=True),
        Transition("propose", (RETURNED,), PROPOSED, PLANNERS, _("もう一度、案にする")),
        Transition(
            "revoke",
            (CONFIRMED,),
            REVOKED,
            APPROVER,
            _("修了を取り消す"),
            needs_reason=True,
            event="dojo.graduation_revoked",
        ),
    ),
)
