"""Targets by ward and the facts of the demonstration's past.

Facts of the past are written directly, because no events tell of it: the same rows as `handlers`
writes, learnt of on the day itself.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from advisors.models import Visit
from advisors.states import ACCEPTED
from dojo.followup import states as followup
from dojo.followup.models import Investment, Survey
from dojo.models import Graduation
from kpi.effect import demo as effect
from kpi.handlers.grants import DECIDED
from kpi.handlers.lab import HOST, MEMBER, NEAR, OUTSIDE, VISIT, person_day
from kpi.handlers.people import COMPLETED, SURVEYED
from kpi.indicators import INDICATORS, Indicator
from kpi.models import Fact, Target
from kpi.policy import demo as policy_demo
from kpi.releases import demo as releases_demo
from kpi.rules import allocate
from kpi.rules.compute import EFFECT_KIND
from kpi.series import demo as series_demo
from kpi.services import facts_reverse, process_rebuild, rebuild
from kpi.services.felt import COMPLETED as COMPLETED_GRANT
from kpi.services.felt import EFFECT
from kpi.surveys import demo as surveys_demo
from lab.booking.models import Lab
from lab.booking.models import Visit as LabVisit
from lab.booking.services.visits import mark_of
from lab.nakama import states as nakama
from lab.nakama.models import CapabilityProfile
from portal.kernel import clock
from programs.models import Firm, Site
from subsidies import grant_states
from subsidies.grants import states as grants
from subsidies.grants.kinds.completion import EFFECT as EFFECT_FELT
from subsidies.grants.kinds.completion import EFFECT_KIND as EFFECT_KIND_TOLD
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.models import Ruling
from subsidies.models import Application, Decision, Grant

BASIS = {
    1: "支援策①の目標を区内の工場数で按分",
    2: "支援策②の目標を区内の工場数で按分",
    3: "支援策③の目標を区内の工場数で按分",
}
AT_LABS = "支援策③の目標をラボのある区で等分"
YEARS = 3
# The rooms' own stories, each in words with the number of records, in this order.
ROOMS: tuple[Callable[..., str], ...] = (
    series_demo.load,
    surveys_demo.load,
    releases_demo.load,
    effect.load,
    policy_demo.load,
)


def load_rooms(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> Iterator[str]:
    """Load every room of the figures; yields a line for each."""
    for loader in ROOMS:
        yield loader(firms=firms, now=now, scale=scale)


def load_targets(*, firms: Iterable[Firm], today: dt.date) -> int:
    """目標値 of the running year and the two before it; returns how many."""
    rows = Site.objects.filter(firm__in=firms, kind=Site.Kind.HEAD, closed_on=None)
    weights = Counter(rows.order_by("ward_id").values_list("ward_id", flat=True))
    labs = dict.fromkeys(weights, 0) | dict.fromkeys(
        Lab.objects.values_list("ward_id", flat=True), 1
    )
    last = clock.fiscal_year(today)
    targets = [
        Target(
            indicator=indicator.code,
            ward_id=ward,
            fiscal_year=year,
            value=value,
            basis=_basis(indicator),
        )
        for year in range(last - YEARS + 1, last + 1)
        for indicator in INDICATORS
        for ward, value in allocate(
            indicator.target_of(year), labs if indicator.at_site and any(labs.values()) else weights
        ).items()
    ]
    return len(Target.objects.bulk_create(targets))


def _basis(indicator: Indicator) -> str:
    return AT_LABS if indicator.at_site else BASIS[indicator.measure]


def load_facts(today: dt.date) -> int:
    """Facts of every application, decision and graduation that no event told of; returns how many.

    Counts all cells anew afterwards.
    """
    known = set(Fact.objects.values_list("source_table", "source_rev", "source_pk"))
    submitted = Application.objects.filter(submitted_at__isnull=False).order_by("pk")
    decided = Decision.objects.filter(approved_at__isnull=False).select_related("application")
    facts = [_submitted(application) for application in submitted]
    facts += [_decided(decision) for decision in decided.order_by("pk")]
    graduated = Graduation.objects.filter(confirmed_on__isnull=False).order_by("pk")
    facts += [_graduated(graduation) for graduation in graduated]
    facts += _completed()
    facts += _visited()
    facts += _followed_up()
    facts += _came_to_the_lab()
    facts += _members()
    missing = [
        fact for fact in facts if (fact.source_table, fact.source_rev, fact.source_pk) not in known
    ]
    Fact.objects.bulk_create(missing, batch_size=1000)
    _ended()
    rebuild(as_of=today)
    process_rebuild(as_of=today)
    return len(missing)


def _visited() -> list[Fact]:
    """1-OP3: the first accepted visit of each engagement, once a firm and fiscal year."""
    rows = Visit.objects.filter(status=ACCEPTED).order_by("starts_at", "pk")
    engagements: set[int] = set()
    found: dict[str, Fact] = {}
    for row in rows.only("engagement_id", "firm_id", "ward_id", "starts_at", "accepted_at"):
        day = clock.to_date(row.starts_at)
        key = f"{row.firm_id}:{clock.fiscal_year(day)}"
        if row.engagement_id not in engagements and key not in found:
            found[key] = Fact(
                event_type="advisor.visit_accepted",
                event_key=str(row.firm_id),
                ward_id=row.ward_id,
                firm_id=row.firm_id,
                stage=0,
                occurred_on=day,
                recorded_at=row.accepted_at,
                source_table="advisors_visit",
                source_pk=key,
                source_rev="accepted",
            )
        engagements.add(row.engagement_id)
    return list(found.values())


def _followed_up() -> Iterator[Fact]:
    """1-OC: investments whose evidence was accepted, and the Dojo's firms that answered a survey."""
    for row in Investment.objects.filter(status=followup.ACCEPTED).order_by("pk"):
        yield Fact(
            event_type="investment.reported",
            event_key=str(row.pk),
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            occurred_on=row.invested_on,
            recorded_at=row.decided_at,
            quantity=row.amount_yen,
            source_table="followup_investment",
            source_pk=str(row.pk),
            source_rev=f"accepted:{row.revision}",
        )
    answered = Survey.objects.filter(status=followup.ANSWERED, course_code=SURVEYED)
    for survey in answered.order_by("pk"):
        assert survey.answered_at is not None
        yield Fact(
            event_type="survey.answered",
            event_key=str(survey.firm_id),
            ward_id=survey.ward_id,
            firm_id=survey.firm_id,
            occurred_on=clock.to_date(survey.answered_at),
            recorded_at=survey.answered_at,
            source_table="followup_survey",
            source_pk=str(survey.pk),
            source_rev="answered",
        )


def _came_to_the_lab() -> Iterator[Fact]:
    """3-KSI: visits of the past, which were written without an event."""
    rows = LabVisit.objects.filter(takes_back=None, taken_back=None).order_by("pk")
    for row in rows:
        ward = row.firm_ward_id
        day = row.day.isoformat()
        yield Fact(
            event_type="lab.visited",
            event_key=person_day(mark_of(row), day),
            ward_id=row.ward_id,
            firm_id=row.firm_id,
            person_id=row.person_id,
            part=OUTSIDE if ward is None else HOST if ward == row.ward_id else NEAR,
            occurred_on=row.day,
            recorded_at=row.at,
            source_table=VISIT,
            source_pk=str(row.pk),
            source_rev="said#0",
        )


def _members() -> Iterator[Fact]:
    """3-OP2: profiles that were confirmed in the past."""
    told = set(
        Fact.objects.filter(event_type="member.published").values_list("source_pk", flat=True)
    )
    rows = CapabilityProfile.objects.filter(status=nakama.CONFIRMED, ward__isnull=False)
    for row in rows.order_by("pk"):
        assert row.confirmed_at is not None
        assert row.ward_id is not None
        if str(row.pk) not in told:
            yield Fact(
                event_type="member.published",
                event_key=str(row.firm_id),
                ward_id=row.ward_id,
                firm_id=row.firm_id,
                occurred_on=clock.to_date(row.confirmed_at),
                recorded_at=row.confirmed_at,
                source_table=MEMBER,
                source_pk=str(row.pk),
                source_rev="confirmed#0",
            )


def _submitted(application: Application) -> Fact:
    assert application.submitted_at is not None
    return _fact(application, "grant.submitted", "submitted", application.submitted_at)


def _decided(decision: Decision) -> Fact:
    assert decision.approved_at is not None
    granted = decision.outcome == Decision.Outcome.GRANT
    event = "grant.decided" if granted else "grant.refused"
    return _fact(decision.application, event, "decided", decision.approved_at)


def _completed() -> Iterator[Fact]:
    """額の確定 of each grant, and what its report said of the effect (2-OC)."""
    rulings = Ruling.objects.filter(kind=FINAL_AMOUNT, status=grants.RULED)
    for row in rulings.select_related("filing", "grant__application").order_by("pk"):
        application, at = row.grant.application, row.approved_at
        assert at is not None
        on = row.grant.completed_on or clock.to_date(at)
        facts = [_fact(application, COMPLETED_GRANT, "completed", at)]
        if answer := row.filing and row.filing.content.get(EFFECT_FELT):
            facts.append(_fact(application, EFFECT, "effect", at))
            facts[-1].part = answer
            if which := row.filing.content.get(EFFECT_KIND_TOLD):
                facts.append(_fact(application, EFFECT_KIND, "effect_kind", at))
                facts[-1].part = which
        for fact in facts:
            fact.occurred_on = on
            yield fact


def _ended() -> None:
    """Grants of the past that were given up or revoked are taken off the year of their decision."""
    ended = (grant_states.WITHDRAWN, grant_states.CANCELLED, grant_states.REVOKED)
    keys = Grant.objects.filter(status__in=ended).values_list("application_id", flat=True)
    facts = Fact.objects.filter(
        event_type__in=(DECIDED, COMPLETED_GRANT, EFFECT, EFFECT_KIND),
        event_key__in=[str(key) for key in keys],
        reverses=None,
        reversed_by=None,
    )
    facts_reverse(list(facts.order_by("pk").values_list("pk", flat=True)), source_rev="ended")


def _graduated(graduation: Graduation) -> Fact:
    on = graduation.confirmed_on
    assert on is not None
    return Fact(
        event_type=COMPLETED[graduation.course_code],
        event_key=str(graduation.person_id),
        ward_id=graduation.ward_id,
        firm_id=graduation.firm_id,
        person_id=graduation.person_id,
        occurred_on=on,
        recorded_at=clock.midnight(on),
        source_table="dojo_graduation",
        source_pk=str(graduation.pk),
        source_rev="confirmed",
    )


def _fact(application: Application, event_type: str, revision: str, at: dt.datetime) -> Fact:
    return Fact(
        event_type=event_type,
        event_key=str(application.pk),
        ward_id=application.ward_id,
        firm_id=application.firm_id,
        stage=application.stage,
        occurred_on=clock.to_date(at),
        recorded_at=at,
        source_table="subsidies_application",
        source_pk=str(application.pk),
        source_rev=revision,
    )
