"""Advisors, requests, engagements and visits, made through the services."""

import datetime as dt
import uuid
from itertools import count
from typing import Any

from advisors import services
from advisors.models import Advisor, Engagement, FeeTable, SupportRequest, Visit
from advisors.services import Choice, Profile, Record, Wish
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from programs.models import Firm
from tests.factories import subsidies as make
from tests.factories.evaluation import advisor_actor
from tests.factories.programs import SUMIDA, FirmFactory
from tests.support.people import assign, make_person

_numbers = count(1)
WISH = Wish(
    trouble="日報を紙で書き、月末の集計に3日かかる。",
    wish="集計を半日で終えたい。",
    times="火・木の15時以降",
    fields=("production", "cost"),
)


def profile(**changes: Any) -> Profile:
    """An entry that fits every request of the tests."""
    today = clock.today()
    values: dict[str, Any] = {
        "sides": ("it", "floor"),
        "qualifications": ("it_coordinator", "sme_consultant"),
        "fields": ("production",),
        "wards": (SUMIDA,),
        "languages": ("ja",),
        "vendors": (),
        "capacity": 8,
        "contract_from": today - dt.timedelta(days=400),
        "contract_to": today + dt.timedelta(days=400),
    }
    return Profile(**{**values, **changes})


def enter(actor: Actor, *, ward: int = SUMIDA, **changes: Any) -> Advisor:
    """The advisor's entry in the 名簿 of the ward."""
    office = make.official_actor(ward)
    with acting(office):
        return services.advisor_add(
            actor=office, user_id=actor.user_id or 0, profile=profile(wards=(ward,), **changes)
        )


def make_advisor(ward: int = SUMIDA, *, name: str = "", **changes: Any) -> tuple[Actor, Advisor]:
    """(a new advisor, their entry)."""
    actor = advisor_actor(ward, **({"name": name} if name else {}))
    return actor, enter(actor, ward=ward, **changes)


def make_fees(ward: int = SUMIDA) -> FeeTable:
    """A published fee table that has held for years (invented figures)."""
    number = next(_numbers)
    drafter, publisher = (make_person(f"fees{number}-{n}@example.jp").pk for n in (1, 2))
    return FeeTable.objects.create(
        ward_id=ward,
        number=number,
        valid_from=dt.date(2024, 4, 1),
        it_hour_yen=9_000,
        floor_hour_yen=8_000,
        most_minutes=180,
        most_travel_yen=3_000,
        most_visits=12,
        basis="試験",
        drafted_by_id=drafter,
        published_by_id=publisher,
        published_at=clock.database_now(),
    )


def make_firm(ward: int = SUMIDA, **fields: Any) -> Firm:
    """A firm that its ward sees."""
    return FirmFactory(ward=ward, **fields)


def ask(
    firm: Firm, *, owner: Actor | None = None, ward: int = SUMIDA, **wish: Any
) -> SupportRequest:
    """The firm's request."""
    actor = owner or make.firm_actor(firm)
    given = Wish(**{**{name: getattr(WISH, name) for name in WISH.__slots__}, **wish})
    with acting(actor):
        return services.request_send(actor=actor, firm_id=firm.pk, ward_id=ward, wish=given)


def make_taken(firm: Firm, office: Actor, **wish: Any) -> SupportRequest:
    """A request for which a team is looked for."""
    row = ask(firm, **wish)
    with acting(office):
        return services.request_take(actor=office, request_id=row.pk)


def engage(
    office: Actor,
    it: Advisor,
    floor: Advisor,
    firm: Firm | None = None,
    *,
    days: int = 0,
    **wish: Any,
) -> Engagement:
    """An engagement that began `days` ago with these two."""
    row = make_taken(firm or make_firm(office.ward_id or SUMIDA), office, **wish)
    with acting(office):
        made = services.team_choose(
            actor=office,
            request_id=row.pk,
            choice=Choice(it.pk, floor.pk, "試験のため"),
            starts_on=clock.today(),
        )
    if days:
        back(made, days)
    return Engagement.objects.get(pk=made.pk)


def back(engagement: Engagement, days: int) -> None:
    """As if it had begun earlier."""
    since = engagement.starts_on - dt.timedelta(days=days)
    Engagement.objects.filter(pk=engagement.pk).update(starts_on=since)
    engagement.members.update(since=since)


def at(days_ago: int, hour: int = 10, minutes: int = 0) -> dt.datetime:
    """A moment of a day in Tokyo."""
    day = clock.today() - dt.timedelta(days=days_ago)
    return clock.midnight(day) + dt.timedelta(hours=hour, minutes=minutes)


def record(days_ago: int = 1, hour: int = 10, **changes: Any) -> Record:
    """A visit of two hours."""
    values: dict[str, Any] = {
        "starts_at": at(days_ago, hour),
        "ends_at": at(days_ago, hour + 2),
        "note": "工程を一緒に書き出した。",
        "barriers": ("B-1",),
    }
    return Record(**{**values, **changes})


def visit(
    advisor: Actor, engagement: Engagement, *, key: uuid.UUID | None = None, **given: Any
) -> Visit:
    """A recorded visit."""
    with acting(advisor):
        return services.visit_record(
            actor=advisor,
            engagement_id=engagement.pk,
            client_key=key or uuid.uuid4(),
            record=record(**given),
        )


def confirmed(owner: Actor, row: Visit) -> Visit:
    """The firm says that it was like that."""
    with acting(owner):
        return services.visit_confirm(actor=owner, visit_id=row.pk)


def accepted(owner: Actor, office: Actor, row: Visit) -> Visit:
    """Confirmed and accepted."""
    confirmed(owner, row)
    with acting(office):
        return services.visit_accept(actor=office, visit_id=row.pk)


def as_advisor(user_id: int, ward: int = SUMIDA) -> Actor:
    """A person who holds the role, acting as an advisor."""
    user = User.objects.get(pk=user_id)
    return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.ADVISOR}), ward_id=ward)


def approver(ward: int = SUMIDA) -> Actor:
    """A new approver of the ward."""
    number = next(_numbers)
    user = assign(make_person(f"chief{number}@example.jp"), Role.APPROVER, ward_id=ward)
    return Actor(user.pk, user.name, Hat.WARD, frozenset({Role.APPROVER}), ward_id=ward)
