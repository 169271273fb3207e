"""What has happened before today, decided by chance: who applied when, and how it ended."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from portal.accounts.demo import OTA, SUMIDA
from portal.kernel import clock
from programs.demo_names import WARDS
from subsidies import states
from subsidies.demo.calls import (
    RANKED,
    RANKED_CASES,
    RANKED_SHARE,
    SCORED,
    SETTLED,
    Calls,
    ranked,
    scored,
)
from subsidies.demo.people import Applicant, Cast
from subsidies.demo.stories import BY_STAGE, Story
from subsidies.models import Call
from subsidies.rules.due import next_open

# Applications of a whole year by stage, but for the ranked rounds: two years ago, last year.
PAST = ({1: 124, 2: 38, 3: 9}, {1: 172, 2: 54, 3: 12})
# Decided ones of the running year, as of 21 November; later or earlier days get their share.
RUNNING = {1: 72, 2: 22, 3: 6}
_SHARE_BY_NOVEMBER = 235 / 365
# Applications that arrived in the last weeks and are worked on by `live`: ward → (stage 1, 2).
ARRIVED = {SUMIDA: (24, 12), OTA: (20, 8), 13121: (4, 1), 13122: (3, 1), 13123: (4, 1),
           13119: (4, 1), 13109: (3, 0), 13117: (3, 0)}  # fmt: skip
OVERDUE_CORRECTIONS = {SUMIDA: 2, OTA: 1}
# Days since the arrival: of two in three, and of the rest, who are waiting for too long. Rounds
# take longer by rule.
_SHORT, _LONG, _ROUND = (0, 13), (14, 32), (0, 50)
_TRIES = 200
_ASIDE_SEED, _RANKED_SEED = 8_1129, 8_1132


@dataclass(frozen=True, slots=True)
class Case:
    """One application of the past. `ending` is the state it has reached by itself; `reserved` for
    another chapter, which goes on with it by the services."""

    call: Call
    applicant: Applicant
    story: Story
    submitted_at: dt.datetime
    ending: str
    decided_at: dt.datetime | None = None
    corrected: bool = False
    reserved: bool = False


@dataclass
class Planner:
    """Draws cases; a firm applies to a call once."""

    rng: random.Random
    today: dt.date
    cast: Cast
    calls: Calls
    scale: float = 1.0
    used: set[tuple[int, int]] = field(default_factory=set)
    # (version, firm): who has applied under a version before, where a grant bars the next one.
    served: set[tuple[int, int]] = field(default_factory=set)

    def everything(self) -> list[Case]:
        """All cases of the past, the oldest first."""
        year = clock.fiscal_year(self.today)
        cases = [*self._of_main(year), *self._arrived(year), *self._aside(year)]
        for back, counts in zip((2, 1), PAST, strict=True):
            cases += self._decided(year - back, counts)
        elapsed = ((self.today - clock.fiscal_year_bounds(year)[0]).days + 1) / 365
        share = elapsed / _SHARE_BY_NOVEMBER
        cases += self._decided(year, {stage: round(n * share) for stage, n in RUNNING.items()})
        cases += self._ranked(year)
        return sorted(cases, key=lambda case: (case.submitted_at, case.call.pk))

    def free(self, call: Call) -> Applicant | None:
        """A firm of the call's ward that has not applied to it yet; taken from now on."""
        firms = self.cast.by_ward.get(call.ward_id, [])
        left = [item for item in firms if (call.pk, item.firm.pk) not in self.used]
        if call.version.rules.get("reapply"):
            left = [item for item in left if (call.version_id, item.firm.pk) not in self.served]
        if not left:
            return None
        chosen = self.rng.choice(left)
        self.used.add((call.pk, chosen.firm.pk))
        self.served.add((call.version_id, chosen.firm.pk))
        return chosen

    def count(self, number: int) -> int:
        """A number at this scale, at least one."""
        return max(1, round(number * self.scale))

    def _of_main(self, year: int) -> list[Case]:
        """The owner's own firm: granted last year and this year."""
        cases = []
        for fiscal_year, stage in ((year - 1, 1), (year, 3)):
            call = self.calls[fiscal_year, SUMIDA, stage][0]
            submitted_at = self._moment(call, latest=self.today - dt.timedelta(days=80))
            if submitted_at is None:
                continue
            self.used.add((call.pk, self.cast.main.firm.pk))
            decided_at = self._decision(call, submitted_at)
            cases.append(
                Case(
                    call, self.cast.main, BY_STAGE[stage][0], submitted_at, states.GRANTED,
                    min(decided_at, self._at(self.today - dt.timedelta(days=3))),
                )
            )  # fmt: skip
        return cases

    def _decided(self, year: int, counts: dict[int, int]) -> list[Case]:
        drawn = [
            self._draw(year, stage)
            for stage, number in counts.items()
            for _count in range(self.count(number) if number else 0)
        ]
        return [case for case in drawn if case is not None]

    def _draw(self, year: int, stage: int) -> Case | None:
        """One case that ended before today, or None where chance finds no place for it."""
        places, weights = list(WARDS), [weight for weight, _codes in WARDS.values()]
        for _attempt in range(_TRIES):
            ward = self.rng.choices(places, weights)[0]
            call = self.rng.choice(self.calls[year, ward, stage])
            submitted_at = self._moment(call, latest=self.today - dt.timedelta(days=25))
            if submitted_at is None:
                continue
            decided_at = self._decision(call, submitted_at)
            if clock.to_date(decided_at) >= self.today:
                continue
            if applicant := self.free(call):
                ending = self.rng.choices(
                    (states.GRANTED, states.REFUSED, states.WITHDRAWN), (88, 8, 4)
                )[0]
                return Case(
                    call, applicant, self.rng.choice(BY_STAGE[stage]), submitted_at, ending,
                    decided_at, corrected=self.rng.random() < 0.18,
                )  # fmt: skip
        return None

    def _arrived(self, year: int) -> list[Case]:
        """Those that lie on the desks; some lie there for longer than they should."""
        cases = []
        for ward, by_stage in ARRIVED.items():
            first = self.calls[year, ward, 1][0]
            for _count in range(OVERDUE_CORRECTIONS.get(ward, 0)):
                cases += self._arrive(first, states.CORRECTION, (26, 34))
            for stage, number in enumerate(by_stage, start=1):
                call = self.calls[year, ward, stage][-1]
                for count in range(self.count(number) if number else 0):
                    days = _ROUND if stage > 1 else _SHORT if count % 3 else _LONG
                    cases += self._arrive(call, states.SUBMITTED, days)
        return cases

    def _aside(self, year: int) -> list[Case]:
        """Those that later chapters need, whatever the scale: for the committees, and settled ones.

        By chance of their own, so that they do not change what else happens.
        """
        aside = replace(self, rng=random.Random(_ASIDE_SEED))  # noqa: S311 (invented data)
        return [*aside._scored(year), *aside._settled(year)]

    def _settled(self, year: int) -> list[Case]:
        """Granted years ago; `subsidies.obligations.demo` goes on with them."""
        cases = []
        for ward, stage, back, number in SETTLED:
            call = self.calls[year - back, ward, stage][0]
            for story in range(number):
                applicant, told = self.free(call), BY_STAGE[stage]
                submitted_at = self._moment(call, latest=clock.to_date(call.closes_at))
                if applicant is not None and submitted_at is not None:
                    cases.append(
                        Case(
                            call, applicant, told[story % len(told)], submitted_at,
                            states.GRANTED, self._decision(call, submitted_at), reserved=True,
                        )
                    )  # fmt: skip
        return cases

    def _scored(self, year: int) -> list[Case]:
        """Applications to the rounds that have closed for a committee."""
        cases = []
        for place, number in SCORED.items():
            call = scored(self.calls, year, place)
            for story in range(number):
                submitted_at = self._moment(call, latest=clock.to_date(call.closes_at))
                applicant = self.free(call)
                if submitted_at is None or applicant is None:
                    continue
                told = BY_STAGE[place[1]][story % len(BY_STAGE[place[1]])]
                cases.append(Case(call, applicant, told, submitted_at, states.SUBMITTED))
        return cases

    def _ranked(self, year: int) -> list[Case]:
        """Applications to the rounds that `subsidies.selection.demo_past` ranks.

        By chance of their own, of the firms that nobody else has drawn.
        """
        aside = replace(self, rng=random.Random(_RANKED_SEED))  # noqa: S311 (invented data)
        return [case for ward in RANKED for case in aside._round_of(ranked(self.calls, year, ward))]

    def _round_of(self, call: Call) -> Iterator[Case]:
        number = max(4, self.count(RANKED_CASES))
        granted = round(number * RANKED_SHARE)
        for place in range(number):
            submitted_at = self._moment(call, latest=clock.to_date(call.closes_at))
            applicant = self.free(call)
            if submitted_at is None or applicant is None:
                continue
            ending = states.GRANTED if place < granted else states.REFUSED
            story = self.rng.choice(BY_STAGE[2])
            yield Case(
                call, applicant, story, submitted_at, ending, self._decision(call, submitted_at)
            )

    def _arrive(self, call: Call, ending: str, days: tuple[int, int]) -> list[Case]:
        """At most one case that arrived between so many days ago."""
        oldest = self.today - dt.timedelta(days=days[1])
        latest = self.today - dt.timedelta(days=days[0] + 1)
        submitted_at = self._moment(call, earliest=oldest, latest=latest)
        applicant = self.free(call) if submitted_at else None
        if submitted_at is None or applicant is None:
            return []
        story = self.rng.choice(BY_STAGE[call.version.scheme.stage])
        return [Case(call, applicant, story, submitted_at, ending)]

    def _moment(
        self, call: Call, *, latest: dt.date, earliest: dt.date = dt.date.min
    ) -> dt.datetime | None:
        """A moment of the call's window; rounds fill up towards their end."""
        first = max(clock.to_date(call.opens_at) + dt.timedelta(days=1), earliest)
        last = min(clock.to_date(call.closes_at) - dt.timedelta(days=1), latest)
        days = (last - first).days
        if days < 0:
            return None
        place = self.rng.random()
        if call.mode == Call.Mode.ROUND and last < latest:
            place = place**0.5
        day = first + dt.timedelta(days=round(place * days))
        return self._at(day, (8, 22))

    def _decision(self, call: Call, submitted_at: dt.datetime) -> dt.datetime:
        """When it was decided: some weeks after it came in, after a round's end."""
        day = clock.to_date(submitted_at)
        if call.mode == Call.Mode.ROUND:
            day = clock.to_date(call.closes_at) + dt.timedelta(days=self.rng.randint(22, 50))
        else:
            day += dt.timedelta(days=self.rng.randint(9, 26))
        return self._at(next_open(day), (10, 17))

    def _at(self, day: dt.date, hours: tuple[int, int] = (10, 17)) -> dt.datetime:
        time = dt.time(self.rng.randrange(*hours), self.rng.randrange(60), self.rng.randrange(60))
        return dt.datetime.combine(day, time, tzinfo=clock.TOKYO)
