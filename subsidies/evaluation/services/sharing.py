"""A firm shows its plan to an advisor, with consent, and may end that at any time."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing, StaleState
from subsidies import policies as core
from subsidies import states as application_states
from subsidies.evaluation import policies, selectors
from subsidies.evaluation.models import PlanShare
from subsidies.evaluation.services import bars
from subsidies.models import Application
from subsidies.services import moves
from subsidies.services.errors import Refused

# As long as the ward has not decided, an advisor can still help with the plan.
SHAREABLE = (application_states.DRAFT, *application_states.OPEN)


def advisors_of(ward_id: int, today: dt.date) -> QuerySet[User]:
    """The advisors who serve the ward, by reading of their names; those of all wards included."""
    serving = Assignment.objects.live_on(today).filter(
        Q(ward_id=ward_id) | Q(ward_id=None), role=Role.ADVISOR
    )
    people = User.objects.filter(pk__in=serving.values("user_id"), is_active=True)
    return people.order_by("name_kana", "pk")


def plan_share(
    *, actor: Actor, application_id: int, advisor_id: int, consent: bool, text: str
) -> PlanShare:
    """Let the advisor read the plan. `text` is the sentence agreed to. Whoever evaluated the plan
    before it changed is asked anew: the earlier share ends, its evaluation stays.

    Raises Application.DoesNotExist, RoleMissing, Barred (a tie to the firm or the case), Refused
    (no consent, no such advisor, shared with them already, decided).
    """
    if not core.may_apply(actor):
        raise RoleMissing
    if not consent:
        raise Refused(_("共有するには、同意の欄にチェックを入れてください。"))
    with transaction.atomic():
        application = core.get_application(actor, pk=application_id)
        if application.status not in SHAREABLE:
            raise Refused(_("この申請は手続が終わっているため、相談員に共有できません。"))
        if not advisors_of(application.ward_id, clock.today()).filter(pk=advisor_id).exists():
            raise Refused(_("この人は、この区の相談員ではありません。選び直してください。"))
        bars.check(actor=actor, application=application, user_id=advisor_id)
        for before in selectors.outdated_shares(application):
            if before.advisor_id == advisor_id:
                _end(actor, before)
        share = _create(actor, application, advisor_id, text)
        _tell(actor, share, "plan_shared", {"advisor": advisor_id})
        return share


def plan_share_end(*, actor: Actor, share_id: int) -> PlanShare:
    """Take the plan back from the advisor; what was handed over stays.

    Raises PlanShare.DoesNotExist, StaleState, RoleMissing.
    """
    if not core.may_apply(actor):
        raise RoleMissing
    with transaction.atomic():
        share = policies.visible_shares(actor).select_for_update(of=("self",)).get(pk=share_id)
        return _end(actor, share)


def shares_close(*, actor: Actor, application_id: int) -> int:
    """End what is still shared of an application that is decided or withdrawn. As the system."""
    with transaction.atomic():
        rows = PlanShare.objects.select_for_update().filter(
            application_id=application_id, ended_at=None
        )
        return sum(_end(actor, share) is not None for share in rows)


def _end(actor: Actor, share: PlanShare) -> PlanShare:
    if share.ended_at is not None:
        raise StaleState(_("この共有は、すでに終わっています。"))
    share.ended_at = clock.database_now()
    share.save(update_fields=["ended_at"])
    _tell(actor, share, "share_ended", {})
    return share


def _tell(actor: Actor, share: PlanShare, act: str, more: dict[str, Any]) -> None:
    moves.tell(
        actor,
        share,
        action=f"evaluation.{act}",
        event=f"evaluation.{act}",
        payload={"share_id": share.pk, "ward_id": share.ward_id},
        detail={"application": share.application_id, **more},
    )


def _create(actor: Actor, application: Application, advisor_id: int, text: str) -> PlanShare:
    try:
        with transaction.atomic():
            return PlanShare.objects.create(
                application=application,
                ward_id=application.ward_id,
                firm_id=application.firm_id,
                advisor_id=advisor_id,
                shared_by_id=moves.person(actor),
                consent=text,
            )
    except IntegrityError as twice:
        raise Refused(_("この相談員には、すでに共有しています。")) from twice
