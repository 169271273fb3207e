"""Claims of the demonstration: past months of all wards in every state, written in bulk. Invented.

The demonstration's own advisor has earlier months that were paid, one correction, and the last
month with accepted visits still to write.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from advisors import codes
from advisors import states as support
from advisors.claims import months, rules, states
from advisors.claims.models import Claim, ClaimLine, Correction, Payee, PayTerms
from advisors.claims.selectors.lines import amounts, rate_of, rule_terms, visit_line
from advisors.claims.services.writing import SERIES
from advisors.models import Advisor, Engagement, TeamMember, Visit
from advisors.selectors.claims import AcceptedVisit, accepted_visits
from advisors.services import fees_on
from portal.accounts.demo import BY_KEY, OTA, SUMIDA
from portal.accounts.models import User
from portal.kernel import clock, numbering
from portal.kernel.actor import Actor
from portal.kernel.models import Counter as Numbers

REPORTS = (
    (
        "日報の項目を3つに減らし、1台で試し始めた。",
        "書く人と使う人が違い、使われない欄が半分あった。",
        "試した結果を見て、もう1台に広げる。",
    ),
    (
        "候補の3製品を現場で試し、比較表にした。",
        "夜勤の入力が抜けやすい。置き場所で大きく変わる。",
        "見積をそろえ、導入の順番を決める。",
    ),
    (
        "勉強会を開き、キーユーザーを2人決めた。",
        "社長が数字を見る日を決めると、入力が続く。",
        "1か月の利用率を測り、直す所を決める。",
    ),
)
ANSWER = "「今月したこと」に、どの企業のことかを書き加えてください。"
# What became of a claim, by turns: of the last month, and of the one before. The newest of all is
# still being written, whatever day of the month it is.
LAST = (
    states.SUBMITTED,
    states.CHECKED,
    states.APPROVED,
    states.RETURNED,
    states.SUBMITTED,
)
BEFORE = (states.APPROVED, states.CHECKED, states.RETURNED, states.SUBMITTED, states.PAID)
# Day of the month after, on which it went on.
STEPS = {states.SUBMITTED: 3, states.CHECKED: 6, states.APPROVED: 9, states.PAID: 25}
# So many days ago the demonstration's advisor was at an earlier firm.
EARLIER = (160, 131, 102)


@dataclass
class Load:
    """What the load goes by."""

    today: dt.date
    own: int
    checker: int
    approver: int
    terms: dict[int, PayTerms]
    payees: dict[tuple[int, int], Payee]
    names: dict[int, str]
    numbers: Counter[tuple[int, int]]
    paid: Counter[int]


def load(now: dt.datetime) -> int:
    """Needs `acting(Actor.system(…))`, after the advisors'. Returns how many claims there are."""
    own, checker, approver = (
        User.objects.get(email=BY_KEY[key].email) for key in ("advisor", "reviewer", "approver")
    )
    today = clock.to_date(now)
    plan = Load(
        today=today,
        own=own.pk,
        checker=checker.pk,
        approver=approver.pk,
        terms=_terms(checker, approver, today),
        payees=_payees(own.pk),
        names=dict(Advisor.objects.values_list("user_id", "user__name")),
        numbers=Counter(),
        paid=Counter(),
    )
    _earlier_visits(plan)
    groups = _groups(plan)
    claims, lines = [], []
    for (month, ward_id, advisor_id), status in _fates(plan, groups):
        claim, own_lines = _claim(
            plan, month, ward_id, advisor_id, status, groups[month, ward_id, advisor_id]
        )
        claims.append(claim)
        lines += own_lines
    Claim.objects.bulk_create(claims)
    ClaimLine.objects.bulk_create(lines)
    Numbers.objects.bulk_create(
        Numbers(series=SERIES, ward_id=ward, scheme=SERIES, fiscal_year=year, last=last)
        for (ward, year), last in plan.numbers.items()
    )
    _correction(plan)
    return len(claims)


def _terms(drafter: User, publisher: User, today: dt.date) -> dict[int, PayTerms]:
    """墨田区 withholds, 大田区 has decided not to, a new version of 墨田区 waits; others have none."""
    year = clock.fiscal_year(today)

    def version(ward: int, number: int, first: dt.date, **values: bool) -> PayTerms:
        published = first <= today
        return PayTerms(
            ward_id=ward,
            number=number,
            valid_from=first,
            basis="伴走支援事業実施要綱（架空）第12条",
            drafted_by=drafter,
            published_by=publisher if published else None,
            published_at=clock.midnight(first) if published else None,
            **values,
        )

    since = dt.date(year - 2, 4, 1)
    rows = PayTerms.objects.bulk_create(
        [
            version(SUMIDA, 1, since, withholds=True),
            version(OTA, 1, since, withholds=False),
            version(SUMIDA, 2, dt.date(year + 1, 4, 1), withholds=True, on_net=True),
        ]
    )
    return {row.ward_id: row for row in rows if row.published_at}


def _payees(own: int) -> dict[tuple[int, int], Payee]:
    """Of 墨田区: one advisor comes from a company, the demonstration's has a registration number."""
    company = Advisor.objects.filter(ward_id=SUMIDA).exclude(user_id=own).order_by("pk")[1]
    rows = Payee.objects.bulk_create(
        [
            Payee(
                ward_id=SUMIDA,
                user_id=own,
                name=User.objects.get(pk=own).name,
                registration_no="T1234567890123",
            ),
            Payee(
                ward_id=SUMIDA,
                user_id=company.user_id,
                kind=Payee.Kind.COMPANY,
                name="合同会社すみだ現場改善（架空）",
            ),
        ]
    )
    return {(row.ward_id, row.user_id): row for row in rows}


def _earlier_visits(plan: Load) -> None:
    """Accepted visits of the demonstration's advisor at the firm whose support is over."""
    member = (
        TeamMember.objects.filter(user_id=plan.own, engagement__status=support.FINISHED)
        .select_related("engagement")
        .first()
    )
    if member is None:
        return
    case: Engagement = member.engagement
    rows = []
    for days in EARLIER:
        starts_at = clock.midnight(plan.today - dt.timedelta(days=days)) + dt.timedelta(hours=10)
        values = {"status": support.ACCEPTED}
        rows.append(
            Visit(
                client_key=uuid.uuid5(case.public_id, str(days)),
                engagement=case,
                ward_id=case.ward_id,
                firm_id=case.firm_id,
                member=member,
                advisor_id=plan.own,
                side=codes.IT,
                starts_at=starts_at,
                ends_at=starts_at + dt.timedelta(hours=2),
                travel_minutes=40,
                travel_yen=640,
                note="図面の版を端末で確かめる手順を、現場の3人と決めた。",
                decisions="古い版の紙は、その日のうちに捨てる。",
                recorded_at=starts_at + dt.timedelta(hours=3),
                confirmed_at=starts_at + dt.timedelta(days=1),
                accepted_by_id=plan.checker,
                accepted_at=starts_at + dt.timedelta(days=2),
                fee_table=fees_on(case.ward_id, clock.to_date(starts_at)),
                **values,
            )
        )
    Visit.objects.bulk_create(rows)


Key = tuple[dt.date, int, int]


def _groups(plan: Load) -> dict[Key, list[AcceptedVisit]]:
    """(month, ward, advisor) → accepted visits, of months that are over."""
    found: dict[Key, list[AcceptedVisit]] = defaultdict(list)
    last = months.month_of(plan.today) - dt.timedelta(days=1)
    actor = Actor.system("load_demo")
    for visit in accepted_visits(actor, first=dt.date(2000, 1, 1), last=last):
        key = (months.month_of(visit.visited_on), visit.ward_id, visit.advisor_id)
        found[key].append(visit)
    return found


def _fates(plan: Load, groups: dict[Key, list[AcceptedVisit]]) -> Iterator[tuple[Key, str]]:
    """What became of each, the oldest first; 墨田区's take the first turns."""
    this_month = months.month_of(plan.today)
    last_month = months.month_of(this_month - dt.timedelta(days=1))
    before = months.month_of(last_month - dt.timedelta(days=1))
    own = sorted(key[0] for key in groups if key[2] == plan.own)
    newest = max(key for key in groups if key[2] != plan.own)
    turns: Counter[dt.date] = Counter()
    for key in sorted(groups, key=lambda key: (key[0], key[1] != SUMIDA, key)):
        month = key[0]
        if key[2] == plan.own:
            if month != own[-1]:
                yield key, states.PAID
            continue
        if key == newest:
            yield key, states.DRAFT
            continue
        fates = {last_month: LAST, before: BEFORE}.get(month, (states.PAID,))
        status = fates[turns[month] % len(fates)]
        turns[month] += 1
        reached = _reached(plan, month, status)
        if reached:
            yield key, reached


def _day(month: dt.date, step: str) -> dt.date:
    return months.next_month(month).replace(day=STEPS[step])


def _reached(plan: Load, month: dt.date, status: str) -> str:
    """The wanted state, or the last one that a claim of that month can have reached today."""
    if status == states.DRAFT:
        return status
    if status == states.RETURNED:
        return status if _day(month, states.CHECKED) <= plan.today else ""
    order = list(STEPS)
    wanted = order[: order.index(status) + 1]
    return next((step for step in reversed(wanted) if _day(month, step) <= plan.today), "")


def _claim(
    plan: Load,
    month: dt.date,
    ward_id: int,
    advisor_id: int,
    status: str,
    visits: list[AcceptedVisit],
) -> tuple[Claim, list[ClaimLine]]:
    payee = plan.payees.get((ward_id, advisor_id))
    terms = plan.terms.get(ward_id)
    name = plan.names[advisor_id]
    words = REPORTS[(month.month + advisor_id) % len(REPORTS)]
    claim = Claim(
        ward_id=ward_id,
        advisor_id=advisor_id,
        advisor_name=name,
        month=month,
        done=words[0],
        findings=words[1] if status != states.DRAFT else "",
        next_month=words[2] if status != states.DRAFT else "",
        revision=1,
        status=status,
    )
    if status == states.DRAFT:
        return claim, []
    lines = _lines(plan, claim, visits, is_standing=status != states.RETURNED)
    kind = payee.kind if payee else Payee.Kind.PERSON
    totals = rules.settle(map(amounts, lines), rule_terms(terms, kind))
    claim.rounds, claim.number = 1, _number(plan, month, ward_id)
    claim.terms, claim.payee_kind = terms, kind
    claim.payee_name = payee.name if payee else name
    claim.registration_no = payee.registration_no if payee else ""
    claim.fee_yen, claim.travel_yen = totals.fee_yen, totals.travel_yen
    claim.tax_yen, claim.withheld_yen = totals.tax_yen, totals.withheld_yen
    _date(plan, claim, status)
    return claim, lines


def _lines(
    plan: Load, claim: Claim, visits: list[AcceptedVisit], *, is_standing: bool
) -> list[ClaimLine]:
    found = []
    for position, visit in enumerate(visits, start=1):
        paid = rules.price(
            rules.Visited(
                visit.engagement_id,
                visit.minutes,
                visit.travel_yen,
                rate_of(visit.fees, visit.side),
            ),
            plan.paid[visit.engagement_id],
        )
        plan.paid[visit.engagement_id] += paid.is_paid and is_standing
        line = visit_line(visit, paid)
        line.claim, line.round, line.position = claim, 1, position
        if not is_standing:
            line.released_at = _at(claim.month, states.CHECKED)
        found.append(line)
    return found


def _at(month: dt.date, step: str) -> dt.datetime:
    return clock.midnight(_day(month, step)) + dt.timedelta(hours=10)


def _date(plan: Load, claim: Claim, status: str) -> None:
    """Who did what when, up to that state."""
    month = claim.month
    claim.submitted_at = _at(month, states.SUBMITTED)
    if status == states.RETURNED:
        claim.answer = ANSWER
    if status in {states.CHECKED, *states.DECIDED}:
        claim.checked_by_id, claim.checked_at = plan.checker, _at(month, states.CHECKED)
    if status in states.DECIDED:
        claim.approved_by_id, claim.approved_at = plan.approver, _at(month, states.APPROVED)
    if status == states.PAID:
        claim.paid_on = _day(month, states.PAID)


def _number(plan: Load, month: dt.date, ward_id: int) -> str:
    year = clock.fiscal_year(_day(month, states.SUBMITTED))
    plan.numbers[ward_id, year] += 1
    return numbering.receipt_no(
        ward_id=ward_id, scheme=SERIES, fiscal_year=year, number=plan.numbers[ward_id, year]
    )


def _correction(plan: Load) -> None:
    """Fares of an old line were counted twice: the difference waits for the next claim."""
    line = (
        ClaimLine.objects.filter(claim__advisor_id=plan.own, released_at=None, visit__isnull=False)
        .order_by("visited_on")
        .first()
    )
    if line is not None:
        Correction.objects.create(
            ward_id=line.ward_id,
            firm_id=line.firm_id,
            advisor_id=plan.own,
            line=line,
            fee_yen=0,
            travel_yen=-320,
            reason="往復の交通費に、片道分が二重に入っていたため。",
            made_by_id=plan.checker,
        )
