"""The order of loading: people, calls, the past, today, papers."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import override

from portal.kernel import clock
from portal.kernel.actor import Actor
from programs.models import Firm
from subsidies import states
from subsidies.demo import calls as demo_calls
from subsidies.demo import people
from subsidies.demo.history import History
from subsidies.demo.live import Live
from subsidies.demo.planning import Planner
from subsidies.models import Application, ApplicationVersion, Call, Scheme
from subsidies.services import papers

SEED = 8_1121
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many applications there are now: of the past, and in all, drafts included."""

    past: int
    applications: int


def load(*, actor: Actor, firms: list[Firm], now: dt.datetime, scale: float, say: Say) -> Summary:
    """Load everything. Needs `acting(Actor.system(…))`; `say` gets a line after each part."""
    rng, today = random.Random(SEED), clock.to_date(now)  # noqa: S311 (invented data)
    with override("ja"):
        cast = people.assemble(rng, firms)
        calls = demo_calls.prepare(actor, today)
        say(f"制度 {Scheme.objects.count():,}件、公募 {Call.objects.count():,}件")
        planner = Planner(rng, today, cast, calls, scale)
        past = History(rng, cast, now=now).write(actor, planner.everything())
        say(f"これまでの申請 {len(past):,}件")
        for line in _papers(actor, past, year=clock.fiscal_year(today)):
            say(line)
        Live(rng, today, planner, demo_calls.by_place()).work(past, actor)
        number = Application.objects.count()
        say(f"今日の申請と審査を加えて {number:,}件")
    return Summary(len(past), number)


def _papers(actor: Actor, past: list[Application], *, year: int) -> list[str]:
    """The letters of all past decisions, and the running year's receipts."""
    decided = [item for item in past if item.status in states.DECIDED]
    for application in decided:
        papers.decision_letter_make(actor=actor, application_id=application.pk)
    running = [item.pk for item in past if item.call.fiscal_year == year]
    received = ApplicationVersion.objects.filter(application__in=running).order_by("pk")
    for pk in received.values_list("pk", flat=True):
        papers.receipt_make(actor=actor, version_id=pk)
    return [f"決定通知書 {len(decided):,}通、受付証 {received.count():,}通"]
