"""Figures of the work itself, which officials look at every week: how long, how often, how full.

They are no indicators of the policy and have no targets. Each is counted every night by one statement into
rows of ward, month and part: sums add up over wards and months, and of days it is known how many took so
many, so that medians can be made of any of them (`kpi.process`).
"""

from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class How(Enum):
    """How a value comes of the rows."""

    SHARE = "share"  # 100 × Σ numerator / Σ denominator of 12 months
    MEAN = "mean"  # Σ numerator / Σ denominator of 12 months
    MEDIAN = "median"  # of days: `part` is how many, the numerator how often
    NINE_TENTHS = "nine_tenths"  # so many days or fewer in 90 of 100 cases
    OF_BUDGET = "of_budget"  # 100 × what was decided of the fiscal year so far / its budget


@dataclass(frozen=True, slots=True)
class Process:
    """`rows` names the statement; two figures may share it. `by_part` are the parts told one by one."""

    code: str
    rows: str
    how: How
    name: str | Promise
    unit: str | Promise
    definition: str | Promise
    by_part: bool = False


_DAYS = _("日")
_PERCENT = "%"

PROCESSES = (
    Process(
        "days-median",
        "days",
        How.MEDIAN,
        _("申請から決定までの日数（中央値）"),
        _DAYS,
        _("過去12か月に交付・不交付を決定した申請の、はじめの提出から決定までの日数の中央値。"),
    ),
    Process(
        "days-90",
        "days",
        How.NINE_TENTHS,
        _("申請から決定までの日数（9割）"),
        _DAYS,
        _("過去12か月に決定した申請の9割が、この日数以内に決定しています。"),
    ),
    Process(
        "corrections",
        "corrections",
        How.SHARE,
        _("補正を求めた申請の割合"),
        _PERCENT,
        _("過去12か月に提出された申請のうち、補正を1回以上求めたもの。"),
    ),
    Process(
        "budget",
        "budget",
        How.OF_BUDGET,
        _("予算の執行率（交付決定）"),
        _PERCENT,
        _("今年度の公募の予算額のうち、交付決定した額（取下げ・廃止・取消で戻った額を引いた額）。"),
    ),
    Process(
        "lab-use",
        "lab-use",
        How.SHARE,
        _("ラボの設備の稼働率"),
        _PERCENT,
        _(
            "過去12か月に利用した予約の時間を、開館日の開館時間と利用できる設備の数を掛けた時間で"
            "割ったもの。休館日と祝日は除きます。時間帯ごとにも示します。"
        ),
        by_part=True,
    ),
    Process(
        "lab-missed",
        "lab-missed",
        How.SHARE,
        _("予約して来なかった割合"),
        _PERCENT,
        _("過去12か月のラボの予約のうち、連絡なく来なかったもの。取り消した予約は除きます。"),
    ),
    Process(
        "case-answers",
        "case-answers",
        How.SHARE,
        _("仲間まわしの声かけへの回答率"),
        _PERCENT,
        _("過去12か月に仕事の声をかけた企業のうち、期限までに返事をしたもの。"),
    ),
    Process(
        "survey-answers",
        "survey-answers",
        How.SHARE,
        _("修了後の調査の回答率"),
        _PERCENT,
        _("過去12か月に調査の日が来て、答えたか締め切った調査のうち、答えたもの。"),
    ),
    Process(
        "advisor-load",
        "advisor-load",
        How.MEAN,
        _("相談員1人あたりの月の訪問数"),
        pgettext_lazy("visits", "回"),
        _("過去12か月に区が受理した訪問の数を、その月に訪問した相談員の数で割ったもの。"),
    ),
)

# Each gives ward, first day of the month, part, numerator, denominator, from `first` to `as_of`.
ROWS = {
    # A decision that was revoked later took its days all the same.
    "days": """
        SELECT d.ward_id, date_trunc('month', d.occurred_on)::date,
            (d.occurred_on - s.occurred_on)::text, count(*), 0
        FROM kpi_fact d JOIN kpi_fact s ON s.event_type = 'grant.submitted'
            AND s.event_key = d.event_key AND s.reverses_id IS NULL
        WHERE d.event_type IN ('grant.decided', 'grant.refused') AND d.reverses_id IS NULL
            AND d.occurred_on BETWEEN %(first)s AND %(as_of)s
        GROUP BY 1, 2, 3""",
    "corrections": """
        SELECT a.ward_id, date_trunc('month', a.submitted_at AT TIME ZONE 'Asia/Tokyo')::date, '',
            count(*) FILTER (WHERE EXISTS (
                SELECT FROM subsidies_correction c WHERE c.application_id = a.id)), count(*)
        FROM subsidies_application a
        WHERE (a.submitted_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(first)s AND %(as_of)s
        GROUP BY 1, 2""",
    # The budget stands in April; what was decided in the month in which it was, at the earliest in April.
    "budget": """
        SELECT c.ward_id, make_date(c.fiscal_year, 4, 1), 'budget', sum(c.budget_yen), 0
        FROM subsidies_call c WHERE c.fiscal_year = %(year)s GROUP BY 1, 2
        UNION ALL
        SELECT c.ward_id, greatest(make_date(c.fiscal_year, 4, 1),
                date_trunc('month', e.recorded_at AT TIME ZONE 'Asia/Tokyo')::date), '',
            sum(e.amount_yen), 0
        FROM subsidies_budgetentry e JOIN subsidies_call c ON c.id = e.call_id
        WHERE c.fiscal_year = %(year)s
            AND (e.recorded_at AT TIME ZONE 'Asia/Tokyo')::date <= %(as_of)s
        GROUP BY 1, 2""",
    # Minutes of each hour of the day: used, and what all machines could have been.
    "lab-use": """
        WITH open AS (
            SELECT l.ward_id, l.id, day::date AS day, hour,
                greatest(0, extract(epoch FROM least(h.closes, make_time(hour, 59, 59.999999))
                    - greatest(h.opens, make_time(hour, 0, 0))) / 60)::int AS minutes
            FROM booking_lab l JOIN booking_openinghours h ON h.lab_id = l.id
            JOIN generate_series(%(first)s::date, %(as_of)s::date, interval '1 day') AS day
                ON h.weekday = extract(isodow FROM day) - 1
            CROSS JOIN generate_series(0, 23) AS hour
            WHERE NOT (l.closes_on_holidays AND day::date = ANY(%(holidays)s::date[]))
                AND NOT EXISTS (SELECT FROM booking_closure c WHERE c.lab_id = l.id
                    AND (c.starts_at AT TIME ZONE 'Asia/Tokyo')::date <= day::date
                    AND (c.ends_at AT TIME ZONE 'Asia/Tokyo')::date >= day::date)
        ), could AS (
            SELECT o.ward_id, date_trunc('month', o.day)::date AS month, o.hour,
                sum(o.minutes * m.machines) AS minutes
            FROM open o JOIN (
                SELECT lab_id, count(*) AS machines FROM booking_machine
                WHERE NOT is_accessory AND status = 'in_service' GROUP BY lab_id
            ) m ON m.lab_id = o.id
            WHERE o.minutes > 0 GROUP BY 1, 2, 3
        ), used AS (
            SELECT r.ward_id, date_trunc('month', at)::date AS month, extract(hour FROM at)::int AS hour,
                sum(extract(epoch FROM least(b.ends_at AT TIME ZONE 'Asia/Tokyo', at + interval '1 hour')
                    - greatest(b.starts_at AT TIME ZONE 'Asia/Tokyo', at)) / 60)::bigint AS minutes
            FROM booking_booking b JOIN booking_reservation r ON r.id = b.reservation_id
            JOIN booking_machine m ON m.id = b.machine_id AND NOT m.is_accessory
            CROSS JOIN LATERAL generate_series(
                date_trunc('hour', b.starts_at AT TIME ZONE 'Asia/Tokyo'),
                b.ends_at AT TIME ZONE 'Asia/Tokyo' - interval '1 second', interval '1 hour') AS at
            WHERE r.status IN ('used', 'in_use') AND b.released_at IS NULL
                AND (b.starts_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(first)s AND %(as_of)s
            GROUP BY 1, 2, 3
        )
        SELECT c.ward_id, c.month, lpad(c.hour::text, 2, '0'), coalesce(u.minutes, 0), c.minutes
        FROM could c LEFT JOIN used u USING (ward_id, month, hour)""",
    "lab-missed": """
        SELECT r.ward_id, date_trunc('month', r.starts_at AT TIME ZONE 'Asia/Tokyo')::date, '',
            count(*) FILTER (WHERE r.status = 'missed'), count(*)
        FROM booking_reservation r
        WHERE r.status IN ('used', 'missed') AND NOT r.is_walk_in
            AND (r.starts_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(first)s AND %(as_of)s
        GROUP BY 1, 2""",
    "case-answers": """
        SELECT c.ward_id, date_trunc('month', i.sent_at AT TIME ZONE 'Asia/Tokyo')::date, '',
            count(*) FILTER (WHERE i.answered_at <= i.closes_at), count(*)
        FROM cases_invitation i JOIN cases_case c ON c.id = i.case_id
        WHERE (i.sent_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(first)s AND %(as_of)s
            AND (i.answered_at IS NOT NULL
                OR (i.closes_at AT TIME ZONE 'Asia/Tokyo')::date <= %(as_of)s)
        GROUP BY 1, 2""",
    "survey-answers": """
        SELECT s.ward_id, date_trunc('month', s.due_on)::date, '',
            count(*) FILTER (WHERE s.status = 'answered'), count(*)
        FROM followup_survey s
        WHERE s.status IN ('answered', 'closed') AND s.due_on BETWEEN %(first)s AND %(as_of)s
        GROUP BY 1, 2""",
    "advisor-load": """
        SELECT v.ward_id, date_trunc('month', v.starts_at AT TIME ZONE 'Asia/Tokyo')::date, '',
            count(*), count(DISTINCT v.advisor_id)
        FROM advisors_visit v
        WHERE v.status = 'accepted'
            AND (v.starts_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN %(first)s AND %(as_of)s
        GROUP BY 1, 2""",
}
