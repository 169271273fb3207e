"""Engagements of three fiscal years in all wards, written in bulk."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator

from advisors import codes, states
from advisors.demo.cast import DECISIONS, NOTES, TROUBLES, Cast
from advisors.models import Engagement, NextAction, SupportRequest, TeamMember, Visit
from advisors.selectors.teams import six_months_on
from portal.kernel import clock
from programs.models import Firm, FirmWard

# 支援策①: 150 firms a year over all wards.
A_YEAR = 150
YEARS = 3
# The first firms are those of the stories.
STORIES = 20
# From when an advisor comes to firm after firm on one day, two hours each.
STARTS = (9, 13, 15)


def write(cast: Cast, firms: list[Firm], scale: float) -> None:
    """Engagements of three fiscal years, in bulk; the last ones go on."""
    plans = list(_plans(cast, firms, scale))
    requests = SupportRequest.objects.bulk_create(_asked(cast, *plan) for plan in plans)
    engagements = Engagement.objects.bulk_create(
        _case(cast, request, firm, start)
        for request, (firm, _ward, start) in zip(requests, plans, strict=True)
    )
    load: Counter[int] = Counter()
    members = TeamMember.objects.bulk_create(
        member for case in engagements for member in _members(cast, case, load)
    )
    teams: dict[int, list[TeamMember]] = {}
    for member in members:
        teams.setdefault(member.engagement_id, []).append(member)
    diary: Counter[tuple[int, dt.date]] = Counter()
    visits = Visit.objects.bulk_create(
        visit for case in engagements for visit in _visits(cast, case, teams[case.pk], diary)
    )
    NextAction.objects.bulk_create(_promise(cast, visit) for visit in visits)
    for case in engagements:
        places = sorted(teams[case.pk], key=lambda row: row.side, reverse=True)
        case.team = " / ".join(row.advisor.user.name for row in places)
    Engagement.objects.bulk_update(engagements, ["team"])


def _plans(cast: Cast, firms: list[Firm], scale: float) -> Iterator[tuple[Firm, int, dt.date]]:
    """(firm, ward, first day): every ward each year, no firm twice within a year."""
    of_ward: dict[int, list[int]] = {}
    for ward, firm in FirmWard.objects.order_by("id").values_list("ward_id", "firm_id"):
        of_ward.setdefault(ward, []).append(firm)
    known = {firm.pk: firm for firm in firms[STORIES:]}
    share = max(int(A_YEAR * scale) // len(of_ward), 1)
    last = clock.fiscal_year(cast.today)
    for year in range(last - YEARS + 1, last + 1):
        taken: set[int] = set()
        for ward, keys in sorted(of_ward.items()):
            free = [key for key in keys if key in known and key not in taken]
            for key in cast.rng.sample(free, min(share, len(free))):
                start = dt.date(year, 4, 1) + dt.timedelta(days=cast.rng.randint(5, 200))
                taken.add(key)
                if start < cast.today - dt.timedelta(days=20):
                    yield known[key], ward, start


def _asked(cast: Cast, firm: Firm, ward: int, start: dt.date) -> SupportRequest:
    trouble, wish, code = cast.rng.choice(TROUBLES)
    return SupportRequest(
        ward_id=ward,
        firm=firm,
        firm_name=firm.name,
        status=states.ENGAGED,
        trouble=trouble,
        wish=wish,
        times="火・木の15時以降",
        fields=[code],
        languages=["ja"],
        sent_by_id=cast.office.user_id,
        by_office=True,
        sent_at=clock.midnight(start - dt.timedelta(days=14)),
    )


def _case(cast: Cast, request: SupportRequest, firm: Firm, start: dt.date) -> Engagement:
    ends_on = six_months_on(start)
    is_over = ends_on < cast.today
    early = is_over and cast.rng.random() < 0.08
    months = (cast.today - start).days // 30
    closed_on = start + dt.timedelta(days=90) if early else ends_on if is_over else None
    phase = states.PHASES[min(months, len(states.PHASES) - 1)]
    code = states.ENDED if early else states.FINISHED if is_over else phase
    done = code == states.FINISHED
    values = {"status": code}
    return Engagement(
        request=request,
        ward_id=request.ward_id,
        firm=firm,
        firm_name=firm.name,
        address=firm.address,
        phone=firm.phone,
        size=firm.size_model,
        team="",
        starts_on=start,
        ends_on=ends_on,
        goals=request.wish,
        result="日報を端末に替え、集計を自動にした。" if done else "",
        figures="月末の集計 24時間→4時間、利用率 78%" if done else "",
        left_over="見積の履歴を残すことが次の一歩。" if done else "",
        reported_at=clock.midnight(ends_on) if done else None,
        closed_on=closed_on,
        close_reason="社長の交代で、計画を見直すことになった。" if early else "",
        **values,
    )


def _members(cast: Cast, case: Engagement, load: Counter[int]) -> Iterator[TeamMember]:
    """Two of the pool who serve the ward."""
    chosen: set[int] = set()
    for side in codes.SIDES:
        fits = [
            row
            for row in cast.pool
            if side in row.sides and case.ward_id in row.wards and row.pk not in chosen
        ]
        # The demonstration's own advisor has the live stories alone.
        others = [row for row in fits if row is not cast.pool[0]]
        row = cast.rng.choice(others)
        if case.closed_on is None:  # whoever has most room goes on with what is not over
            row = min(others, key=lambda one: (load[one.pk] / one.capacity, one.pk))
            load[row.pk] += 1
        chosen.add(row.pk)
        yield TeamMember(
            engagement=case,
            ward_id=case.ward_id,
            firm_id=case.firm_id,
            advisor=row,
            user_id=row.user_id,
            side=side,
            since=case.starts_on,
            until=case.closed_on,
            chosen_by_id=cast.office.user_id,
            reasons={"version": 1, "total": cast.rng.randint(6, 14), "bars": [], "points": []},
        )


def _slot(
    diary: Counter[tuple[int, dt.date]], user_id: int, day: dt.date, last: dt.date
) -> dt.datetime | None:
    """When the advisor has time: that day or one of the next, so that nobody is in two places."""
    while day <= last:
        if (used := diary[user_id, day]) < len(STARTS):
            diary[user_id, day] += 1
            return clock.midnight(day) + dt.timedelta(hours=STARTS[used])
        day += dt.timedelta(days=1)
    return None


def _visits(
    cast: Cast,
    case: Engagement,
    team: list[TeamMember],
    diary: Counter[tuple[int, dt.date]],
) -> Iterator[Visit]:
    """A visit a month, by turns; the last one of a running engagement waits for its acceptance."""
    last = min(case.closed_on or cast.today, cast.today) - dt.timedelta(days=1)
    days = [case.starts_on + dt.timedelta(days=10 + 28 * number) for number in range(6)]
    days = [day for day in days if day <= last]
    for number, day in enumerate(days):
        member = team[number % 2]
        starts_at = _slot(diary, member.user_id, day, last)
        if starts_at is None:
            continue
        accepted = case.closed_on or number < len(days) - 1
        values = {"status": states.ACCEPTED if accepted else states.CONFIRMED}
        yield Visit(
            client_key=uuid.UUID(int=cast.rng.getrandbits(128), version=4),
            engagement=case,
            ward_id=case.ward_id,
            firm_id=case.firm_id,
            member=member,
            advisor_id=member.user_id,
            side=member.side,
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(minutes=cast.rng.choice((90, 120, 120))),
            travel_minutes=cast.rng.choice((20, 40, 60)),
            travel_yen=cast.rng.choice((360, 640, 980)),
            note=NOTES[number],
            decisions=cast.rng.choice(DECISIONS),
            barriers=sorted(cast.rng.sample(list(codes.BARRIERS), cast.rng.choice((0, 1, 1, 2)))),
            recorded_at=starts_at + dt.timedelta(hours=3),
            confirmed_at=starts_at + dt.timedelta(days=1),
            accepted_by_id=cast.office.user_id if accepted else None,
            accepted_at=starts_at + dt.timedelta(days=2) if accepted else None,
            fee_table=cast.fees[case.ward_id] if accepted else None,
            **values,
        )


def _promise(cast: Cast, visit: Visit) -> NextAction:
    day = clock.to_date(visit.starts_at)
    is_done = visit.accepted_at is not None
    return NextAction(
        visit=visit,
        engagement_id=visit.engagement_id,
        ward_id=visit.ward_id,
        firm_id=visit.firm_id,
        side=cast.rng.choice(NextAction.Side.values),
        what=cast.rng.choice(
            ("日報の項目を3つに決める", "候補3社の見積をそろえる", "1か月の実測を取る")
        ),
        owner=cast.rng.choice(("工場長", "社長", "担当の2人")),
        due_on=day + dt.timedelta(days=21),
        done_on=day + dt.timedelta(days=18) if is_done else None,
    )
