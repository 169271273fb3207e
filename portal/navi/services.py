"""What a firm does with a result: keep it, and begin an application with it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from portal.accounts.policies import person_id
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from portal.kernel.transitions import RoleMissing
from portal.navi import policies, words
from portal.navi.items import Found, Item
from portal.navi.models import NaviResult
from portal.navi.prefill import offer
from portal.navi.rules import answering, fitting
from portal.navi.rules.answering import Answers
from portal.navi.selectors import Ground
from subsidies.models import Application
from subsidies.services import draft_start


def result_keep(
    *, actor: Actor, answers: Answers, base: Ground, found: Found, now: dt.datetime
) -> NaviResult:
    """Keep the result of `now` on the firm's page; the same answers on the same day are kept once.

    Raises RoleMissing.
    """
    if not policies.may_keep(actor) or actor.firm_id is None:
        raise RoleMissing
    kept = answering.stored(answers)
    last = policies.visible_results(actor).first()
    if last and last.answers == kept and clock.to_date(last.made_at) == clock.to_date(now):
        return last
    with transaction.atomic():
        row = NaviResult.objects.create(
            ward_id=answers.ward,
            firm_id=actor.firm_id,
            person_id=person_id(actor),
            person_name=actor.name,
            answers=kept,
            told=fitting.all_told(answers, base.wording, base.criteria(), carried=True),
            texts=words.application_texts(answers),
            found={"now": _listed(found.now), "later": _listed(found.later)},
            made_at=now,
        )
        audit.record(
            actor=actor,
            action="navi.kept",
            obj=row,
            ward_id=answers.ward,
            detail={"now": len(found.now)},
        )
        return row


def application_begin(*, actor: Actor, call_id: int, row: NaviResult) -> Application:
    """The firm's draft for a call, begun with the answers of a result.

    Raises what subsidies.services.draft_start raises.
    """
    begun_with = offer(row)
    return draft_start(
        actor=actor, call_id=call_id, first_answers=begun_with.answers, told=begun_with.told
    )


def _listed(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Titles with the reasons of the day."""
    return [
        {
            "title": item.title,
            "why": list(item.why),
            "missing": list(item.missing),
            "date": item.date.isoformat() if item.date else "",
            "label": item.date_label,
        }
        for item in items
    ]
