"""The demonstration's results: the one-click owner has two, a season apart, a dozen other firms one each."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from portal.accounts.demo import BY_KEY
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.navi import items, selectors, services
from portal.navi.rules.answering import Answers, key_of
from portal.navi.rules.guide import MANY, ONE, guide
from programs.models import Firm, FirmMembership
from programs.selectors import open_sites

SEED = 61
MOST_FIRMS = 12
# Long enough ago that the first answers are no longer offered to an application.
SEASON = dt.timedelta(days=120)
_BEFORE = {"trouble": ["paper", "unsure"], "tried": "nothing", "time": "some", "by": "half"}
_NOW = {"trouble": ["progress", "cost"], "tried": "part", "time": "some", "by": "half"}


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """Through the service; needs `acting(Actor.system(…))`."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    owner = User.objects.get(email=BY_KEY["owner"].email)
    own = FirmMembership.objects.select_related("firm").get(user=owner, valid_to=None).firm
    actor = _actor(owner, own)
    _keep(actor, own, dict(_BEFORE), now - SEASON)
    _keep(actor, own, dict(_NOW), now)
    held = (
        FirmMembership.objects.filter(
            valid_to=None, role=Role.FIRM_OWNER, firm__in=[firm.pk for firm in firms[:400]]
        )
        .exclude(firm=own)
        .select_related("user", "firm")
        .order_by("pk")
    )
    kept = 2
    for one in held[: max(3, round(MOST_FIRMS * scale))]:
        _keep(_actor(one.user, one.firm), one.firm, _chance(rng), now)
        kept += 1
    return f"支援ナビの結果 {kept:,}件"


def _actor(user: User, firm: Firm) -> Actor:
    return Actor(user.pk, user.name, Hat.FIRM, frozenset({Role.FIRM_OWNER}), firm_id=firm.pk)


def _keep(actor: Actor, firm: Firm, given: dict[str, Any], now: dt.datetime) -> None:
    site = open_sites(firm).first()
    if site is None:
        return
    given |= {"ward": str(site.ward_id), "size": str(firm.employees or 0), "checks": ["none"]}
    with acting(actor):
        answers = Answers(given)
        base = selectors.ground(actor, answers.ward, now)
        own = selectors.own_criteria(base, answers, clock.to_date(now))
        # What they know they answer; what they do not stays open.
        said = {key_of(one): "yes" if one.kind == "yes_no" else "" for one in own}
        answers = answers.with_own(said)
        found = items.found(actor, answers, base, now)
        services.result_keep(actor=actor, answers=answers, base=base, found=found, now=now)


def _chance(rng: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for question in guide().questions:
        codes = [option.code for option in question.options if not option.alone]
        if question.kind == MANY:
            found[question.code] = rng.sample(codes, rng.randint(1, 3))
        elif question.kind == ONE:
            found[question.code] = rng.choice(codes)
    return found
