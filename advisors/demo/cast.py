"""Who acts in the demonstration, what they are paid, and the words they use. All is invented."""

import datetime as dt
import random
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from advisors import codes
from advisors.models import Advisor, FeeTable
from portal.accounts.demo import BY_KEY, DOMAIN, SUMIDA
from portal.accounts.models import Assignment, User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.demo_names import GIVEN, SURNAMES
from programs.wards import WARDS

SEED = 41_121
POOL = 30
SINCE = dt.date(2021, 4, 1)

TROUBLES = (
    ("日報を紙で書き、月末の集計に3日かかる。", "集計を半日で終え、原価を翌月に知りたい。", "cost"),
    (
        "見積が社長の頭の中にあり、返事に1週間かかる。",
        "過去の見積を引いて、翌日に返したい。",
        "orders",
    ),
    (
        "機械がいつ止まったか、後から分からない。",
        "止まった理由を数えて、段取りを変えたい。",
        "machines",
    ),
    ("図面が紙で、古い版で作ってしまった。", "いつも最新の図面を現場で見たい。", "design"),
    ("材料の残りが分からず、二重に買ってしまう。", "棚の残りを画面で見たい。", "stock"),
    ("検査の記録を探すのに半日かかる。", "客先に聞かれた日に答えたい。", "quality"),
)
NOTES = (
    "工程を社長・工場長と一緒に付せんで書き出した。待ちは段取りの前に集まっている。",
    "紙の日報を3枚見た。書く人と使う人が違い、使われない欄が半分ある。",
    "候補の3製品を実際の日報で試した。入力は2分で済んだ。",
    "使い方の勉強会を30分。若手2人がキーユーザーになる。",
    "利用率は64%。夜勤の入力が抜けている。置き場所を変える。",
    "月末の集計は24時間から4時間になった。次は見積の履歴。",
)
DECISIONS = ("日報は3項目に減らす。", "まず1台の機械で試す。", "11月の定例会で結果を見る。", "")
VENDORS = ("工場クラウド", "城東ソフト", "ファクトリーリンク")


@dataclass
class Cast:
    """Who acts in the demonstration."""

    now: dt.datetime
    rng: random.Random
    pool: list[Advisor]
    fees: dict[int, FeeTable]
    office: Actor
    chief: Actor

    @property
    def today(self) -> dt.date:
        return clock.to_date(self.now)


def make_cast(now: dt.datetime) -> Cast:
    """The officials of 墨田区 and the 名簿 of advisors."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    reviewer, chief = _person("reviewer"), _person("approver")
    return Cast(
        now=now,
        rng=rng,
        pool=_pool(rng, clock.to_date(now)),
        fees=_fees(reviewer, chief, clock.to_date(now)),
        office=_official(reviewer, Role.REVIEWER),
        chief=_official(chief, Role.APPROVER),
    )


def _pool(rng: random.Random, today: dt.date) -> list[Advisor]:
    """The demonstration's advisor and the others of the 名簿; one sells, one is ending."""
    first = User.objects.get(email=BY_KEY["advisor"].email)
    names = [
        (f"{rng.choice(SURNAMES)[0]} {rng.choice(GIVEN)}", f"advisor{number}@{DOMAIN}")
        for number in range(1, POOL)
    ]
    users = User.objects.bulk_create(
        User(email=email, name=name, password=make_password(None)) for name, email in names
    )
    Assignment.objects.bulk_create(
        Assignment(user=user, role=Role.ADVISOR, valid_from=SINCE) for user in users
    )
    wards = [ward.code for ward in WARDS]
    rows = []
    for number, user in enumerate([first, *users]):
        side = codes.IT if number % 2 == 0 else codes.FLOOR
        served = wards if number < 2 else sorted(rng.sample(wards, 9))
        kept = SUMIDA if number < 6 else served[0]
        rows.append(
            Advisor(
                ward_id=kept,
                user=user,
                sides=[codes.IT, codes.FLOOR] if number % 7 == 6 else [side],
                qualifications=sorted(rng.sample(sorted(codes.FITTING[side]), 1 + number % 2)),
                fields=sorted(rng.sample(list(codes.FIELDS), 3)),
                wards=sorted({*served, kept}),
                languages=[
                    "ja",
                    *(["en"] if number % 3 == 0 else []),
                    *(["zh"] if number == 5 else []),
                ],
                vendors=[VENDORS[number % 3]] if number in {4, 5} else [],
                capacity=12 if number < 6 else rng.randint(6, 10),
                contract_from=dt.date(clock.fiscal_year(today) - 2, 4, 1),
                contract_to=today + dt.timedelta(days=40)
                if number == 3
                else dt.date(clock.fiscal_year(today) + 2, 3, 31),
            )
        )
    return Advisor.objects.bulk_create(rows)


def _fees(drafter: User, publisher: User, today: dt.date) -> dict[int, FeeTable]:
    """Each ward's version of three years, a newer one of this year, one that waits in 墨田区."""
    year = clock.fiscal_year(today)

    def version(ward: int, number: int, first: dt.date, hour: int, published: bool) -> FeeTable:
        return FeeTable(
            ward_id=ward,
            number=number,
            valid_from=first,
            it_hour_yen=hour,
            floor_hour_yen=hour - 500,
            most_minutes=180,
            most_travel_yen=3_000,
            most_visits=12,
            basis="伴走支援事業実施要綱（架空）別表",
            drafted_by=drafter,
            published_by=publisher if published else None,
            published_at=clock.midnight(first) if published else None,
        )

    rows = []
    for index, ward in enumerate(WARDS):
        hour = 8_000 + 500 * (index % 4)
        rows.append(version(ward.code, 1, dt.date(year - 2, 4, 1), hour, True))
        rows.append(version(ward.code, 2, dt.date(year, 4, 1), hour + 500, True))
    rows.append(version(SUMIDA, 3, dt.date(year + 1, 4, 1), 9_500, False))
    FeeTable.objects.bulk_create(rows)
    return {row.ward_id: row for row in rows if row.number == 1}


def _official(user: User, role: Role) -> Actor:
    return Actor(user.pk, user.name, Hat.WARD, frozenset({role}), ward_id=SUMIDA)


def _person(key: str) -> User:
    return User.objects.get(email=BY_KEY[key].email)
