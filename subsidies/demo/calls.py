"""The calls as the demonstration needs them: open ones, a coming one, one that closes today.

The schemes' files name fixed dates. Whoever starts the demonstration on another day shall still
find calls to apply to, so calls of later fiscal years are copied from the last known year, and a
few of the running year are moved around today. These are direct writes, for the demonstration
alone; each leaves an audit row.
"""

import datetime as dt
from collections import defaultdict

from portal.accounts.demo import OTA, SUMIDA
from portal.kernel import audit, clock
from portal.kernel.actor import Actor
from subsidies.models import Call, SchemeVersion
from subsidies.services import schemes_load

TAITO, SHINAGAWA, ADACHI = 13106, 13109, 13121
ITABASHI, KATSUSHIKA, EDOGAWA = 13119, 13122, 13123
# 補正予算: enough for the queue that the demonstration fills (円).
SUMIDA_BUDGET = 12_000_000
# 予算科目 of every call, as a ward's accounts name one.
BUDGET_LINE = "一般会計 産業経済費 商工費 商工振興費 18節"
NEW_QUESTION = {
    "code": "machines",
    "task": "plan",
    "label": "対象とする工程の機械の台数",
    "kind": "number",
    "unit": "台",
    "hint": "おおよその台数を整数で。",
    "required": False,
}

Calls = dict[tuple[int, int, int], list[Call]]
# Rounds that closed some weeks ago, so that their committees are at work now: ward and stage, and
# how many applied.
SCORED = {(SUMIDA, 2): 7, (SUMIDA, 3): 6, (OTA, 2): 5, (OTA, 3): 3, (ADACHI, 2): 4}
CLOSED_DAYS_AGO = 21
# Rounds of stage 2 of `RANKED_BACK` fiscal years ago that committees have ranked, with many on both sides
# of the line: how many applied to each, what share of them was granted, and its budget (円).
RANKED = (OTA, ADACHI, KATSUSHIKA, ITABASHI, EDOGAWA)
RANKED_BACK, RANKED_CASES, RANKED_SHARE, RANKED_BUDGET = 2, 24, 0.46, 36_000_000
# Grants of earlier years that were settled since and still owe something: ward, stage, how many
# fiscal years ago, how many.
SETTLED = ((SUMIDA, 2, 4, 4), (SHINAGAWA, 1, 2, 4))


def prepare(actor: Actor, today: dt.date) -> Calls:
    """All calls by (fiscal year, ward, stage), with their versions and schemes."""
    schemes_load(actor=actor, now=clock.now())
    year = clock.fiscal_year(today)
    for missing in range(year - 2, year + 1):
        _copy_last_year(actor, missing)
    for ward, stage, back, _number in SETTLED:
        _copy_place(actor, ward, stage, year - back)
    _move_around(actor, today, year)
    for ward in RANKED:
        _raise_budget(actor, ranked(by_place(), year, ward))
    for ward, stage in SCORED:
        _insert_round(actor, by_place()[year, ward, stage][-1], today)
    Call.objects.filter(budget_line="").update(budget_line=BUDGET_LINE)
    return by_place()


def scored(calls: Calls, year: int, place: tuple[int, int]) -> Call:
    """The round of `SCORED` at that ward and stage: the last but one, before the open one."""
    return calls[year, *place][-2]


def ranked(calls: Calls, year: int, ward: int) -> Call:
    """The round of `RANKED` of that ward, seen from the fiscal year that runs."""
    return calls[year - RANKED_BACK, ward, 2][0]


def by_place() -> Calls:
    """Calls by (fiscal year, ward, stage), in the order of their rounds."""
    found: Calls = defaultdict(list)
    rows = Call.objects.select_related("version__scheme").order_by("round", "id")
    for call in rows:
        found[call.fiscal_year, call.ward_id, call.version.scheme.stage].append(call)
    return dict(found)


def publish_newer_form(actor: Actor, call: Call) -> SchemeVersion:
    """A next version of the call's form, with one more question; drafts of the old one remain."""
    old = call.version
    rules = {**old.rules, "questions": [*old.rules["questions"], NEW_QUESTION]}
    number = old.scheme.versions.count() + 1
    fresh = SchemeVersion.objects.create(
        scheme=old.scheme, number=number, rules=rules, published_at=clock.database_now()
    )
    Call.objects.filter(pk=call.pk).update(version=fresh)
    _note(actor, call, "subsidies.version_published", "設問の追加（デモンストレーション）")
    return fresh


def nearly_exhaust(actor: Actor, call: Call, *, left_yen: int) -> None:
    """Leave so little of the budget that the next approval exceeds it."""
    call.refresh_from_db(fields=["committed_yen"])
    call.budget_yen = call.committed_yen + left_yen
    call.save(update_fields=["budget_yen"])
    _note(actor, call, "subsidies.budget_changed", "減額補正（デモンストレーション）")


def _copy_last_year(actor: Actor, year: int) -> None:
    """Give a year without calls those of the latest year that has some, the same days."""
    known = set(Call.objects.values_list("fiscal_year", flat=True))
    if year in known:
        return
    source = max(known, key=lambda other: (other < year, -abs(other - year)))
    shift = year - source
    Call.objects.bulk_create(
        Call(
            version=call.version,
            ward_id=call.ward_id,
            fiscal_year=year,
            round=call.round,
            mode=call.mode,
            opens_at=_years_on(call.opens_at, shift),
            closes_at=_years_on(call.closes_at, shift),
            project_ends_on=_years_on(call.project_ends_on, shift),
            budget_yen=call.budget_yen,
            contact=call.contact,
            budget_line=call.budget_line,
        )
        for call in Call.objects.filter(fiscal_year=source)
    )
    audit.record(actor=actor, action="subsidies.calls_copied", detail={"fiscal_year": year})


def _copy_place(actor: Actor, ward: int, stage: int, year: int) -> None:
    """The first round of a ward and stage in a year that has none, from the earliest known."""
    rows = Call.objects.filter(ward_id=ward, version__scheme__stage=stage, round=1)
    if rows.filter(fiscal_year=year).exists():
        return
    call = rows.order_by("fiscal_year")[0]
    shift = year - call.fiscal_year
    call.pk = None
    call._state.adding = True
    call.fiscal_year = year
    call.opens_at, call.closes_at = (
        _years_on(call.opens_at, shift),
        _years_on(call.closes_at, shift),
    )
    call.project_ends_on = _years_on(call.project_ends_on, shift)
    call.save()
    _note(actor, call, "office.call_created", "過去の募集（デモンストレーション）")


def _years_on[T: dt.date](day: T, years: int) -> T:
    """The same day of another year; 29 February becomes the 28th."""
    shown = day.replace(day=28) if (day.month, day.day) == (2, 29) else day
    return shown.replace(year=day.year + years)


def _move_around(actor: Actor, today: dt.date, year: int) -> None:
    calls = {
        (call.ward_id, call.version.scheme.stage, call.round): call
        for call in Call.objects.filter(fiscal_year=year).select_related("version__scheme")
    }
    for (ward, stage, round_), call in calls.items():
        running = min(call.opens_at, _in_days(today, -14, hour=9))
        if (ward, stage) == (TAITO, 1):
            _set_times(actor, call, running, _at(today, 23, 59))
        elif stage == 1:
            _set_times(actor, call, running, max(call.closes_at, _in_days(today, 6)))
        elif stage == 2 and round_ == _last_round(calls, ward, stage):
            _set_times(actor, call, running, _in_days(today, 27))
        elif stage == 3 and round_ == _last_round(calls, ward, stage):
            _set_times(actor, call, _in_days(today, 10, hour=9), _in_days(today, 34))
    sumida = calls[SUMIDA, 1, 1]
    if sumida.budget_yen < SUMIDA_BUDGET:
        sumida.budget_yen = SUMIDA_BUDGET
        sumida.save(update_fields=["budget_yen"])
        _note(actor, sumida, "subsidies.budget_changed", "補正予算（デモンストレーション）")


def _insert_round(actor: Actor, last: Call, today: dt.date) -> None:
    """A round before the last one that has closed, with half of its budget."""
    number = last.round
    last.round = number + 1
    last.save(update_fields=["round"])
    call = Call.objects.create(
        version=last.version,
        ward_id=last.ward_id,
        fiscal_year=last.fiscal_year,
        round=number,
        mode=last.mode,
        opens_at=_in_days(today, -CLOSED_DAYS_AGO - 50, hour=9),
        closes_at=_in_days(today, -CLOSED_DAYS_AGO),
        project_ends_on=max(last.project_ends_on, today + dt.timedelta(days=90)),
        budget_yen=last.budget_yen,
        contact=last.contact,
    )
    _note(actor, call, "office.call_created", "追加の募集（デモンストレーション）")


def _raise_budget(actor: Actor, call: Call) -> None:
    if call.budget_yen < RANKED_BUDGET:
        call.budget_yen = RANKED_BUDGET
        call.save(update_fields=["budget_yen"])
        _note(actor, call, "subsidies.budget_changed", "補正予算（デモンストレーション）")


def _last_round(calls: dict[tuple[int, int, int], Call], ward: int, stage: int) -> int:
    return max(round_ for place, kind, round_ in calls if (place, kind) == (ward, stage))


def _set_times(actor: Actor, call: Call, opens_at: dt.datetime, closes_at: dt.datetime) -> None:
    if (opens_at, closes_at) == (call.opens_at, call.closes_at):
        return
    ends_on = clock.to_date(closes_at) + dt.timedelta(days=80)
    call.opens_at, call.closes_at = opens_at, closes_at
    call.project_ends_on = max(call.project_ends_on, ends_on)
    call.save(update_fields=["opens_at", "closes_at", "project_ends_on"])
    _note(actor, call, "subsidies.deadline_moved", "受付期間の変更（デモンストレーション）")


def _note(actor: Actor, call: Call, action: str, reason: str) -> None:
    audit.record(actor=actor, action=action, obj=call, reason=reason)


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.TOKYO)


def _in_days(today: dt.date, days: int, *, hour: int = 17) -> dt.datetime:
    return _at(today + dt.timedelta(days=days), hour)
