"""From the problem a firm offers to the institution it goes on with."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.consortium import policies, states
from lab.consortium.codes import ProjectKind
from lab.consortium.models import Member, Project, ProjectAnswer, ProjectSide
from lab.consortium.services.errors import Refused
from lab.consortium.services.parts import OLDEST_DAYS, too_old, wards_of, writing
from portal.kernel import audit, clock, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState
from programs.models import Firm

MOST_OPEN = 20
MOST_DAYS = 366
MOST_STUDENTS = 60
# Answering and withdrawing by turns is a mail to the firm each time.
MOST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem as typed. `part_of`: the project an internship belongs to, if any."""

    kind: str
    title: str
    problem: str
    season: str
    students: int
    open_until: dt.date
    ward_id: int
    is_named: bool
    needs_nda: bool
    contact_name: str
    contact_phone: str
    detail: str = ""
    part_of_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An institution's answer as typed."""

    message: str
    students: int
    season: str
    contact_name: str
    contact_phone: str


def project_offer(*, actor: Actor, given: Problem) -> Project:
    """課題を出す. Raises Refused, RoleMissing."""
    firm = Firm.objects.get(pk=policies.firm_of(actor))
    _check(actor, firm.pk, given, clock.today())
    with transaction.atomic(), acting(actor.elevated()):
        _check_once(firm.pk, given)
        row = Project.objects.create(
            ward_id=given.ward_id,
            firm=firm,
            kind=given.kind,
            title=plain(given.title, 80),
            problem=plain(given.problem, 2000),
            season=given.season,
            students=given.students,
            shown_name=firm.name if given.is_named else "",
            needs_nda=given.needs_nda,
            part_of_id=given.part_of_id,
            open_until=given.open_until,
        )
        ProjectSide.objects.create(
            project=row,
            ward_id=given.ward_id,
            firm=firm,
            firm_name=firm.name,
            contact_name=plain(given.contact_name, 60),
            contact_phone=plain(given.contact_phone, 20),
            detail=plain(given.detail, 2000),
            offered_by_id=policies.person(actor),
        )
        _tell(row, "consortium.offered")
        audit.record(actor=actor, action="consortium.offered", obj=row)
        return row


def _check(actor: Actor, firm_id: int, given: Problem, today: dt.date) -> None:
    if given.ward_id not in wards_of(firm_id):
        raise Refused(_("この区には事業所の登録がありません。事業所のある区を選んでください。"))
    if not today <= given.open_until <= today + dt.timedelta(MOST_DAYS):
        raise Refused(_("募集の期限は、今日から1年以内の日にしてください。"))
    if not 0 <= given.students <= MOST_STUDENTS:
        raise Refused(_("学生の人数は%(most)d人までにしてください。") % {"most": MOST_STUDENTS})
    mine = policies.visible_projects(actor)
    if mine.filter(status=states.OFFERED).count() >= MOST_OPEN:
        raise Refused(_too_many())
    if given.part_of_id is not None:
        if given.kind != ProjectKind.INTERNSHIP:
            raise Refused(_("ほかのプロジェクトの一部にできるのは、インターンシップだけです。"))
        if not mine.filter(pk=given.part_of_id).exclude(kind=ProjectKind.INTERNSHIP).exists():
            raise Refused(_("選んだプロジェクトがありません。画面を開き直してください。"))


def _check_once(firm_id: int, given: Problem) -> None:
    """The same problem sent twice is one. Of one firm only one at a time comes here. Raises Refused."""
    Firm.objects.select_for_update(no_key=True).get(pk=firm_id)
    rows = Project.objects.filter(firm_id=firm_id, status=states.OFFERED)
    if rows.count() >= MOST_OPEN:
        raise Refused(_too_many())
    if rows.filter(title=plain(given.title, 80), kind=given.kind).exists():
        raise Refused(
            _("同じ題名の課題を、すでに募集しています。一覧で確かめるか、題名を変えてください。")
        )


def _too_many() -> str:
    return _("募集は同時に%(most)d件までです。終わった募集を取り下げてください。") % {
        "most": MOST_OPEN
    }


def answer_add(
    *, actor: Actor, project_id: int, given: Reply, member_id: int | None = None
) -> ProjectAnswer:
    """取り組みたい, said by an institution, or by the secretariat for one that does not sign in.

    Raises Refused (answered already, no institution), StaleState (no longer open), RoleMissing.
    """
    seen = policies.get_project(actor, pk=project_id)
    member = _answering(actor, member_id)
    if not 0 <= given.students <= MOST_STUDENTS:
        raise Refused(_("学生の人数は%(most)d人までにしてください。") % {"most": MOST_STUDENTS})
    try:
        with writing(actor, seen) as project:
            if project.status != states.OFFERED or project.open_until < clock.today():
                raise StaleState
            if ProjectAnswer.objects.filter(project=project, member=member).count() >= MOST_ANSWERS:
                raise Refused(
                    _("この課題には、もう%(n)d回回答しています。企業か事務局に連絡してください。")
                    % {"n": MOST_ANSWERS}
                )
            row = ProjectAnswer.objects.create(
                project=project,
                ward_id=project.ward_id,
                firm_id=project.firm_id,
                member=member,
                message=plain(given.message, 1000),
                students=given.students,
                season=given.season,
                contact_name=plain(given.contact_name, 60),
                contact_phone=plain(given.contact_phone, 20),
                answered_by_id=policies.person(actor),
            )
            _tell(project, "consortium.answered", answer_id=row.pk)
            audit.record(actor=actor, action="consortium.answered", obj=row)
            return row
    except IntegrityError as twice:
        raise Refused(_("この機関は、すでに回答しています。")) from twice


def _answering(actor: Actor, member_id: int | None) -> Member:
    if policies.is_staff(actor):
        member = Member.objects.filter(pk=member_id or 0, left_on=None).first()
    else:
        member = policies.own_member(actor)
        policies.require(member is not None)
    if member is None or not member.is_institution:
        raise Refused(_("課題に回答できるのは、学校と公設試験研究機関です。"))
    return member


def answer_withdraw(*, actor: Actor, project_id: int) -> None:
    """回答を取り下げる, while nobody was chosen. Raises Refused, RoleMissing."""
    seen = policies.get_project(actor, pk=project_id)
    member = policies.own_member(actor)
    policies.require(member is not None)
    with writing(actor, seen) as project:
        if project.status != states.OFFERED:
            raise Refused(_("協議が始まったあとは、「途中で終わりにする」で理由を伝えてください。"))
        rows = ProjectAnswer.objects.filter(project=project, member=member, withdrawn_at=None)
        if not rows.update(withdrawn_at=clock.now()):
            raise StaleState
        audit.record(actor=actor, action="consortium.answer_withdrawn", obj=project)


def project_pick(*, actor: Actor, project_id: int, answer_id: int) -> Project:
    """この機関と話を進める: both know each other from now on. Raises Refused, StaleState."""
    seen = own(actor, project_id)
    with writing(actor, seen) as row:
        answer = ProjectAnswer.objects.filter(
            pk=answer_id, project=row, withdrawn_at=None, member__left_on=None
        ).first()
        if answer is None:
            raise Refused(_("この回答は取り下げられています。ほかの回答を選んでください。"))
        move(actor, row, "pick", member_id=answer.member_id)
        return row


def project_reopen(*, actor: Actor, project_id: int, reason: str) -> Project:
    """協議がまとまらず、もう一度募集する; for 60 days where the day has passed. Raises StaleState."""
    seen = own(actor, project_id)
    with writing(actor, seen) as row:
        # The one with whom it came to nothing may answer anew, of its own will.
        ProjectAnswer.objects.filter(
            project=row, member_id=row.member_id or 0, withdrawn_at=None
        ).update(withdrawn_at=clock.now())
        former, until = row.member_id, max(row.open_until, clock.today() + dt.timedelta(60))
        changed: dict[str, Any] = {"member_id": None, "nda_on": None, "open_until": until}
        move(actor, row, "reopen", why=reason, payload={"member_id": former}, **changed)
        return row


def project_withdraw(*, actor: Actor, project_id: int) -> Project:
    """募集をやめる. Raises StaleState."""
    seen = own(actor, project_id)
    with writing(actor, seen) as row:
        move(actor, row, "withdraw")
        return row


def nda_record(*, actor: Actor, project_id: int, on: dt.date) -> Project:
    """秘密保持契約の日: from now on the institution reads the details. Raises Refused."""
    seen = own(actor, project_id)
    if on > clock.today():
        raise Refused(_("契約の日が今日より先です。署名がそろった日を入力してください。"))
    if on < clock.today() - dt.timedelta(OLDEST_DAYS):
        raise Refused(too_old())
    with writing(actor, seen) as row:
        if row.status != states.TALKING or not row.needs_nda:
            raise StaleState
        row.nda_on = on
        row.save(update_fields=["nda_on"])
        _tell(row, "consortium.nda_signed")
        audit.record(actor=actor, action="consortium.nda_signed", obj=row)
        return row


def expire(*, actor: Actor) -> int:
    """Problems nobody was chosen for in time; says how many. For the system."""
    rows = Project.objects.filter(status=states.OFFERED, open_until__lt=clock.today())
    found = list(rows.select_for_update())
    for row in found:
        move(actor, row, "expire")
    return len(found)


def own(actor: Actor, project_id: int) -> Project:
    """A project of the actor's firm; any for the secretariat. Raises RoleMissing, DoesNotExist."""
    policies.require(policies.is_firm(actor) or policies.is_staff(actor))
    return policies.get_project(actor, pk=project_id)


def move(
    actor: Actor,
    row: Project,
    action: str,
    *,
    why: str = "",
    payload: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Along the table, with what its handlers need."""
    transitions.apply(
        table=states.PROJECT,
        instance=row,
        action=action,
        actor=actor,
        reason=why,
        payload={"project_id": row.pk, "ward_id": row.ward_id, **(payload or {})},
        fields=fields,
    )


def _tell(row: Project, event: str, **more: int) -> None:
    outbox.publish(
        name=event,
        subject=row.pk,
        ward_id=row.ward_id,
        payload={"project_id": row.pk, "ward_id": row.ward_id, **more},
    )
