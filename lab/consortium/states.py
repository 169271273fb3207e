"""States of what a firm offers to students: from the problem to what the firm did with the result."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import FIRM_ROLES, Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

SYSTEM = frozenset({SYSTEM_ROLE})
FIRM = frozenset(FIRM_ROLES)
STAFF = frozenset({Role.LAB_STAFF})
PARTNER = frozenset({Role.PARTNER})
ALL = FIRM | STAFF | PARTNER

OFFERED, TALKING, AGREED, RUNNING = "offered", "talking", "agreed", "running"
REPORTED, DONE = "reported", "done"
WITHDRAWN, EXPIRED, ENDED = "withdrawn", "expired", "ended"
# The institution knows whose problem it is.
KNOWN = (TALKING, AGREED, RUNNING, REPORTED, DONE, ENDED)
SIGNED = (AGREED, RUNNING, REPORTED, DONE)

PROJECT = TransitionTable(
    name="consortium.project",
    states=(
        State(OFFERED, _("回答を募集中"), tone="blue"),
        State(TALKING, _("相手と協議中"), tone="orange"),
        State(AGREED, _("合意・開始前"), tone="blue"),
        State(RUNNING, _("実施中"), tone="green"),
        State(REPORTED, _("報告を受けた"), tone="orange"),
        State(DONE, _("完了"), tone="green", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
        State(EXPIRED, _("回答なしで終了"), tone="", terminal=True),
        State(ENDED, _("途中で終了"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "pick",
            (OFFERED,),
            TALKING,
            FIRM | STAFF,
            _("この回答の機関と話を進める"),
            primary=True,
            event="consortium.picked",
        ),
        Transition(
            "reopen",
            (TALKING,),
            OFFERED,
            FIRM | STAFF,
            _("ほかの機関をもう一度募集する"),
            needs_reason=True,
            event="consortium.reopened",
        ),
        Transition("withdraw", (OFFERED,), WITHDRAWN, FIRM | STAFF, _("募集をやめる")),
        Transition("expire", (OFFERED,), EXPIRED, SYSTEM, _("募集の期限を過ぎた")),
        Transition(
            "agree",
            (TALKING,),
            AGREED,
            ALL,
            _("合意を記録する"),
            primary=True,
            event="consortium.agreed",
        ),
        # An agreement that was recorded by mistake; what counted, counts no more.
        Transition(
            "take_back",
            (AGREED, RUNNING),
            TALKING,
            STAFF,
            _("合意の記録を取り消す"),
            needs_reason=True,
            event="consortium.agreement_undone",
        ),
        Transition("start", (AGREED,), RUNNING, ALL, _("開始を記録する"), primary=True),
        Transition(
            "report",
            (RUNNING,),
            REPORTED,
            ALL,
            _("結果を報告する"),
            primary=True,
            event="consortium.reported",
        ),
        Transition(
            "finish", (REPORTED,), DONE, FIRM | STAFF, _("結果をどう使ったか記録する"), primary=True
        ),
        Transition(
            "end_early",
            (TALKING, AGREED, RUNNING),
            ENDED,
            ALL,
            _("途中で終わりにする"),
            needs_reason=True,
            event="consortium.ended_early",
        ),
    ),
)
