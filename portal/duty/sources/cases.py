"""What waits in the subsidies, from the application to the end of a grant's duties."""

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.duty.sources import GRANTS, INTAKE, SCHEMES, SELECTION, Source, register_source
from portal.kernel.actor import Actor
from subsidies import policies, states
from subsidies.committee import policies as committee
from subsidies.committee import states as committee_states
from subsidies.committee.selectors import member
from subsidies.grants import kinds, money_states
from subsidies.grants import policies as grants
from subsidies.grants import states as grant_states
from subsidies.grants.kinds import rulings
from subsidies.obligations import policies as obligations
from subsidies.obligations import states as obligation_states
from subsidies.obligations.models import Obligation
from subsidies.office import policies as office
from subsidies.office import states as office_states
from subsidies.retention import policies as retention
from subsidies.retention import states as retention_states
from subsidies.selection import policies as selection
from subsidies.selection import states as selection_states
from subsidies.watch import policies as watch
from subsidies.watch import states as watch_states
from subsidies.watch.models import Finding

REVIEWER, APPROVER, ADMIN = {Role.REVIEWER}, {Role.APPROVER}, {Role.WARD_ADMIN}
# An obligation is shown from so many days before its day.
AHEAD_DAYS = 30
_CASE_PERSON = "grant__application__assignee_id"


def not_own(rows: QuerySet, actor: Actor) -> QuerySet:
    """Drafts of others: nobody decides what they, or whom they stand in for, prepared
    (起案者と決裁者の分離).
    """
    return rows.exclude(prepared_by_id__in=actor.persons)


def _applications(*wanted: str) -> Any:
    def rows(actor: Actor, today: dt.date) -> QuerySet:
        return policies.visible_applications(actor).filter(status__in=wanted)

    return rows


def _to_decide(actor: Actor, today: dt.date) -> QuerySet:
    rows = policies.visible_applications(actor).filter(status=states.AWAITING_APPROVAL)
    return rows.exclude(decision__prepared_by_id__in=actor.persons)


def _unassigned(actor: Actor, today: dt.date) -> QuerySet:
    return policies.visible_applications(actor).filter(status__in=states.OPEN, assignee_id=None)


def _filed(actor: Actor, today: dt.date) -> QuerySet:
    """What was handed in and neither settled nor proposed to the approver."""
    rows = grants.visible_filings(actor).filter(status=grant_states.SUBMITTED)
    proposed = grants.visible_rulings(actor).filter(status=grant_states.PROPOSED)
    return rows.exclude(pk__in=proposed.filter(filing__isnull=False).values("filing_id"))


def _proposed_rulings(actor: Actor, today: dt.date) -> QuerySet:
    rows = grants.visible_rulings(actor).filter(status=grant_states.PROPOSED)
    return not_own(rows, actor)


def _visits(actor: Actor, today: dt.date) -> QuerySet:
    wanted = (grant_states.PLANNED, grant_states.INSTRUCTED)
    return grants.visible_visits(actor).filter(status__in=wanted)


def _hearings(actor: Actor, today: dt.date) -> QuerySet:
    return grants.visible_hearings(actor).filter(status=money_states.ASKED, due_on__lt=today)


def _obligations(actor: Actor, today: dt.date) -> QuerySet:
    soon = today + dt.timedelta(days=AHEAD_DAYS)
    rows = obligations.visible_obligations(actor)
    return rows.filter(status=obligation_states.OPEN, due_on__lte=soon)


def _rounds(actor: Actor, today: dt.date) -> QuerySet:
    wanted = (committee_states.PLANNED, committee_states.OPEN)
    return committee.visible_rounds(actor).filter(status__in=wanted)


def _findings(actor: Actor, today: dt.date) -> QuerySet:
    wanted = (watch_states.OPEN, watch_states.FOLLOWED)
    return watch.visible_findings(actor).filter(status__in=wanted)


def _ruling_name(code: str) -> Any:
    return rulings.get(code).name


def _filing_name(code: str) -> Any:
    return kinds.get(code).name


register_source(
    Source(
        code="application",
        room=INTAKE,
        what={
            states.SUBMITTED: _("申請の書類確認を始める"),
            states.CHECKING: _("申請の書類を確認する"),
            states.REVIEWING: _("申請を審査し起案する"),
        },
        url_name="subsidies:application",
        rows=_applications(states.SUBMITTED, states.CHECKING, states.REVIEWING),
        states=states.APPLICATION,
        roles=REVIEWER,
        ref="receipt_no",
        number="receipt_no",
        due="due_on",
        person="assignee_id",
        since="submitted_at",
    ),
    Source(
        code="correction",
        room=INTAKE,
        what=_("補正の提出を待つ（期限を過ぎたら企業へ連絡する）"),
        url_name="subsidies:application",
        rows=_applications(states.CORRECTION),
        states=states.APPLICATION,
        roles=REVIEWER,
        ref="receipt_no",
        number="receipt_no",
        due="due_on",
        person="assignee_id",
        since="submitted_at",
        waits=True,
    ),
    Source(
        code="decision",
        room=INTAKE,
        what=_("交付・不交付を決裁する"),
        url_name="subsidies:application",
        rows=_to_decide,
        states=states.APPLICATION,
        roles=APPROVER,
        ref="receipt_no",
        number="receipt_no",
        due="due_on",
        since="submitted_at",
    ),
    Source(
        code="unassigned",
        room=INTAKE,
        what=_("申請の担当者を決める"),
        url_name="subsidies:application",
        rows=_unassigned,
        states=states.APPLICATION,
        roles=ADMIN,
        unless=REVIEWER | APPROVER,
        ref="receipt_no",
        number="receipt_no",
        due="due_on",
        since="submitted_at",
    ),
    Source(
        code="member_sheet",
        room=SELECTION,
        what={
            committee_states.ASSIGNED: _("利害関係を申告する"),
            committee_states.DECLARED: _("案件を採点する"),
            committee_states.DRAFT: _("採点の続きを入力し提出する"),
        },
        url_name="committee:case",
        rows=lambda actor, today: member.waiting(actor),
        states=committee_states.ASSIGNMENT,
        roles={Role.COMMITTEE},
        ref="pk",
        about="case__title",
        number="case__number",
        due="round__due_on",
        person="user_id",
    ),
    Source(
        code="review_round",
        room=SELECTION,
        what={
            committee_states.PLANNED: _("審査会の準備を終えて始める"),
            committee_states.OPEN: _("審査会の採点の進みを確かめる"),
        },
        url_name="committee:round",
        rows=_rounds,
        states=committee_states.ROUND,
        roles=REVIEWER,
        ref="pk",
        about="call__version__scheme__name",
        due="due_on",
        person="created_by_id",
    ),
    Source(
        code="selection",
        room=SELECTION,
        what=_("採択の案を決裁する"),
        url_name="selection:ranking",
        rows=lambda actor, today: not_own(
            selection.visible_selections(actor).filter(status=selection_states.PROPOSED), actor
        ),
        states=selection_states.SELECTION,
        roles=APPROVER,
        ref="call_id",
        about="call__version__scheme__name",
        since="prepared_at",
    ),
    Source(
        code="filing",
        room=GRANTS,
        what=_("提出された書類を確認する"),
        url_name="grants:staff_filing",
        rows=_filed,
        states=grant_states.FILING,
        roles=REVIEWER,
        about="grant__firm_name",
        number="grant__receipt_no",
        kind="kind",
        kinds=_filing_name,
        person=_CASE_PERSON,
        since="submitted_at",
    ),
    Source(
        code="ruling",
        room=GRANTS,
        what=_("交付決定後の処分を決裁する"),
        url_name="grants:ruling",
        rows=_proposed_rulings,
        states=grant_states.RULING,
        roles=APPROVER,
        ref="pk",
        about="grant__firm_name",
        number="grant__receipt_no",
        kind="kind",
        kinds=_ruling_name,
        since="prepared_at",
    ),
    Source(
        code="site_visit",
        room=GRANTS,
        what={
            grant_states.PLANNED: _("現地調査をして記録する"),
            grant_states.INSTRUCTED: _("現地調査の指示への対応を確かめる"),
        },
        url_name="grants:visit",
        rows=_visits,
        states=grant_states.VISIT,
        roles=REVIEWER,
        ref="pk",
        about="grant__firm_name",
        number="grant__receipt_no",
        due=F("planned_on"),
        person="created_by_id",
        since="created_at",
    ),
    Source(
        code="hearing",
        room=GRANTS,
        what=_("弁明の期限が過ぎたので次へ進める"),
        url_name="grants:staff_grant",
        rows=_hearings,
        states=money_states.HEARING,
        roles=REVIEWER,
        ref="grant__receipt_no",
        about="grant__firm_name",
        number="grant__receipt_no",
        due="due_on",
        person="asked_by_id",
        since="asked_at",
    ),
    Source(
        code="obligation",
        room=GRANTS,
        what=_("義務の履行を確かめる"),
        url_name="obligations:item",
        rows=_obligations,
        states=obligation_states.OBLIGATION,
        roles=REVIEWER | ADMIN,
        ref="pk",
        number="receipt_no",
        kind="kind",
        kinds=lambda code: Obligation.Kind(code).label,
        due="due_on",
        person="owner_id",
        since="created_at",
    ),
    Source(
        code="revision",
        room=SCHEMES,
        what=_("制度の改正案を公開する"),
        url_name="office:revision",
        rows=lambda actor, today: (
            office.visible_revisions(actor)
            .filter(status=office_states.PROPOSED)
            .exclude(Q(begun_by_id__in=actor.persons) | Q(editors__overlap=list(actor.persons)))
        ),
        states=office_states.REVISION,
        roles=APPROVER,
        ref="pk",
        about="scheme__name",
        since="changed_at",
    ),
    Source(
        code="finding",
        room=SCHEMES,
        what=_("気になる点を確かめて記録する"),
        url_name="watch:finding",
        rows=_findings,
        states=watch_states.FINDING,
        roles=REVIEWER,
        ref="pk",
        about="application__firm_name",
        number="application__receipt_no",
        kind="kind",
        kinds=lambda code: Finding.Kind(code).label,
        person="application__assignee_id",
        since="found_at",
    ),
    Source(
        code="disposal",
        room=SCHEMES,
        what=_("保存年限を過ぎた文書の廃棄を決裁する"),
        url_name="retention:disposal",
        rows=lambda actor, today: not_own(
            retention.visible_disposals(actor).filter(status=retention_states.PROPOSED), actor
        ),
        states=retention_states.DISPOSAL,
        roles=APPROVER,
        ref="pk",
        about="",
        since="prepared_at",
    ),
)
