"""The advisor's look at a plan, on a firm's card: shared, evaluated."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.actor import Actor, Hat
from programs import history
from programs.history import GRANTS, OF_ADVISOR, Event, Place, Todo, Told
from programs.models import Firm
from subsidies.evaluation import policies, states
from subsidies.evaluation.models import PlanEvaluation, PlanShare

_COLUMNS = (
    "public_id",
    "ward_id",
    "shared_at",
    "ended_at",
    "advisor__name",
    "evaluation__status",
    "evaluation__grade",
    "evaluation__submitted_at",
)
# An advisor does not see the application's row.
_APPLICATION = ("application__public_id", "application__receipt_no")


@history.tells(PlanShare)
def tell(actor: Actor, firm: Firm, today: dt.date, has: history.Has) -> Iterator[Told]:
    """One query: each sharing with its evaluation, once that was handed over."""
    rows = policies.visible_shares(actor).select_related(None).filter(firm_id=firm.pk)
    columns = _COLUMNS if policies.is_advisor(actor) else _COLUMNS + _APPLICATION
    for row in rows.order_by("-shared_at").values(*columns)[: history.MOST]:
        name, place = row["advisor__name"], _place(actor, row)
        text = _("導入計画を相談員に共有しました")
        yield Event(row["shared_at"], GRANTS, text, None, (name,), "", place, row["ward_id"])
        if row["evaluation__status"] == states.SUBMITTED:
            grade = PlanEvaluation.Grade(row["evaluation__grade"]).label
            yield Event(
                at=row["evaluation__submitted_at"],
                lane=GRANTS,
                text=_("導入計画が評価されました"),
                note=(grade, name),
                tone="green",
                place=place,
                ward_id=row["ward_id"],
            )
        elif row["ended_at"] is None:
            yield Todo(GRANTS, OF_ADVISOR, _("導入計画を評価する"), name, place=place)


def _place(actor: Actor, row: dict[str, Any]) -> Place | None:
    if policies.is_advisor(actor):
        return Place("evaluation:shared", row["public_id"])
    if actor.hat == Hat.FIRM:
        return Place("evaluation:plan", row["application__public_id"])
    receipt_no = row["application__receipt_no"]
    return Place("subsidies:application", receipt_no) if receipt_no else None
