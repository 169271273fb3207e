"""The demonstration's obligations: every kind and state, by the services.

`begin` gives the running grants what they owe. `load` takes the grants of earlier years
(`subsidies.demo.calls.SETTLED`) to their payment, with the days on which things were bought then,
and on to effect reports, assets and the consumption tax.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator

from django.utils.translation import override

from portal.accounts.demo import BY_KEY, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from subsidies import grant_states
from subsidies.demo.calls import SETTLED, SHINAGAWA
from subsidies.grants import money_demo
from subsidies.grants.demo import Desk, official, owner_of
from subsidies.grants.models import Filing
from subsidies.models import Grant
from subsidies.obligations import services, states
from subsidies.obligations.disposals import DISPOSAL
from subsidies.obligations.models import Asset, Obligation
from subsidies.obligations.rules.plan import EFFECT_REPORT, TAX_CREDIT
from subsidies.obligations.services import closing

SEED = 8_1201
SYSTEM = Actor.system("load_demo")
Story = Callable[[Desk, random.Random], None]
_COMMENTS = (
    "日報の集計が月24時間から3時間になった。全員が毎日使っている。",
    "段取りの待ち時間が減り、同じ人数で受注が1割増えた。",
    "不良の原因を早く見つけられるようになり、手直しが半分になった。",
)


def begin(today: dt.date) -> int:
    """What the running grants of this year owe; returns how many obligations there are."""
    year = clock.fiscal_year(today)
    rows = Grant.objects.filter(call__fiscal_year=year, status=grant_states.IN_PROGRESS)
    for grant_id in rows.order_by("pk").values_list("pk", flat=True):
        services.obligations_sync(actor=SYSTEM, grant_id=grant_id, on=today)
    return Obligation.objects.count()


def load(today: dt.date) -> int:
    """Tell the stories of the settled grants; returns how many obligations there are."""
    rng = random.Random(SEED)  # noqa: S311 (invented data)
    stories: dict[int, tuple[Story, ...]] = {
        SUMIDA: (_faithful, _asks, _disposed, _silent),
        SHINAGAWA: (_zero, _returns, _late, _to_claim),
    }
    with override("ja"):
        for ward, stage, back, _number in SETTLED:
            for desk, story in zip(_desks(ward, stage, back, today), stories[ward], strict=False):
                if story is _to_claim:
                    money_demo.finalised(desk)
                else:
                    money_demo.paid(desk)
                services.assets_enter(actor=SYSTEM, grant_id=desk.grant.pk)
                services.obligations_sync(actor=SYSTEM, grant_id=desk.grant.pk, on=today)
                desk.grant.refresh_from_db()
                story(desk, rng)
        _take_back(today)
        _hand_over(today)
    return Obligation.objects.count()


def _desks(ward: int, stage: int, back: int, today: dt.date) -> Iterator[Desk]:
    reviewer, approver = official(ward, Role.REVIEWER), official(ward, Role.APPROVER)
    rows = Grant.objects.filter(
        ward_id=ward,
        application__stage=stage,
        call__fiscal_year=clock.fiscal_year(today) - back,
        status=grant_states.IN_PROGRESS,
    )
    for grant in rows.select_related("application__version", "call").order_by("decided_on", "pk"):
        if firm := owner_of(grant):
            done_on = grant.project_ends_on - dt.timedelta(days=12)
            yield Desk(grant, firm, reviewer, approver, today, done_on)


def _faithful(desk: Desk, rng: random.Random) -> None:
    """Three years reported and accepted; its assets confirmed and in use."""
    for year in (1, 2, 3):
        desk.accept(_effects(desk, rng, year))
    for asset in _assets(desk):
        with acting(desk.reviewer):
            services.asset_life_confirm(
                actor=desk.reviewer,
                asset_id=asset.pk,
                life=asset.life,
                place="本社工場 1階",
                today=desk.today,
            )


def _asks(desk: Desk, rng: random.Random) -> None:
    """Two years accepted, the third overdue; wants to sell an asset."""
    for year in (1, 2):
        desk.accept(_effects(desk, rng, year))
    _disposal(desk, way="sale", price_yen=150_000, why="新しい機種に替え、使わなくなるため。")


def _disposed(desk: Desk, rng: random.Random) -> None:
    """The first year accepted, the second waits; a disposal was approved."""
    desk.accept(_effects(desk, rng, 1))
    _effects(desk, rng, 2)
    filing = _disposal(desk, way="scrap", price_yen=0, why="故障し、修理の部品がないため。")
    desk.approve(desk.propose(filing, "故障によるもので、やむを得ない。"))


def _silent(desk: Desk, rng: random.Random) -> None:
    """One year on paper, one let off, the third overdue; an asset was sold without asking."""
    rows = Obligation.objects.filter(grant=desk.grant, kind=EFFECT_REPORT).order_by("number")
    first, second = rows[:2]
    with acting(desk.reviewer):
        services.obligation_settle(
            actor=desk.reviewer,
            obligation_id=first.pk,
            action="record",
            reason="紙の報告書を窓口で受け取り、内容を確かめた。",
        )
        services.asset_disposal_note(
            actor=desk.reviewer,
            asset_id=_assets(desk)[0].pk,
            disposed_on=desk.today - dt.timedelta(days=60),
            price_yen=200_000,
            reason="現地調査で、承認を受けずに売られていたことが分かった。",
        )
    with acting(desk.approver):
        services.obligation_settle(
            actor=desk.approver,
            obligation_id=second.pk,
            action="waive",
            reason="代表者の長期入院により、帳簿を確かめられなかったため。",
        )


def _zero(desk: Desk, rng: random.Random) -> None:
    """仕入控除税額 of 0円, which is reported as well; the rest was let off: the grant is complete."""
    desk.accept(_tax(desk, result="exempt", return_yen="0", comment="免税事業者である。"))
    services.obligations_sync(actor=SYSTEM, grant_id=desk.grant.pk, on=desk.today)
    for row in Obligation.objects.filter(
        grant=desk.grant, kind=EFFECT_REPORT, status=states.OPEN
    ).order_by("number"):
        with acting(desk.approver):
            services.obligation_settle(
                actor=desk.approver,
                obligation_id=row.pk,
                action="waive",
                reason="合併した先の会社が、別の補助事業の報告に含めて報告しているため。",
            )
    closing.grants_close(actor=SYSTEM)


def _returns(desk: Desk, rng: random.Random) -> None:
    """仕入控除税額 to give back: its acceptance proposes the 返還命令."""
    yen = (desk.grant.final_yen or 0) // 11
    desk.accept(_tax(desk, result="return", return_yen=str(yen), comment="一般課税で申告した。"))


def _to_claim(desk: Desk, rng: random.Random) -> None:
    """The amount was settled today: the claim is due soon."""


def _late(desk: Desk, rng: random.Random) -> None:
    """Nothing was reported: overdue."""


def _effects(desk: Desk, rng: random.Random, year: int) -> Filing:
    """効果報告 of a year."""
    filing = desk.file(EFFECT_REPORT, **effects_told(desk.grant, rng, year))
    # As the worker does: the next report is about the year after.
    services.obligations_sync(actor=SYSTEM, grant_id=desk.grant.pk, on=desk.today)
    return filing


def effects_told(grant: Grant, rng: random.Random, year: int) -> dict[str, str]:
    """What is typed into the report of a year: sales up, hours down, against the figures before
    (円, 時間)."""
    people = grant.application.firm.employees or 8
    # Of the sales, in %: some begin with a loss.
    margin = grant.pk % 9 - 2
    sales = people * (9_000_000 + grant.pk % 7 * 400_000)
    before = {
        "sales": sales,
        "cost": sales * 62 // 100,
        "profit": sales * margin // 100,
        "wages": sales * 16 // 100,
        "salaries": sales * 8 // 100,
        "depreciation": sales * 3 // 100,
        "people": people,
        "hours": people * 1_960,
    }
    grown = 100 + year * rng.randint(2, 4)
    after = {code: value * grown // 100 for code, value in before.items()}
    after |= {
        "profit": after["sales"] * (margin + year) // 100,
        "people": people,
        "hours": people * (1_960 - year * rng.randint(25, 45)),
    }
    for values in (before, after):
        values["labour"] = values["wages"] + values["salaries"]
    figures = {
        f"{when}_{code}": f"△{-value:,}" if value < 0 else str(value)
        for when, values in (("before", before), ("after", after))
        for code, value in values.items()
    }
    return {
        "period_end": dt.date(
            clock.fiscal_year(grant.project_ends_on) + 1 + year, 3, 31
        ).isoformat(),
        "comment": _COMMENTS[(year - 1 + grant.pk) % len(_COMMENTS)],
        **figures,
    }


def _tax(desk: Desk, **answers: str) -> Filing:
    ends = dt.date(clock.fiscal_year(desk.grant.project_ends_on) + 1, 3, 31)
    return desk.file(TAX_CREDIT, period_end=ends.isoformat(), **answers)


def _disposal(desk: Desk, *, way: str, price_yen: int, why: str) -> Filing:
    return desk.file(
        DISPOSAL,
        asset_number=str(_assets(desk)[0].pk),
        way=way,
        planned_on=desk.soon(20).isoformat(),
        price_yen=str(price_yen),
        why=why,
    )


def _assets(desk: Desk) -> list[Asset]:
    return list(Asset.objects.filter(grant=desk.grant, status=states.IN_USE).order_by("pk"))


def _take_back(today: dt.date) -> None:
    """A grant of 墨田 that was paid two fiscal years ago is revoked; all of it came back."""
    rows = Grant.objects.filter(
        ward_id=SUMIDA,
        call__fiscal_year=clock.fiscal_year(today) - 2,
        status=grant_states.PAID,
    ).select_related("application__version", "call")
    reviewer, approver = official(SUMIDA, Role.REVIEWER), official(SUMIDA, Role.APPROVER)
    for grant in rows.order_by("decided_on", "pk"):
        if firm := owner_of(grant):
            desk = Desk(grant, firm, reviewer, approver, today)
            money_demo.taken_back(desk, whole=True)
            services.obligations_sync(actor=SYSTEM, grant_id=grant.pk, on=today)
            return


def _hand_over(today: dt.date) -> None:
    """人事異動: what is overdue in 墨田 goes to the second reviewer."""
    heir = User.objects.get(email=BY_KEY["reviewer2"].email)
    giver = official(SUMIDA, Role.REVIEWER)
    with acting(giver):
        overdue = Obligation.objects.filter(
            ward_id=SUMIDA, status=states.OPEN, due_on__lt=today
        ).exclude(owner=heir)
        services.obligations_hand_over(
            actor=giver,
            obligation_ids=list(overdue.values_list("pk", flat=True)),
            owner_id=heir.pk,
            reason="4月の人事異動による引継ぎ",
        )
