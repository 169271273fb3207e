"""What waits in courses, advisors' support, the lab and among the workshops."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext_lazy as _

from advisors import policies, states
from advisors.claims import policies as claims
from advisors.claims import states as claim_states
from advisors.claims.selectors import mine
from advisors.selectors import visiting
from dojo import policies as dojo
from dojo import states as dojo_states
from dojo.followup import policies as followup
from dojo.followup import states as followup_states
from dojo.worksheets import selectors as worksheets
from dojo.worksheets import states as worksheet_states
from lab.booking import policies as booking
from lab.booking import states as booking_states
from lab.booking.models import Incident
from lab.booking.selectors import ledger
from lab.consortium import policies as consortium
from lab.consortium import states as project_states
from lab.events import states as event_states
from lab.events.selectors import board as events
from lab.nakama import states as nakama_states
from lab.nakama.cases import states as case_states
from lab.nakama.cases.selectors import cases
from lab.nakama.selectors import words
from portal.accounts.roles import Role
from portal.duty.sources import COURSES, LAB, SUPPORT, Source, day_of, register_source
from portal.kernel.actor import Actor
from portal.kernel.transitions import State
from subsidies.evaluation import selectors as evaluation

REVIEWER, APPROVER, ADVISOR = {Role.REVIEWER}, {Role.APPROVER}, {Role.ADVISOR}
LAB_STAFF = {Role.LAB_STAFF}
TO_EVALUATE = State("shared", _("評価待ち"), tone="orange")
UNSOLVED = State("open", _("対応中"), tone="red")


def _graduations(actor: Actor, today: dt.date) -> QuerySet:
    rows = dojo.visible_graduations(actor).filter(
        status=dojo_states.PROPOSED, enrolment__cohort__ward_id=actor.ward_id or 0
    )
    return rows.exclude(proposed_by_id__in=actor.persons)


def _changes(actor: Actor, today: dt.date) -> QuerySet:
    rows = policies.visible_changes(actor).filter(status=states.PROPOSED)
    return rows.exclude(proposed_by_id__in=actor.persons)


def _incidents(actor: Actor, today: dt.date) -> QuerySet:
    return booking.visible_incidents(actor).filter(closed_at=None)


def _fixed(status: str) -> Any:
    """For rows without a status column of their own."""
    return Value(status)


register_source(
    Source(
        code="enrolment",
        room=COURSES,
        what=_("講座の申込みに受講の可否を決める"),
        url_name="dojo:person",
        rows=lambda actor, today: dojo.visible_enrolments(actor).filter(
            status=dojo_states.APPLIED, cohort__ward_id=actor.ward_id or 0
        ),
        states=dojo_states.ENROLMENT,
        roles=dojo_states.PLANNERS,
        number="person_name",
        due="cohort__closes_on",
        since="applied_at",
    ),
    Source(
        code="graduation",
        room=COURSES,
        what=_("修了を決裁する"),
        url_name="dojo:graduation",
        rows=_graduations,
        states=dojo_states.GRADUATION,
        roles=APPROVER,
        about="enrolment__firm_name",
        number="enrolment__person_name",
        since="proposed_at",
    ),
    Source(
        code="investment",
        room=COURSES,
        what=_("修了後の投資の報告を確かめる"),
        url_name="followup:review",
        rows=lambda actor, today: followup.visible_investments(actor).filter(
            status=followup_states.REPORTED
        ),
        states=followup_states.INVESTMENT,
        roles=dojo_states.PLANNERS,
        number="what",
        since="reported_at",
    ),
    Source(
        code="worksheet",
        room=COURSES,
        what=_("提出されたワークシートに講評を書く"),
        url_name="worksheets:read",
        rows=lambda actor, today: worksheets.waiting(actor),
        states=worksheet_states.WORKSHEET,
        roles={Role.LECTURER},
        number="title",
        since="changed_at",
    ),
    Source(
        code="support_request",
        room=SUPPORT,
        what={
            states.SENT: _("派遣の依頼を受け付ける"),
            states.TAKEN: _("派遣する相談員を決める"),
        },
        url_name="advisors:request",
        rows=lambda actor, today: policies.visible_requests(actor).filter(
            status__in=(states.SENT, states.TAKEN)
        ),
        states=states.REQUEST,
        roles=REVIEWER,
        since="sent_at",
    ),
    Source(
        code="support_visit",
        room=SUPPORT,
        what=_("企業が確認した訪問の記録を受理する"),
        url_name="advisors:visit_case",
        rows=lambda actor, today: policies.visible_visits(actor).filter(status=states.CONFIRMED),
        states=states.VISIT,
        roles=REVIEWER,
        about="engagement__firm_name",
        since="confirmed_at",
    ),
    Source(
        code="support_change",
        room=SUPPORT,
        what=_("伴走支援の変更を決裁する"),
        url_name="advisors:engagement",
        rows=_changes,
        states=states.CHANGE,
        roles=APPROVER,
        ref="engagement__public_id",
        about="engagement__firm_name",
        since="proposed_at",
    ),
    Source(
        code="fee_claim",
        room=SUPPORT,
        what={
            claim_states.SUBMITTED: _("謝金の請求を確認する"),
            claim_states.APPROVED: _("謝金の支払を記録する"),
        },
        url_name="claims:claim",
        rows=lambda actor, today: claims.visible_claims(actor).filter(
            status__in=(claim_states.SUBMITTED, claim_states.APPROVED)
        ),
        states=claim_states.CLAIM,
        roles=REVIEWER,
        about="advisor_name",
        number="number",
        since="submitted_at",
    ),
    Source(
        code="fee_decision",
        room=SUPPORT,
        what=_("謝金の請求を決裁する"),
        url_name="claims:claim",
        rows=lambda actor, today: (
            claims.visible_claims(actor)
            .filter(status=claim_states.CHECKED)
            .exclude(checked_by_id__in=actor.persons)
        ),
        states=claim_states.CLAIM,
        roles=APPROVER,
        about="advisor_name",
        number="number",
        since="checked_at",
    ),
    Source(
        code="own_visit",
        room=SUPPORT,
        what={
            states.PLANNED: _("訪問の記録を書く"),
            states.OBJECTED: _("企業の異議に答えて記録を直す"),
            states.RETURNED: _("差し戻された訪問の記録を直す"),
        },
        url_name="advisors:visit",
        rows=lambda actor, today: visiting.waiting(actor),
        states=states.VISIT,
        roles=ADVISOR,
        about="engagement__firm_name",
        person="advisor_id",
        since="starts_at",
    ),
    Source(
        code="own_claim",
        room=SUPPORT,
        what=_("差し戻された月の報告と請求を直す"),
        url_name="claims:mine",
        rows=lambda actor, today: mine.waiting(actor),
        states=claim_states.CLAIM,
        roles=ADVISOR,
        ref="",
        about="advisor_name",
        number="number",
        person="advisor_id",
        since="submitted_at",
    ),
    Source(
        code="plan",
        room=SUPPORT,
        what=_("企業が共有した導入計画を評価する"),
        url_name="evaluation:shared",
        rows=lambda actor, today: evaluation.waiting(actor),
        states=TO_EVALUATE,
        roles=ADVISOR,
        about="",
        status=_fixed(TO_EVALUATE.code),
        person="advisor_id",
        since="shared_at",
    ),
    Source(
        code="reservation",
        room=LAB,
        what=_("ラボの予約を承認する"),
        url_name="booking:desk",
        rows=lambda actor, today: ledger.to_approve(actor).select_related(None),
        states=booking_states.RESERVATION,
        roles=LAB_STAFF,
        due=day_of("starts_at"),
        since="made_at",
    ),
    Source(
        code="incident",
        room=LAB,
        what=_("設備の事故・不具合に対応して記録する"),
        url_name="booking:incidents",
        rows=_incidents,
        states=UNSOLVED,
        roles=LAB_STAFF,
        ref="machine__lab__public_id",
        about="machine__name",
        kind="weight",
        kinds=lambda code: Incident.Weight(code).label,
        status=_fixed(UNSOLVED.code),
        person="written_by_id",
        since="happened_at",
    ),
    Source(
        code="slot",
        room=LAB,
        what=_("催しの出展の申込みを審査する"),
        url_name="events:slot",
        rows=lambda actor, today: events.to_decide(actor),
        states=event_states.SLOT,
        roles=LAB_STAFF,
        about="vendor",
        number="product",
        due="event__closes_on",
        since="made_at",
    ),
    Source(
        code="word",
        room=LAB,
        what=_("加工の言葉の読み方を決める"),
        url_name="nakama:words",
        rows=lambda actor, today: words.waiting(actor),
        states=nakama_states.WORD,
        roles=LAB_STAFF,
        ref="",
        about="word",
        since="first_seen_at",
    ),
    Source(
        code="stuck_case",
        room=LAB,
        what=_("行き詰まった仲間まわしの案件を手伝う"),
        url_name="cases:lab_case",
        rows=lambda actor, today: cases.stuck(actor),
        states=case_states.CASE,
        roles=LAB_STAFF,
        about="title",
        number="number",
        due="due_on",
        since="escalated_at",
    ),
    Source(
        code="project",
        room=LAB,
        what=_("企業の課題に取り組むか回答する"),
        url_name="consortium:project",
        rows=lambda actor, today: (
            consortium.visible_projects(actor)
            .select_related(None)
            .filter(status=project_states.OFFERED)
        ),
        states=project_states.PROJECT,
        roles={Role.PARTNER},
        about="title",
        due="open_until",
        since="offered_at",
    ),
)
