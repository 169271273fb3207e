"""Answers and kept results of 支援ナビ."""

from typing import Any

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.navi import items, selectors, services
from portal.navi.models import NaviResult
from portal.navi.rules import answering
from portal.navi.rules.answering import Answers
from tests.factories.programs import SUMIDA

GIVEN = {
    "ward": str(SUMIDA),
    "size": "18",
    "trouble": ["paper", "unsure"],
    "tried": "nothing",
    "time": "some",
    "by": "half",
    "checks": ["none"],
}


def answers(own: dict[str, str] | None = None, **given: Any) -> Answers:
    """Those of a firm that may apply; `given` are answers that differ."""
    return Answers(GIVEN | given, own or {})


def kept(owner: Actor, said: Answers | None = None) -> NaviResult:
    """A result that the firm kept; questions of the ward's own are left open."""
    said, now = said or answers(), clock.now()
    with acting(owner):
        base = selectors.ground(owner, said.ward, now)
        own = selectors.own_criteria(base, said, clock.to_date(now))
        said = said.with_own(
            {answering.key_of(one): said.own.get(answering.key_of(one), "") for one in own}
        )
        return services.result_keep(
            actor=owner,
            answers=said,
            base=base,
            now=now,
            found=items.found(owner, said, base, now),
        )
