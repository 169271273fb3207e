"""Firms with profiles, and cases as far along as a test needs them, through the real services."""

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from lab.nakama.cases import services, states
from lab.nakama.cases.models import Case, Invitation, Order, Wave
from lab.nakama.cases.services import Deal, Given, Marks, Seen, Wanted
from lab.nakama.models import Capability, CapabilityProfile, HourlyBand, ToleranceStep
from lab.nakama.rules.materials import marks
from lab.nakama.selectors.lexicon import lexicon
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from tests.factories import subsidies as make
from tests.factories.programs import SUMIDA
from tests.support.people import assign, make_person

SYSTEM = Actor.system("test")
STEPS = ("cut.lathe", "heat.quench", "grind.cylinder")
_numbers = count(1)


def shop(
    *processes: str,
    name: str = "",
    hourly: int = 6000,
    materials: Sequence[str] = ("鉄", "ステンレス", "アルミ"),
    tolerance_um: int | None = 10,
    **fields: Any,
) -> Actor:
    """A firm that does these processes within these limits, as its owner."""
    limits = {"reach_mm": 1000, "lot_min": 1, "lot_max": 10_000, **fields}
    number = next(_numbers)
    with acting(SYSTEM):
        firm = make.make_firm(name=name or f"仲間製作所{number}")
        ward = limits.pop("ward", SUMIDA)
        profile = CapabilityProfile.objects.create(
            firm=firm,
            firm_name=firm.name,
            ward_id=ward,
            status="prefilled",
            material_names=list(materials),
            materials=marks(materials, lexicon()),
        )
        for code in processes:
            able = Capability.objects.create(profile=profile, process_id=code, **limits)
            if tolerance_um:
                ToleranceStep.objects.create(capability=able, tolerance_um=tolerance_um)
        HourlyBand.objects.create(firm=firm, low_yen=hourly, high_yen=hourly)
        return make.firm_actor(firm)


def profile_of(shop: Actor) -> CapabilityProfile:
    """What the firm has registered."""
    return CapabilityProfile.objects.get(firm_id=shop.firm_id)


def owner_of(case: Case) -> Actor:
    """The buyer, as its owner."""
    with acting(SYSTEM):
        return make.firm_actor(case.firm)


def buyer(name: str = "") -> Actor:
    """The owner of a firm that has work to pass on."""
    with acting(SYSTEM):
        return make.firm_actor(make.make_firm(name=name or f"発注元製作所{next(_numbers)}"))


def coordinator() -> Actor:
    """ラボ職員 of 墨田区."""
    with acting(SYSTEM):
        number = next(_numbers)
        user = assign(
            make_person(f"lab{number}@example.jp", name="ラボ 花子"), Role.LAB_STAFF, ward_id=SUMIDA
        )
        return Actor(user.pk, user.name, Hat.SUPPORT, frozenset({Role.LAB_STAFF}), ward_id=SUMIDA)


def wanted(**changes: Any) -> Wanted:
    """A case that can be opened."""
    values: dict[str, Any] = {
        "title": "段付きシャフト",
        "summary": "両端を軸受に入れる段付きの軸です。",
        "material": "ステンレス",
        "size_mm": 180,
        "lot": 20,
        "due_on": clock.today() + dt.timedelta(days=60),
        "delivery_address": "東京都墨田区八広9-9-9",
        "customer": "秘密重工",
    }
    return Wanted(**{**values, **changes})


def drafted(owner: Actor, **changes: Any) -> Case:
    """下書き."""
    with acting(owner):
        return services.draft_start(actor=owner, wanted=wanted(**changes))


def opened(
    owner: Actor, codes: tuple[str, ...] = STEPS, *, minutes: int = 240, **changes: Any
) -> Case:
    """Open and split into steps, one after the other."""
    case = drafted(owner, **changes)
    with acting(owner):
        services.case_publish(actor=owner, case_id=case.pk)
        services.steps_save(
            actor=owner,
            case_id=case.pk,
            wanted=[
                services.StepWanted(code, minutes, [number] if number else [])
                for number, code in enumerate(codes)
            ],
        )
    return fresh(case)


def asked(owner: Actor, codes: tuple[str, ...] = STEPS, **changes: Any) -> Case:
    """Teams proposed, the first chosen, the first wave sent."""
    case = opened(owner, codes, **changes)
    with acting(owner):
        row = services.team_propose(actor=owner, case_id=case.pk)
        services.team_choose(actor=owner, case_id=case.pk, number=row.number, index=0)
        services.waves_start(actor=owner, case_id=case.pk)
    return fresh(case)


def answer(actor: Actor, case: Case, kind: str = states.CAN, yen: int = 100_000) -> Invitation:
    """The first open invitation of the actor's firm is answered, and quoted when willing."""
    with acting(SYSTEM):
        row = Invitation.objects.filter(
            case=case, firm_id=actor.firm_id, status=states.WAITING
        ).first()
        assert row is not None
    with acting(actor):
        condition = "材料支給" if kind == states.CONDITIONAL else ""
        services.answer_own(
            actor=actor, invitation_id=row.pk, given=Given(kind, condition=condition)
        )
        if kind in states.WILLING:
            services.quote_save(actor=actor, invitation_id=row.pk, price_yen=yen)
    with acting(SYSTEM):
        row.refresh_from_db()
    return row


def offered(
    owner: Actor, shops: list[Actor], codes: tuple[str, ...] = STEPS, **changes: Any
) -> Case:
    """Each shop does the step at its place; the buyer has the decision before it."""
    case = asked(owner, codes, **changes)
    for number, actor in enumerate(shops):
        row = answer(actor, case, yen=100_000 * (number + 1))
        with acting(owner):
            services.firm_choose(actor=owner, invitation_id=row.pk)
    with acting(owner):
        services.case_offer(actor=owner, case_id=case.pk)
    return fresh(case)


def awarded(
    owner: Actor,
    shops: list[Actor],
    form: str = "joint",
    codes: tuple[str, ...] = STEPS,
    **changes: Any,
) -> Case:
    """製作中."""
    case = offered(owner, shops, codes, **changes)
    with acting(owner):
        deal = Deal(form=form, lead_name="墨田の輪 受注統括" if form == "joint" else "")
        services.case_award(actor=owner, case_id=case.pk, deal=deal)
    return fresh(case)


def make_step(actor: Actor, case: Case, position: int) -> None:
    """Begun, inspected and handed over."""
    given = {"actor": actor, "case_id": case.pk, "position": position}
    with acting(actor):
        services.step_record(**given, kind="start")
        seen = Seen(good=20, bad=0, measured="外径を全数")
        services.step_record(**given, kind="inspect", seen=seen)


def made(owner: Actor, shops: list[Actor], **changes: Any) -> Case:
    """Every step inspected and handed over: 納品待ち."""
    case = awarded(owner, shops, **changes)
    for number, actor in enumerate(shops, start=1):
        make_step(actor, case, number)
        with acting(owner):
            services.step_record(actor=owner, case_id=case.pk, position=number, kind="accept")
    return fresh(case)


def closed(owner: Actor, shops: list[Actor], **changes: Any) -> Case:
    """納品済み."""
    case = made(owner, shops, **changes)
    with acting(owner):
        services.case_deliver(actor=owner, case_id=case.pk)
        services.case_accept(actor=owner, case_id=case.pk)
    return fresh(case)


def rate(actor: Actor, case: Case, to_firm: int, mark: int = 4) -> None:
    """Marks from one to the other."""
    with acting(actor):
        services.rating_give(
            actor=actor, case_id=case.pk, to_firm=to_firm, marks=Marks(mark, mark, mark)
        )


def late(case: Case, hours: int = 49) -> None:
    """As if the open waves had begun so long ago."""
    ago = clock.database_now() - dt.timedelta(hours=hours)
    with acting(SYSTEM):
        for wave in Wave.objects.filter(case=case, closed_at=None):
            Wave.objects.filter(pk=wave.pk).update(
                opened_at=ago, closes_at=ago + dt.timedelta(hours=48)
            )


def fresh(case: Case) -> Case:
    """As it stands."""
    with acting(SYSTEM):
        return Case.objects.get(pk=case.pk)


def order_alone(lead: Actor, member: Actor, *, received: bool = True) -> Order:
    """An order without a case, as of a joint order."""
    today = clock.today()
    stated = services.Statement(
        number=f"KJ-{lead.firm_id}-{member.firm_id}",
        orderer=services.Side(lead.firm_id or 0, "受注統括"),
        contractor=services.Side(member.firm_id or 0, "担い手製作所"),
        goods="位置決めピン",
        quantity=100,
        price_yen=40_000,
        deliver_on=today,
        deliver_to="墨田区1-1",
    )
    with acting(SYSTEM):
        [order] = services.orders_issue(SYSTEM, [services.order_of(stated, services.Payment())])
        if received:
            services.order_received(order.pk, today)
        order.refresh_from_db()
        return order
