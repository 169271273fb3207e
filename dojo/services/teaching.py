"""Around a session: materials, pre-work, feedback, questionnaire; and the plan that is handed in."""

import datetime as dt
from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dojo import policies, states
from dojo.models import Answer, Enrolment, Material, Session, SessionWork
from dojo.models.teaching import GRADES
from dojo.services import causes
from dojo.services.attendance import own_seat
from dojo.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files import services as files
from portal.kernel.files.rules import UploadRules
from portal.kernel.transitions import RoleMissing

PURPOSE = "dojo_material"
RULES = UploadRules(extensions=("pdf", "xlsx", "docx"), max_bytes=20 * 1024 * 1024)
MOST_TEXT = 1000


def material_add(*, actor: Actor, session_id: int, title: str, uploaded: UploadedFile) -> Material:
    """教材 for those who take part. Raises Session.DoesNotExist, RoleMissing, Refused, UploadRefused."""
    session = _kept_session(actor, session_id)
    if not title.strip():
        raise Refused(_("教材の題を入力してください。"))
    stored = files.store_upload(
        actor=actor,
        uploaded=uploaded,
        purpose=PURPOSE,
        ward_id=session.cohort.ward_id,
        firm_id=None,
        rules=RULES,
    )
    with transaction.atomic(), acting(actor.elevated()):
        made = Material.objects.create(
            session=session, title=title.strip(), stored_file=stored, added_by_id=person_id(actor)
        )
        audit.record(
            actor=actor, action="dojo.material_added", obj=made, ward_id=session.cohort.ward_id
        )
    return made


def material_remove(*, actor: Actor, material_id: int) -> None:
    """Take 教材 back; its bytes are erased. Raises Material.DoesNotExist, RoleMissing."""
    found = Material.objects.get(pk=material_id)
    session = _kept_session(actor, found.session_id)
    with transaction.atomic(), acting(actor.elevated()):
        found = Material.objects.select_related("stored_file").get(pk=material_id)
        stored = found.stored_file
        audit.record(
            actor=actor, action="dojo.material_removed", obj=found, ward_id=session.cohort.ward_id
        )
        found.delete()
        files.delete(actor=actor, stored=stored, now=clock.now())


def prework_done(*, actor: Actor, session_id: int) -> SessionWork:
    """事前の準備を終えた, said by the person. Saying it again changes nothing. Raises Refused."""
    session = Session.objects.select_related("cohort").get(pk=session_id)
    row = _seat(actor, session)
    with transaction.atomic(), acting(actor.elevated()):
        work, _new = SessionWork.objects.get_or_create(enrolment=row, session=session)
        if work.prework_on is None:
            work.prework_on = clock.today()
            work.save(update_fields=["prework_on"])
            audit.record(
                actor=actor, action="dojo.prework_done", obj=work, ward_id=session.cohort.ward_id
            )
    return work


def feedback_write(*, actor: Actor, session_id: int, enrolment_id: int, text: str) -> SessionWork:
    """講師からのコメント on one person's session. Raises Enrolment.DoesNotExist, RoleMissing, Refused."""
    session = _kept_session(actor, session_id)
    row = policies.visible_enrolments(actor).get(pk=enrolment_id, cohort_id=session.cohort_id)
    if row.status != states.ENROLLED:
        raise Refused(_("受講が決まった方だけに記録できます。"))
    if not text.strip() or len(text) > MOST_TEXT:
        raise Refused(_("コメントを1,000字までで書いてください。"))
    with transaction.atomic(), acting(actor.elevated()):
        work, _new = SessionWork.objects.get_or_create(enrolment=row, session=session)
        work.feedback, work.feedback_by_id = text.strip(), person_id(actor)
        work.feedback_at = clock.now()
        work.save(update_fields=["feedback", "feedback_by", "feedback_at"])
        audit.record(
            actor=actor, action="dojo.feedback_written", obj=work, ward_id=session.cohort.ward_id
        )
    return work


def answer_give(
    *, actor: Actor, session_id: int, grades: Mapping[str, int], comment: str = ""
) -> Answer:
    """アンケート, once, after the session has begun. Raises Refused."""
    session = Session.objects.select_related("cohort").get(pk=session_id)
    row = _seat(actor, session)
    if session.starts_at > clock.now():
        raise Refused(_("アンケートは、この回が始まってから答えてください。"))
    if set(grades) != {"clear", "useful", "pace"} or not set(grades.values()) <= set(GRADES):
        raise Refused(_("1から5までで選んでください。"))
    with transaction.atomic(), acting(actor.elevated()):
        try:
            with transaction.atomic():
                made = Answer.objects.create(
                    enrolment=row, session=session, comment=comment.strip()[:MOST_TEXT], **grades
                )
        except IntegrityError as error:
            raise Refused(_("この回のアンケートには、すでに答えています。")) from error
        audit.record(
            actor=actor,
            action="dojo.answered",
            ward_id=session.cohort.ward_id,
            detail={"session": session.pk},
        )
    return made


def plan_hand_in(*, actor: Actor, enrolment_id: int, on: dt.date | None) -> Enrolment:
    """行動計画の提出 (None takes it back): the fact that the completion rule reads.

    Raises Enrolment.DoesNotExist, RoleMissing, Refused.
    """
    row = policies.visible_enrolments(actor).select_related("cohort").get(pk=enrolment_id)
    if not policies.may_keep_roster(actor, row.cohort):
        raise RoleMissing
    causes.require_another(actor, row)
    if on is not None and on > clock.today():
        raise Refused(_("提出日は今日までの日にしてください。"))
    with transaction.atomic(), acting(actor.elevated()):
        row = Enrolment.objects.select_for_update().get(pk=row.pk)
        if row.status != states.ENROLLED:
            raise Refused(_("受講が決まった方だけに記録できます。"))
        before, row.plan_handed_in_on = row.plan_handed_in_on, on
        row.save(update_fields=["plan_handed_in_on"])
        audit.record(
            actor=actor,
            action="dojo.plan_handed_in",
            obj=row,
            changes={"on": [str(before or ""), str(on or "")]},
        )
    return row


def _seat(actor: Actor, session: Session) -> Enrolment:
    row = own_seat(actor, session)
    if row is None:
        raise Refused(_("この回の受講者ではありません。"))
    return row


def _kept_session(actor: Actor, session_id: int) -> Session:
    session = Session.objects.select_related("cohort", "unit").get(pk=session_id)
    if not policies.may_keep_roster(actor, session.cohort):
        raise RoleMissing
    return session
