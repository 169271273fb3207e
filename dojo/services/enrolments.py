"""Applying, accepting, cancelling, choosing. Every change of a seat holds the cohort's lock."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dojo import policies, states
from dojo.models import Cohort, Enrolment, Graduation
from dojo.rules import entry
from dojo.services import causes, notices
from dojo.services.errors import Full, Refused
from dojo.services.seats import by_itself, locked, recount, seats_settle
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing
from programs.models import Firm, FirmMembership, FirmWard, Qualification
from programs.policies import visible_firms
from programs.selectors import open_sites
from programs.services.firms import let_ward_see

MOST_MOTIVE = 1000
ALREADY = gettext_lazy(
    "この方は、すでにこの期に申し込んでいます。「受講する講座」で確かめてください。"
)


def enrolment_apply(
    *, actor: Actor, cohort_id: int, person_id: int, motive: str, ward_id: int | None = None
) -> Enrolment:
    """申し込む. First come: a seat, or a place on the waiting list, at once.

    Raises Cohort.DoesNotExist, RoleMissing, Refused (closed, not of these wards, prerequisites,
    applied already).
    """
    if actor.hat != Hat.FIRM or actor.firm_id is None:
        raise RoleMissing
    cohort = policies.get_cohort(actor, pk=cohort_id)
    firm = visible_firms(actor).get(pk=actor.firm_id)
    if not motive.strip() or len(motive) > MOST_MOTIVE:
        raise Refused(_("取り組みたい課題を、1,000字までで書いてください。"))
    ward = _ward(cohort, firm, ward_id)
    _check_entry(cohort, firm, person_id)
    person = User.objects.get(pk=person_id)
    with acting(actor.elevated()):
        held = locked(cohort_id)
        _check_open(held)
        _check_first_time(held, person_id)
        # The ward that gets the application sees the firm from now on.
        let_ward_see(
            firm_id=firm.pk, ward_id=ward, basis=FirmWard.Basis.APPLICATION, today=clock.today()
        )
        try:
            with transaction.atomic():
                row = Enrolment.objects.create(
                    cohort=held,
                    ward_id=ward,
                    firm=firm,
                    person=person,
                    firm_name=firm.name,
                    person_name=person.name,
                    motive=motive.strip(),
                )
        except IntegrityError as error:
            raise Refused(ALREADY) from error
        audit.record(
            actor=actor,
            action="dojo.applied",
            obj=row,
            detail={"cohort": cohort_id, "person": person_id},
        )
        if held.selection == Cohort.Selection.FIRST_COME:
            # Whoever waits comes before a newcomer, even where a seat has just become free.
            seats_settle(cohort=held, today=clock.today())
            action = "enrol" if held.free > 0 and not held.waiting else "queue"
            transitions.apply(
                table=states.ENROLMENT, instance=row, action=action, actor=by_itself(held)
            )
        recount(held)
        notices.applied(row, held)
    return row


def enrolment_accept(*, actor: Actor, enrolment_id: int) -> Enrolment:
    """案内された席を受ける, until the offer's last day. Raises Enrolment.DoesNotExist, Refused, StaleState."""
    seen = _own(actor, enrolment_id)
    with acting(actor.elevated()):
        cohort = locked(seen.cohort_id)
        row = Enrolment.objects.select_for_update().get(pk=seen.pk)
        if row.status == states.OFFERED and row.accept_by and row.accept_by < clock.today():
            raise Refused(
                _("返事の期限が過ぎたため、席は次の方に案内します。ほかの期の募集をご覧ください。")
            )
        transitions.apply(table=states.ENROLMENT, instance=row, action="accept", actor=actor)
        recount(cohort)
    return row


def enrolment_withdraw(*, actor: Actor, enrolment_id: int, reason: str = "") -> Enrolment:
    """辞退する; the seat goes to whoever waits. Raises Enrolment.DoesNotExist, Refused, StaleState."""
    seen = _own(actor, enrolment_id)
    with acting(actor.elevated()):
        cohort = locked(seen.cohort_id)
        row = Enrolment.objects.select_for_update().get(pk=seen.pk)
        if cohort.status == states.ENDED or Graduation.objects.filter(enrolment=row).exists():
            raise Refused(_("この期は終わったため、辞退はできません。区にご連絡ください。"))
        transitions.apply(
            table=states.ENROLMENT,
            instance=row,
            action="withdraw",
            actor=actor,
            reason=reason,
            fields={"reason": reason.strip(), "accept_by": None},
        )
        notices.withdrawn(row, cohort)
        seats_settle(cohort=cohort, today=clock.today())
    return row


def enrolment_remove(*, actor: Actor, enrolment_id: int, reason: str) -> Enrolment:
    """区が取り消す, with its reason. Raises Enrolment.DoesNotExist, RoleMissing, ReasonMissing, StaleState."""
    seen = _kept(actor, enrolment_id)
    with acting(actor.elevated()):
        cohort = locked(seen.cohort_id)
        row = Enrolment.objects.select_for_update().get(pk=seen.pk)
        if Graduation.objects.filter(enrolment=row, status__in=states.STANDING).exists():
            raise Refused(_("修了の案または認定があります。先にそちらを取り消してください。"))
        transitions.apply(
            table=states.ENROLMENT,
            instance=row,
            action="remove",
            actor=actor,
            reason=reason,
            fields={"reason": reason.strip(), "accept_by": None},
        )
        notices.removed(row, cohort, reason)
        seats_settle(cohort=cohort, today=clock.today())
    return row


def enrolment_choose(
    *, actor: Actor, enrolment_id: int, action: str, reason: str = ""
) -> Enrolment:
    """選考: enrol, queue or decline one applicant. Raises Full where no seat is left, and as above."""
    if action not in {"enrol", "queue", "decline"}:
        raise Refused(_("選び直してください。"))
    seen = _kept(actor, enrolment_id)
    with acting(actor.elevated()):
        cohort = locked(seen.cohort_id)
        row = Enrolment.objects.select_for_update().get(pk=seen.pk)
        if cohort.status != states.ANNOUNCED:
            raise Refused(_("終了・中止した期は変えられません。"))
        if action == "enrol" and cohort.free < 1:
            raise Full
        transitions.apply(
            table=states.ENROLMENT,
            instance=row,
            action=action,
            actor=actor,
            reason=reason,
            fields={"reason": reason.strip()},
        )
        recount(cohort)
        notices.chosen(row, cohort)
    return row


def _check_open(cohort: Cohort) -> None:
    today = clock.today()
    if cohort.status != states.ANNOUNCED or not cohort.opens_on <= today <= cohort.closes_on:
        raise Refused(_("この期は、いま申込みを受け付けていません。ほかの期をご覧ください。"))


def _check_first_time(cohort: Cohort, person_id: int) -> None:
    """As the system: the person may have graduated in another firm."""
    if Graduation.objects.filter(
        person_id=person_id, course_code=cohort.course.code, status__in=states.STANDING
    ).exists():
        raise Refused(_("この方は、この講座をすでに修了しています。"))


def _ward(cohort: Cohort, firm: Firm, asked: int | None) -> int:
    """The ward as whose firm it takes part. Raises Refused."""
    served = {row.ward_id for row in cohort.wards.all()}
    here = sorted(served & set(open_sites(firm).values_list("ward_id", flat=True)))
    if not here:
        raise Refused(
            _(
                "この期は、対象の区に事業所のある企業が申し込めます。企業情報の事業所を確かめてください。"
            )
        )
    if asked is not None and asked not in here:
        raise Refused(_("申し込む区を選び直してください。"))
    return asked or (cohort.ward_id if cohort.ward_id in here else here[0])


def _check_entry(cohort: Cohort, firm: Firm, person_id: int) -> None:
    """Raises Refused where the person or the firm may not take part."""
    member = FirmMembership.objects.filter(
        firm=firm, user_id=person_id, valid_to=None, user__is_active=True
    ).first()
    if member is None:
        raise Refused(_("受講者は、企業に登録された方から選んでください。"))
    held = Qualification.objects.filter(firm=firm, revoked_on=None).exclude(
        expires_on__lt=clock.today()
    )
    lacks = entry.missing(
        entry.parse(cohort.course.entry),
        role=member.role,
        completed=set(held.values_list("kind", flat=True)),
    )
    if "role" in lacks:
        raise Refused(_("この講座は、企業の代表者が受けるものです。受講者を選び直してください。"))
    if lacks:
        names = _("、").join(str(Qualification.Kind(kind).label) for kind in lacks)
        raise Refused(_("先に必要なもの：%(names)s") % {"names": names})


def _own(actor: Actor, enrolment_id: int) -> Enrolment:
    """The firm's enrolment, for the person or an owner. Raises Enrolment.DoesNotExist, RoleMissing."""
    row = policies.visible_enrolments(actor).get(pk=enrolment_id)
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    if row.person_id != actor.user_id and not actor.has_role(Role.FIRM_OWNER):
        raise Refused(_("受講者本人か、企業の代表者が行ってください。"))
    return row


def _kept(actor: Actor, enrolment_id: int) -> Enrolment:
    row = policies.visible_enrolments(actor).select_related("cohort").get(pk=enrolment_id)
    if not policies.may_plan(actor, row.cohort):
        raise RoleMissing
    causes.require_others_firm(actor, row)
    return row
