"""An answer: by the link of a mail, on the firm's page, or heard by telephone. Each is a row of its own."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from dojo.followup import links, policies, states
from dojo.followup.models import Reply, Survey
from dojo.services import causes
from dojo.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from portal.ui.markup import era_date

LINK = Actor.system("followup.link")
Way = Reply.Way


def answer_by_link(*, secret: str, choice: str) -> Survey:
    """The answer of whoever holds the mail; needs no sign-in. Raises NoSuchLink, LinkExpired, Refused."""
    with acting(LINK):
        survey = links.survey_of(secret, today=clock.today())
        return _answer(LINK, survey.pk, choice, way=Way.LINK)


def answer_own(*, actor: Actor, survey_id: int, choice: str) -> Survey:
    """The firm's own answer, signed in. Raises Survey.DoesNotExist, RoleMissing, Refused."""
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    survey = policies.get_survey(actor, pk=survey_id)
    with transaction.atomic(), acting(actor.elevated()):
        return _answer(actor, survey.pk, choice, way=Way.PORTAL, by=person_id(actor))


def answer_by_phone(
    *, actor: Actor, survey_id: int, choice: str, said_by: str, said_on: dt.date, note: str = ""
) -> Survey:
    """聞き取り: who said it, on which day; the keeper of the cohort writes it down.

    Raises Survey.DoesNotExist, RoleMissing, Refused (one's own cause, a day to come or before the
    survey, nobody named).
    """
    survey = policies.get_survey(actor, pk=survey_id)
    if not policies.may_enter(actor, survey):
        raise RoleMissing
    today = clock.today()
    if not said_by.strip():
        raise Refused(_("話した人の氏名を入力してください。"))
    if said_on > today:
        raise Refused(_("聞き取りの日は、今日までの日にしてください。"))
    if said_on < survey.due_on:
        raise Refused(
            _("聞き取りの日は、調査の日（%(day)s）以降にしてください。")
            % {"day": era_date(survey.due_on)}
        )
    with transaction.atomic(), acting(actor.elevated()):
        causes.require_others_firm(actor, survey.graduation.enrolment)
        return _answer(
            actor,
            survey.pk,
            choice,
            way=Way.PHONE,
            by=person_id(actor),
            said_by=said_by.strip(),
            said_on=said_on,
            note=note.strip(),
        )


def _answer(
    actor: Actor,
    survey_id: int,
    choice: str,
    *,
    way: str,
    by: int | None = None,
    said_by: str = "",
    said_on: dt.date | None = None,
    note: str = "",
) -> Survey:
    """Write the answer down. The same answer again changes nothing, and leaves nothing.

    As the system, under the survey's row lock. Raises Refused.
    """
    survey = Survey.objects.select_for_update().get(pk=survey_id)
    if choice not in survey.question.answers:
        raise Refused(_("回答を1つ選んでください。"))
    _require_open(survey)
    if survey.choice == choice and way != Way.PHONE:
        return survey
    before, now = survey.choice, clock.database_now()
    reply = Reply.objects.create(
        survey=survey,
        choice=choice,
        way=way,
        written_by_id=by,
        said_by=said_by,
        said_on=said_on,
        note=note,
    )
    detail = {"way": way, "reply": reply.pk, "said_on": str(said_on or "")}
    if survey.status == states.OPEN:
        transitions.apply(
            table=states.SURVEY,
            instance=survey,
            action="answer",
            actor=actor,
            payload={
                "survey_id": survey.pk,
                "firm_id": survey.firm_id,
                "course": survey.course_code,
                "on": str(said_on or clock.to_date(now)),
            },
            changes={"choice": ["", choice]},
            detail=detail,
            fields={"choice": choice, "answered_at": now},
        )
        return survey
    survey.choice, survey.answered_at = choice, now
    survey.save(update_fields=["choice", "answered_at"])
    audit.record(
        actor=actor,
        action="followup.answer_changed",
        obj=survey,
        changes={"choice": [before, choice]},
        detail=detail,
    )
    return survey


def _require_open(survey: Survey) -> None:
    """Raises Refused with what to do instead."""
    if survey.status == states.PLANNED:
        raise Refused(
            _("この調査は%(day)sに始まります。それまでお待ちください。")
            % {"day": era_date(survey.due_on)}
        )
    if survey.status not in {states.OPEN, states.ANSWERED} or clock.today() > survey.closes_on:
        raise Refused(survey.question.late % {"day": era_date(survey.closes_on)})
