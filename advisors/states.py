"""Transition tables of the room: request, engagement, change of an engagement, visit."""

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel.transitions import SYSTEM_ROLE, State, Transition, TransitionTable

FIRM = frozenset({Role.FIRM_OWNER, Role.FIRM_MEMBER})
OFFICE = frozenset({Role.REVIEWER})
APPROVER = frozenset({Role.APPROVER})
ADVISOR = frozenset({Role.ADVISOR})

# 派遣の依頼: the request of a firm.
SENT, ASKED, TAKEN = "sent", "asked", "taken"
ENGAGED, DECLINED, WITHDRAWN = "engaged", "declined", "withdrawn"

REQUEST = TransitionTable(
    name="advisors.request",
    states=(
        State(SENT, _("受付待ち"), tone="blue"),
        State(ASKED, _("区から質問中"), tone="orange"),
        State(TAKEN, _("派遣する人を選定中"), tone="blue"),
        State(ENGAGED, _("支援を開始"), tone="green", terminal=True),
        State(DECLINED, _("お断り"), tone="red", terminal=True),
        State(WITHDRAWN, _("取下げ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "take",
            (SENT,),
            TAKEN,
            OFFICE,
            _("依頼を受け付ける"),
            primary=True,
            event="advisors.request_taken",
        ),
        Transition(
            "ask",
            (SENT,),
            ASKED,
            OFFICE,
            _("企業に質問する"),
            needs_reason=True,
            event="advisors.request_asked",
        ),
        Transition(
            "answer",
            (ASKED,),
            SENT,
            FIRM | OFFICE,
            _("質問に答える"),
            primary=True,
            event="advisors.request_sent",
        ),
        Transition(
            "decline",
            (SENT, ASKED, TAKEN),
            DECLINED,
            OFFICE,
            _("依頼を断る"),
            needs_reason=True,
            event="advisors.request_declined",
        ),
        Transition(
            "withdraw",
            (SENT, ASKED, TAKEN),
            WITHDRAWN,
            FIRM,
            _("依頼を取り下げる"),
            event="advisors.request_withdrawn",
        ),
        Transition(
            "engage",
            (TAKEN,),
            ENGAGED,
            OFFICE,
            _("この2人で支援を始める"),
            primary=True,
            event="advisors.engaged",
        ),
    ),
)

# Engagements (伴走支援): five phases of 支援策① 取組③, then the end.
GRASP, CHOOSE, INTRODUCE, SETTLE, MEASURE = "grasp", "choose", "introduce", "settle", "measure"
FINISHED, ENDED = "finished", "ended"
PHASES = (GRASP, CHOOSE, INTRODUCE, SETTLE, MEASURE)

ENGAGEMENT = TransitionTable(
    name="advisors.engagement",
    states=(
        State(GRASP, _("現状把握")),
        State(CHOOSE, _("選定")),
        State(INTRODUCE, _("導入")),
        State(SETTLE, _("定着")),
        State(MEASURE, _("効果測定")),
        State(FINISHED, _("支援終了"), tone="green", terminal=True),
        State(ENDED, _("途中終了"), tone="orange", terminal=True),
    ),
    transitions=(
        Transition("to_choose", (GRASP,), CHOOSE, ADVISOR, _("選定に進む"), primary=True),
        Transition("to_introduce", (CHOOSE,), INTRODUCE, ADVISOR, _("導入に進む"), primary=True),
        Transition("to_settle", (INTRODUCE,), SETTLE, ADVISOR, _("定着に進む"), primary=True),
        Transition("to_measure", (SETTLE,), MEASURE, ADVISOR, _("効果測定に進む"), primary=True),
        Transition("back_grasp", (CHOOSE,), GRASP, ADVISOR, _("現状把握に戻る"), needs_reason=True),
        Transition(
            "back_choose", (INTRODUCE, SETTLE), CHOOSE, ADVISOR, _("選定に戻る"), needs_reason=True
        ),
        Transition("back_settle", (MEASURE,), SETTLE, ADVISOR, _("定着に戻る"), needs_reason=True),
        Transition(
            "finish",
            (MEASURE,),
            FINISHED,
            OFFICE,
            _("支援を終える"),
            primary=True,
            guard="report_written",
            event="advisors.engagement_closed",
        ),
        Transition(
            "end",
            PHASES,
            ENDED,
            OFFICE,
            _("途中で終える"),
            needs_reason=True,
            event="advisors.engagement_closed",
        ),
    ),
)

# Changes of an engagement that cost money: another person approves (四眼).
PROPOSED, APPROVED, REJECTED = "proposed", "approved", "rejected"

CHANGE = TransitionTable(
    name="advisors.change",
    states=(
        State(PROPOSED, _("決裁待ち"), tone="orange"),
        State(APPROVED, _("承認"), tone="green", terminal=True),
        State(REJECTED, _("差戻し"), tone="red", terminal=True),
    ),
    transitions=(
        Transition(
            "approve",
            (PROPOSED,),
            APPROVED,
            APPROVER,
            _("変更を承認する"),
            primary=True,
            guard="approver_is_not_proposer",
            event="advisors.change_approved",
        ),
        Transition("reject", (PROPOSED,), REJECTED, APPROVER, _("差し戻す"), needs_reason=True),
    ),
)

# 訪問: from the plan to what the ward accepts.
PLANNED, RECORDED, CONFIRMED = "planned", "recorded", "confirmed"
OBJECTED, RETURNED, ACCEPTED, CANCELLED = "objected", "returned", "accepted", "cancelled"

VISIT = TransitionTable(
    name="advisors.visit",
    states=(
        State(PLANNED, _("予定")),
        State(RECORDED, _("企業の確認待ち"), tone="orange"),
        State(CONFIRMED, _("区の受理待ち"), tone="blue"),
        State(OBJECTED, _("企業から異議"), tone="red"),
        State(RETURNED, _("区から差戻し"), tone="red"),
        State(ACCEPTED, _("受理"), tone="green"),
        State(CANCELLED, _("取りやめ"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "record",
            (PLANNED, OBJECTED, RETURNED),
            RECORDED,
            ADVISOR,
            _("訪問を記録する"),
            primary=True,
            event="advisors.visit_recorded",
        ),
        Transition(
            "cancel",
            (PLANNED,),
            CANCELLED,
            # The portal itself where the support ends or the advisor has left it.
            ADVISOR | {SYSTEM_ROLE},
            _("予定を取りやめる"),
            needs_reason=True,
            event="advisors.visit_cancelled",
        ),
        Transition(
            "confirm",
            (RECORDED,),
            CONFIRMED,
            FIRM,
            _("記録のとおりと確認する"),
            primary=True,
            event="advisors.visit_confirmed",
        ),
        Transition(
            "object",
            (RECORDED,),
            OBJECTED,
            FIRM,
            _("記録に異議がある"),
            needs_reason=True,
            event="advisors.visit_objected",
        ),
        Transition(
            "accept",
            (CONFIRMED,),
            ACCEPTED,
            OFFICE,
            _("訪問を受理する"),
            primary=True,
            event="advisors.visit_accepted",
        ),
        Transition(
            "accept_unconfirmed",
            (RECORDED, OBJECTED),
            ACCEPTED,
            OFFICE,
            _("確認なしで受理する"),
            needs_reason=True,
            event="advisors.visit_accepted",
        ),
        Transition(
            "return",
            (RECORDED, CONFIRMED, OBJECTED),
            RETURNED,
            OFFICE,
            _("相談員に差し戻す"),
            needs_reason=True,
            event="advisors.visit_returned",
        ),
        # The guard is the claims' (advisors.claims.services.taking_back): what was claimed stays.
        Transition(
            "take_back",
            (ACCEPTED,),
            RETURNED,
            OFFICE,
            _("受理を取り消す"),
            needs_reason=True,
            guard="not_claimed",
            event="advisors.visit_taken_back",
        ),
    ),
)
