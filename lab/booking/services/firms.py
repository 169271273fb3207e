"""What a firm brings: consent to the rules of use, certificates, the result of a trial."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lab.booking import policies, states
from lab.booking.models import (
    Acceptance,
    Agreement,
    Booking,
    Certificate,
    Lab,
    Machine,
    TrialReport,
)
from lab.booking.services import conditions
from lab.booking.services.errors import Refused
from portal.accounts.models import User
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import ReasonMissing, RoleMissing
from programs.models import Firm, FirmMembership

CERTIFICATE_YEARS = 2
MOST_TEXT = 1000


def agree(*, actor: Actor, lab_id: int, version: int, day: dt.date) -> None:
    """利用規約に同意する for the fiscal year of `day`. Again changes nothing. Raises Refused."""
    if actor.hat != Hat.FIRM or actor.firm_id is None or actor.user_id is None:
        raise RoleMissing
    lab = Lab.objects.get(pk=lab_id)
    newest = conditions.agreement_of(lab)
    if newest is None or newest.version != version:
        raise Refused(_("規約が改められました。新しい規約を読んでから同意してください。"))
    year = clock.fiscal_year(day)
    if not 0 <= year - clock.fiscal_year(clock.today()) <= 1:
        raise Refused(_("規約に同意できるのは、今年度と来年度の分です。"))
    with acting(actor.elevated()):
        made = Acceptance(
            agreement=newest, firm_id=actor.firm_id, fiscal_year=year, person_id=actor.user_id
        )
        Acceptance.objects.bulk_create([made], ignore_conflicts=True)
        audit.record(
            actor=actor,
            action="booking.agreed",
            obj=newest,
            ward_id=lab.ward_id,
            detail={"version": version, "fiscal_year": year},
        )


def agreement_publish(*, actor: Actor, lab_id: int, text: str) -> Agreement:
    """規約を改める: everybody agrees anew."""
    lab = policies.staff_labs(actor).get(pk=lab_id)
    if not policies.may_run(actor, lab):
        raise RoleMissing
    if not text.strip():
        raise Refused(_("規約の本文を入力してください。"))
    with acting(actor.elevated()):
        # Two at once must not make one version.
        Lab.objects.select_for_update(no_key=True).get(pk=lab.pk)
        newest = conditions.agreement_of(lab)
        made = Agreement.objects.create(
            lab=lab, version=(newest.version if newest else 0) + 1, text=plain(text)
        )
        audit.record(
            actor=actor, action="booking.agreement_published", obj=made, ward_id=lab.ward_id
        )
    return made


def certify(
    *,
    actor: Actor,
    machine_id: int,
    firm_id: int,
    person_id: int,
    granted_on: dt.date,
    expires_on: dt.date | None = None,
) -> Certificate:
    """講習の修了を記録する, for a person who has come to the lab with this firm. Raises Refused."""
    machine = Machine.objects.select_related("lab").get(pk=machine_id)
    if not policies.may_run(actor, machine.lab):
        raise RoleMissing
    if granted_on > clock.today():
        raise Refused(_("修了日は、今日以前の日にしてください。"))
    ends = expires_on or years_after(granted_on, CERTIFICATE_YEARS)
    if ends < granted_on:
        raise Refused(_("有効期限は、修了日以降にしてください。"))
    with acting(actor.elevated()):
        if not FirmMembership.objects.filter(
            firm_id=firm_id, user_id=person_id, valid_to=None
        ).exists():
            raise Refused(_("この方は、この企業に登録されていません。"))
        made = Certificate.objects.create(
            machine=machine,
            ward_id=machine.lab.ward_id,
            firm_id=firm_id,
            person_id=person_id,
            person_name=User.objects.get(pk=person_id).name,
            firm_name=Firm.objects.get(pk=firm_id).name,
            granted_on=granted_on,
            expires_on=ends,
            granted_by_id=actor.user_id,
        )
        audit.record(actor=actor, action="booking.certified", obj=made)
    return made


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def certificate_withdraw(*, actor: Actor, certificate_id: int, reason: str) -> Certificate:
    """講習の修了を取り消す, with a reason. Bookings stay; the door stays shut at check-in."""
    seen = policies.visible_certificates(actor).get(pk=certificate_id)
    if not policies.is_staff(actor):
        raise RoleMissing
    if not reason.strip():
        raise ReasonMissing
    with acting(actor.elevated()):
        row = Certificate.objects.select_for_update(no_key=True).get(pk=seen.pk)
        if row.withdrawn_on:
            raise Refused(_("この修了は、すでに取り消されています。"))
        row.withdrawn_on, row.withdrawn_reason = clock.today(), plain(reason, 300)
        row.save(update_fields=["withdrawn_on", "withdrawn_reason"])
        audit.record(
            actor=actor,
            action="booking.certificate_withdrawn",
            obj=row,
            reason=row.withdrawn_reason,
        )
    return row


def trial_report(
    *,
    actor: Actor,
    reservation_id: int,
    outcome: str,
    wish: str,
    problem: str,
    tried: str,
    effect: str = "",
    may_prefill: bool = False,
) -> TrialReport:
    """試用の結果を書く, once, after the use. Raises Refused."""
    row = policies.visible_reservations(actor).get(pk=reservation_id)
    if actor.hat != Hat.FIRM or actor.user_id is None:
        raise RoleMissing
    if row.status not in (states.USED, states.IN_USE):
        raise Refused(_("試用の結果は、設備を使ってから書いてください。"))
    with acting(actor.elevated()):
        names = Booking.objects.filter(reservation=row).values_list("machine__name", flat=True)
        try:
            with transaction.atomic():
                made = TrialReport.objects.create(
                    reservation=row,
                    ward_id=row.ward_id,
                    firm_id=row.firm_id,
                    machine_names=_("、").join(sorted(names))[:300],
                    outcome=outcome,
                    wish=wish,
                    problem=plain(problem, MOST_TEXT),
                    tried=plain(tried, MOST_TEXT),
                    effect=plain(effect, MOST_TEXT),
                    may_prefill=may_prefill,
                    person_id=actor.user_id,
                )
        except IntegrityError as twice:
            raise Refused(_("この試用の結果は、すでに書かれています。")) from twice
        audit.record(
            actor=actor,
            action="booking.trial_reported",
            obj=made,
            detail={"outcome": outcome, "wish": wish, "may_prefill": may_prefill},
        )
    return made


def consent_change(*, actor: Actor, trial_id: int, may_prefill: bool) -> None:
    """申請の下書きに使ってよいかを変える."""
    seen = policies.visible_trials(actor).get(pk=trial_id)
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    with acting(actor.elevated()):
        TrialReport.objects.filter(pk=seen.pk).update(may_prefill=may_prefill)
        audit.record(
            actor=actor,
            action="booking.trial_consent",
            obj=seen,
            changes={"may_prefill": [seen.may_prefill, may_prefill]},
        )
