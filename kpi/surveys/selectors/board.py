"""Waves with how far they are, and the firms of one. Fixed numbers of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from kpi.surveys import policies, states
from kpi.surveys.models import Asked, Mail, Place, Stratum, Wave
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting

PAGE_SIZE = 50
_STATES = {state.code for state in states.ASKED.states}
LETTER = "1"
# What became of mails that reached nobody: these firms get a letter or a call.
UNREACHED = (Mail.Outcome.REFUSED, Mail.Outcome.PAUSED, Mail.Outcome.NOBODY, Mail.Outcome.UNWANTED)


@dataclass(frozen=True, slots=True)
class Progress:
    """Firms of a wave by how they stand, and its mails by what became of them.

    `letters` are firms without any mail: no address is known.
    """

    asked: int = 0
    answered: int = 0
    outside: int = 0
    letters: int = 0
    mails: Mapping[str, int] = field(default_factory=dict)

    @property
    def eligible(self) -> int:
        return self.asked - self.outside

    @property
    def waiting(self) -> int:
        return self.eligible - self.answered

    @property
    def rate(self) -> Fraction | None:
        """回答率 in %."""
        return Fraction(100 * self.answered, self.eligible) if self.eligible else None

    @property
    def queued(self) -> int:
        return sum(self.mails.values())

    @property
    def unsent(self) -> int:
        return self.mails.get(Mail.Outcome.WAITING, 0)

    @property
    def sent(self) -> int:
        """Settled, whatever became of them."""
        return self.queued - self.unsent

    @property
    def stopped(self) -> int:
        return self.mails.get(Mail.Outcome.STOPPED, 0)

    @property
    def refused(self) -> int:
        return self.mails.get(Mail.Outcome.REFUSED, 0) + self.mails.get(Mail.Outcome.PAUSED, 0)


@dataclass(frozen=True, slots=True)
class WaveLine:
    """A wave with its wards and progress."""

    wave: Wave
    wards: Sequence[int]
    progress: Progress


def wave_lines(actor: Actor) -> list[WaveLine]:
    """The waves that the actor sees, the newest first; three queries. Counts are sums of firms."""
    waves = list(policies.visible_waves(actor).order_by("-starts_on", "-pk"))
    keys = [wave.pk for wave in waves]
    with acting(actor.elevated()):
        wards: dict[int, list[int]] = defaultdict(list)
        places = Place.objects.filter(wave_id__in=keys).order_by("ward_id")
        for wave, ward in places.values_list("wave_id", "ward_id"):
            wards[wave].append(ward)
        rows = _own(actor, Asked.objects.filter(wave_id__in=keys)).order_by()
        counted = {
            row["wave_id"]: Progress(row["asked"], row["answered"], row["outside"])
            for row in rows.values("wave_id").annotate(
                asked=Count("pk"),
                answered=Count("pk", filter=Q(status=states.ANSWERED)),
                outside=Count("pk", filter=Q(status=states.OUTSIDE)),
            )
        }
    return [WaveLine(wave, wards[wave.pk], counted.get(wave.pk, Progress())) for wave in waves]


def progress_of(actor: Actor, wave: Wave) -> Progress:
    """How far one wave is: of the own ward for officials; two queries."""
    with acting(actor.elevated()):
        firms = _own(actor, Asked.objects.filter(wave=wave))
        letters = ~Exists(Mail.objects.filter(asked=OuterRef("pk")))
        found = firms.aggregate(
            asked=Count("pk"),
            answered=Count("pk", filter=Q(status=states.ANSWERED)),
            outside=Count("pk", filter=Q(status=states.OUTSIDE)),
            letters=Count("pk", filter=letters & Q(status=states.WAITING)),
        )
        sent = Mail.objects.filter(asked__in=firms).order_by().values("outcome")
        mails = {row["outcome"]: row["n"] for row in sent.annotate(n=Count("pk"))}
    return Progress(**found, mails=mails)


def wards_of(actor: Actor, wave: Wave) -> list[int]:
    """Its wards; one query."""
    with acting(actor.elevated()):
        return list(wave.places.order_by("ward_id").values_list("ward_id", flat=True))


def frame_lines(actor: Actor, wave: Wave) -> list[tuple[int, int, int]]:
    """(ward, firms on the register, asked) as they were taken; of the own ward for officials. One query."""
    with acting(actor.elevated()):
        rows = _own(actor, Stratum.objects.filter(wave=wave)).order_by("ward_id").values("ward_id")
        found = rows.annotate(firms=Sum("population"), asked=Sum("sampled"))
        return [(row["ward_id"], row["firms"], row["asked"]) for row in found]


def firms_of(rows: QuerySet[Asked], *, status: str = "", letter: str = "") -> QuerySet[Asked]:
    """Of one state, and of those only whom no mail reaches where `letter` says so."""
    if status in _STATES:
        rows = rows.filter(status=status)
    if letter == LETTER:
        reached = Mail.objects.filter(asked=OuterRef("pk")).exclude(outcome__in=UNREACHED)
        rows = rows.filter(~Exists(reached))
    return rows


def own_asked(actor: Actor) -> QuerySet[Asked]:
    """What the firm was asked, the newest first."""
    rows = policies.visible_asked(actor).exclude(status=states.OUTSIDE)
    return rows.select_related("wave").order_by("-wave__starts_on", "-pk")


def waiting(actor: Actor) -> QuerySet[Asked]:
    """Open waves that the firm has not answered, for my page."""
    rows = policies.visible_asked(actor).filter(status=states.WAITING, wave__status=states.OPEN)
    return rows.select_related("wave").order_by("pk")


def _own[Row: (Asked, Stratum)](actor: Actor, rows: QuerySet[Row]) -> QuerySet[Row]:
    if actor.hat != Hat.WARD:
        return rows
    assert actor.ward_id is not None
    return rows.filter(ward_id=actor.ward_id)
