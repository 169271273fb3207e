"""The order of loading: people, calls, the past, today."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.models import Firm
from subsidies.demo import calls as demo_calls
from subsidies.demo import people
from subsidies.demo.afterwards import Afterwards
from subsidies.demo.history import History
from subsidies.demo.live import Live, Prepare
from subsidies.demo.planning import Planner
from subsidies.models import Application, Call, Decision, Scheme

SEED = 8_1121
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many applications there are now: of the past, and in all, drafts included."""

    past: int
    applications: int


def load(
    *,
    actor: Actor,
    firms: list[Firm],
    now: dt.datetime,
    scale: float,
    say: Say,
    prepare: Prepare,
    afterwards: Afterwards,
) -> Summary:
    """Load everything. Needs `acting(Actor.system(…))`; `say` gets a line after each part.

    `prepare` does what a scheme asks for before a submission and a room above this one offers,
    `afterwards` goes on with the grants of the years before.
    """
    rng, today = random.Random(SEED), clock.to_date(now)  # noqa: S311 (invented data)
    with override("ja"):
        cast = people.assemble(rng, firms)
        calls = demo_calls.prepare(actor, today)
        say(f"制度 {Scheme.objects.count():,}件、公募 {Call.objects.count():,}件")
        planner = Planner(rng, today, cast, calls, scale)
        past = History(rng, cast, afterwards, now=now).write(actor, planner.everything())
        letters = Decision.objects.exclude(letter=None).count()
        say(f"これまでの申請 {len(past):,}件、決定通知書 {letters:,}通")
        Live(rng, today, planner, demo_calls.by_place(), prepare).work(past, actor)
        number = Application.objects.count()
        say(f"今日の申請と審査を加えて {number:,}件")
    return Summary(len(past), number)
