"""A firm lets an advisor read its worksheets, sees when that happened, and may end it at any time."""

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dojo.models import Cohort
from dojo.services.errors import Refused
from dojo.worksheets import policies
from dojo.worksheets.models import AdvisorConsent, Worksheet
from portal.accounts.models import Assignment, User
from portal.accounts.policies import person_id
from portal.accounts.roles import Role
from portal.kernel import audit, clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.transitions import RoleMissing, StaleState
from programs.policies import visible_firms
from programs.selectors import open_sites


def advisors_of(ward_ids: set[int], today: dt.date) -> QuerySet[User]:
    """The advisors who serve one of the wards, by reading of their names; those of all wards included."""
    serving = Assignment.objects.live_on(today).filter(
        Q(ward_id__in=ward_ids) | Q(ward_id=None), role=Role.ADVISOR
    )
    people = User.objects.filter(pk__in=serving.values("user_id"), is_active=True)
    return people.order_by("name_kana", "pk")


def own_wards(actor: Actor) -> list[int]:
    """The wards in which the actor's firm has a site, in the order of their codes."""
    if actor.firm_id is None:
        return []
    firm = visible_firms(actor).get(pk=actor.firm_id)
    return sorted(set(open_sites(firm).values_list("ward_id", flat=True)))


def consent_give(
    *, actor: Actor, advisor_id: int, agreed: bool, with_figures: bool, text: str
) -> AdvisorConsent:
    """Let the advisor read; `text` is the sentence agreed to.

    Raises RoleMissing, Refused (not agreed, no such advisor, let in already).
    """
    if actor.hat != Hat.FIRM or actor.firm_id is None or not actor.has_role(Role.FIRM_OWNER):
        raise RoleMissing(_("同意は、企業の代表者が行ってください。"))
    if not agreed:
        raise Refused(_("見せるときは、同意の欄にチェックを入れてください。"))
    wards = own_wards(actor)
    if not wards:
        raise Refused(_("先に、企業情報で事業所を登録してください。"))
    advisor = advisors_of(set(wards), clock.today()).filter(pk=advisor_id).first()
    if advisor is None:
        raise Refused(_("この人は、この区の相談員ではありません。選び直してください。"))
    try:
        with transaction.atomic():
            row = AdvisorConsent.objects.create(
                ward_id=_ward_of(advisor, wards),
                firm_id=actor.firm_id,
                advisor=advisor,
                advisor_name=advisor.name,
                with_figures=with_figures,
                consent=text,
                given_by_id=person_id(actor),
            )
    except IntegrityError as twice:
        raise Refused(_("この相談員には、すでに見せています。")) from twice
    audit.record(
        actor=actor,
        action="worksheets.consent_given",
        obj=row,
        detail={"advisor": advisor_id, "with_figures": with_figures},
    )
    return row


def consent_end(*, actor: Actor, consent_id: int) -> AdvisorConsent:
    """Take it back; the advisor's comments stay. Raises AdvisorConsent.DoesNotExist, RoleMissing, StaleState."""
    if actor.hat != Hat.FIRM:
        raise RoleMissing
    with transaction.atomic():
        row = policies.visible_consents(actor).select_for_update().get(pk=consent_id)
        if row.ended_at is not None:
            raise StaleState(_("この同意は、すでに取り消されています。"))
        row.ended_at = clock.database_now()
        row.save(update_fields=["ended_at"])
        audit.record(
            actor=actor,
            action="worksheets.consent_ended",
            obj=row,
            detail={"advisor": row.advisor_id},
        )
        return row


def sheet_read(*, actor: Actor, sheet: Worksheet, how: str = "page") -> None:
    """Somebody outside the firm reads it: on record, and an advisor's look is shown to the firm."""
    if policies.is_own(actor, sheet):
        return
    with transaction.atomic(), acting(actor.elevated()):
        if policies.is_advisor(actor):
            AdvisorConsent.objects.filter(
                firm_id=sheet.firm_id, advisor_id=actor.user_id, ended_at=None
            ).update(last_read_at=clock.now())
        audit.record(actor=actor, action="worksheets.read", obj=sheet, detail={"how": how})


def group_read(*, actor: Actor, cohort: Cohort, kind: str, sheet_ids: Collection[int]) -> None:
    """A cohort's sheets are shown in the room, without kept figures: one row on record for all."""
    with transaction.atomic(), acting(actor.elevated()):
        audit.record(
            actor=actor,
            action="worksheets.group_shown",
            obj=cohort,
            ward_id=cohort.ward_id,
            detail={"kind": kind, "worksheets": sorted(sheet_ids)},
        )


def _ward_of(advisor: User, wards: list[int]) -> int:
    """The ward as which the advisor reads: one they serve, the firm's first for those of all wards."""
    served = set(
        Assignment.objects.live_on(clock.today())
        .filter(user=advisor, role=Role.ADVISOR)
        .values_list("ward_id", flat=True)
    )
    return next((ward for ward in wards if ward in served), wards[0])
