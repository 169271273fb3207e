"""修了: proposed by rule, confirmed by another official with fact and certificate, revoked with a reason."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo import papers, policies, states
from dojo.models import Cohort, Course, Graduation
from dojo.selectors import roster
from dojo.services import causes, notices
from dojo.services.cohorts import planned
from dojo.services.errors import Refused
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, numbering, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from portal.letters.services import Subject, letter_issue
from programs.services.qualifications import qualification_grant, qualification_revoke

LETTER = "dojo_certificate"
SERIES = "certificate"


@states.GRADUATION.guard("another_person")
def _another_person(graduation: Graduation, actor: Actor) -> Any:
    if graduation.proposed_by_id is not None and graduation.proposed_by_id == actor.user_id:
        return gettext_lazy("案を作った方は認定できません。ほかの決裁者に頼んでください。")
    return None


def graduations_propose(*, actor: Actor, cohort_id: int) -> int:
    """修了の案 for everybody who meets the rule and has none yet; returns how many.

    Who has graduated in this course already (in another cohort) is left out.
    Raises Cohort.DoesNotExist, RoleMissing.
    """
    with transaction.atomic():
        cohort = planned(actor, cohort_id)
        with acting(actor.elevated()):
            lines = roster.assessed(cohort)
            known = {
                row.enrolment_id: row for row in Graduation.objects.filter(enrolment__cohort=cohort)
            }
            return sum(
                _propose(actor, line, known.get(line.enrolment.pk), cohort.course)
                for line in lines
                if line.assessment.is_complete
            )


def graduation_confirm(*, actor: Actor, graduation_id: int) -> Graduation:
    """修了を認定する: number, fact, certificate and event in one transaction. The rule is asked once more.

    Raises Graduation.DoesNotExist, RoleMissing, StaleState, GuardFailed, Refused.
    """
    today = clock.today()
    with transaction.atomic():
        cohort = _decided(actor, graduation_id)
        with acting(actor.elevated()):
            row = _locked(graduation_id)
            # Checked before the fact and the paper are made.
            if refusal := states.GRADUATION.refusal(row, "confirm", actor):
                raise transitions.GuardFailed(refusal)
            if row.status != states.PROPOSED:
                raise transitions.StaleState
            line = next(iter(roster.assessed(cohort, only=row.enrolment_id)))
            if not line.assessment.is_complete:
                raise Refused(
                    _("出席が訂正され、修了の要件を満たさなくなりました。案を差し戻してください。")
                )
            row.assessment = line.assessment.as_data()
            row.confirmed_on = today
            row.number = _number(cohort, today)
            expires_on = years_on(today, cohort.course.valid_years)
            fact = qualification_grant(
                actor=_for_fact(actor),
                firm_id=row.firm_id,
                ward_id=row.ward_id,
                kind=cohort.course.fact_kind,
                granted_on=today,
                expires_on=expires_on,
                source=papers.fact_source(cohort),
                cohort=papers.fact_cohort(cohort),
                number=row.number,
                person_name=row.enrolment.person_name,
            )
            stored = letter_issue(
                actor=actor,
                subject=Subject(
                    key=f"dojo_graduation:{row.pk}",
                    kind=LETTER,
                    case_no=row.number,
                    ward_id=row.ward_id,
                    firm_id=row.firm_id,
                ),
                template="certificate",
                data=papers.certificate(row, cohort, expires_on=expires_on),
                made_at=clock.now(),
                issued_on=today,
                file_name=f"{row.number}.pdf",
            )
            transitions.apply(
                table=states.GRADUATION,
                instance=row,
                action="confirm",
                actor=actor,
                detail={"number": row.number, "enrolment": row.enrolment_id},
                payload=_payload(row, on=today),
                fields={
                    "assessment": row.assessment,
                    "confirmed_on": today,
                    "confirmed_by_id": person_id(actor),
                    "number": row.number,
                    "fact_id": fact.pk,
                    "certificate_id": stored.pk,
                },
            )
            notices.graduated(row, cohort)
    return row


def graduation_return(*, actor: Actor, graduation_id: int, reason: str) -> Graduation:
    """差し戻す, with what is to be looked at. Raises as above, ReasonMissing."""
    with transaction.atomic():
        _decided(actor, graduation_id)
        with acting(actor.elevated()):
            row = _locked(graduation_id)
            transitions.apply(
                table=states.GRADUATION,
                instance=row,
                action="return",
                actor=actor,
                reason=reason,
                fields={"reason": reason.strip()},
            )
    return row


def graduation_revoke(*, actor: Actor, graduation_id: int, reason: str) -> Graduation:
    """修了を取り消す: the fact ends with it, and everybody who rests on it sees that. Raises as above."""
    with transaction.atomic():
        cohort = _decided(actor, graduation_id)
        with acting(actor.elevated()):
            row = _locked(graduation_id)
            transitions.apply(
                table=states.GRADUATION,
                instance=row,
                action="revoke",
                actor=actor,
                reason=reason,
                payload=_payload(row, on=clock.today()),
                fields={"reason": reason.strip()},
            )
            # Recorded by another room's page already: the graduation only follows.
            if row.fact is not None and row.fact.revoked_on is None:
                qualification_revoke(
                    actor=_for_fact(actor), qualification_id=row.fact.pk, reason=reason
                )
            notices.revoked(row, cohort, reason)
    return row


def years_on(day: dt.date, years: int) -> dt.date:
    """The day before the same day so many years later; 29 February counts as the 28th."""
    same = day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)
    return same - dt.timedelta(days=1)


def _propose(actor: Actor, line: roster.Line, known: Graduation | None, course: Course) -> bool:
    data = line.assessment.as_data()
    if known is not None:
        if known.status != states.RETURNED or _stands_elsewhere(known):
            return False
        transitions.apply(
            table=states.GRADUATION,
            instance=known,
            action="propose",
            actor=actor,
            fields={"assessment": data, "proposed_by_id": person_id(actor), "reason": ""},
        )
        return True
    row = line.enrolment
    try:
        with transaction.atomic():
            made = Graduation.objects.create(
                enrolment=row,
                ward_id=row.ward_id,
                firm_id=row.firm_id,
                person_id=row.person_id,
                course_code=course.code,
                assessment=data,
                proposed_by_id=person_id(actor),
            )
    except IntegrityError as error:
        if "graduation_once" not in str(error):
            raise
        return False
    audit.record(
        actor=actor,
        action="dojo.graduation_proposed",
        obj=made,
        detail={"enrolment": made.enrolment_id, "counted": made.assessment["counted"]},
    )
    return True


def _stands_elsewhere(known: Graduation) -> bool:
    """Whether the person has graduated in this course meanwhile, or is proposed, in another cohort."""
    others = Graduation.objects.filter(person_id=known.person_id, course_code=known.course_code)
    return bool(others.filter(status__in=states.STANDING).exclude(pk=known.pk).exists())


def _decided(actor: Actor, graduation_id: int) -> Cohort:
    """The cohort of a visible graduation, for its approver.

    Raises Graduation.DoesNotExist, RoleMissing, Refused in one's own cause.
    """
    rows = policies.visible_graduations(actor).select_related(
        "enrolment__cohort__course", "enrolment__cohort__ward"
    )
    row = rows.get(pk=graduation_id).enrolment
    cohort = row.cohort
    if not policies.may_confirm(actor, cohort):
        raise RoleMissing
    causes.require_others_firm(actor, row)
    return cohort


def _locked(graduation_id: int) -> Graduation:
    rows = Graduation.objects.select_for_update(of=("self",))
    return rows.select_related("enrolment", "fact").get(pk=graduation_id)


def _number(cohort: Cohort, today: dt.date) -> str:
    """From the register of the ward that holds the cohort: R8-13107-DOJO-0012."""
    scheme, year = cohort.course.code.upper(), clock.fiscal_year(today)
    number = numbering.next_number(
        series=SERIES, ward_id=cohort.ward_id, scheme=scheme, fiscal_year=year
    )
    return numbering.receipt_no(
        ward_id=cohort.ward_id, scheme=scheme, fiscal_year=year, number=number
    )


def _for_fact(actor: Actor) -> Actor:
    """The person, writing for whichever ward the firm takes part."""
    return actor.elevated()


def _payload(row: Graduation, *, on: dt.date) -> dict[str, Any]:
    return {
        "graduation_id": row.pk,
        "course": row.course_code,
        "firm_id": row.firm_id,
        "person_id": row.person_id,
        "on": on.isoformat(),
    }
