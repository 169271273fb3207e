"""共同受注 until the split: opened by a lead firm, offers, answers; with the last yes the orders go out."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lab.nakama.cases import services as cases
from lab.nakama.cases.models import Award
from lab.nakama.cases.rules.summary import named
from lab.nakama.exchange import policies, states
from lab.nakama.exchange.models import (
    ExchangeFact,
    JointOffer,
    JointOrder,
    JointPrivate,
    JointShare,
    JointTerms,
)
from lab.nakama.exchange.services.errors import Refused
from lab.nakama.exchange.services.places import ward_of
from portal.kernel import audit, clock, numbering, outbox, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.kernel.transitions import StaleState
from programs.groups import independent
from programs.models import Firm

SERIES = "joint-order"
MOST_OFFERS = 30
MOST_OPEN = 20
Pricing = JointOrder.Pricing


@dataclass(frozen=True, slots=True)
class Call:
    """A 共同受注 as typed. Money in 円, 税抜."""

    item: str
    detail: str
    quantity: int
    due_on: dt.date
    closes_on: dt.date
    form: str
    pricing: str
    unit_yen: int | None
    most_firms: int
    fee_permille: int
    payment: cases.Payment
    lead_name: str
    customer: str
    customer_unit_yen: int | None
    deliver_to: str
    contact: str
    process: str = ""
    material: str = ""
    size_mm: int | None = None
    tolerance_um: int | None = None


@dataclass(frozen=True, slots=True)
class Able:
    """What a firm offers. Money in 円, 税抜."""

    least: int
    most: int
    unit_yen: int | None
    setup_yen: int
    ready_on: dt.date
    note: str = ""


def joint_open(*, actor: Actor, call: Call) -> JointOrder:
    """共同受注の申出を受け付け始める. Raises Refused, RoleMissing."""
    firm = Firm.objects.get(pk=policies.firm_of(actor))
    ward_id = ward_of(firm)
    _check(call, firm)
    is_joint = call.form == Award.Form.JOINT
    with transaction.atomic(), acting(actor.elevated()):
        # Of one firm only one at a time: the same call sent twice is one.
        Firm.objects.select_for_update(no_key=True).get(pk=firm.pk)
        mine = JointOrder.objects.filter(firm=firm).exclude(
            status__in=[states.COMPLETE, states.CALLED_OFF]
        )
        if mine.count() >= MOST_OPEN:
            raise Refused(_("同時に進められる共同受注は20件までです。"))
        same = {"item": plain(call.item, 80), "quantity": call.quantity, "due_on": call.due_on}
        if mine.filter(status=states.OFFERING, **same).exists():
            raise Refused(
                _(
                    "同じ品目・数量・納期の募集が、すでにあります。一覧で確かめるか、品目を変えてください。"
                )
            )
        year = clock.fiscal_year(clock.today())
        last = numbering.next_number(series=SERIES, ward_id=ward_id, scheme="", fiscal_year=year)
        row = JointOrder.objects.create(
            number=f"KJ-{clock.fiscal_year_mark(year)}-{ward_id}-{last:04}",
            ward_id=ward_id,
            firm=firm,
            item=plain(call.item, 80),
            detail=plain(call.detail, 1000),
            quantity=call.quantity,
            due_on=call.due_on,
            closes_on=call.closes_on,
            process_code=call.process,
            material=plain(call.material, 40),
            size_mm=call.size_mm,
            tolerance_um=call.tolerance_um,
            form=call.form,
            pricing=call.pricing,
            most_firms=call.most_firms,
            opened_by_id=policies.person(actor),
        )
        JointTerms.objects.create(
            joint=row,
            unit_yen=call.unit_yen if call.pricing == Pricing.UNIFORM else None,
            fee_permille=call.fee_permille if is_joint else 0,
            pay_on=call.payment.pay_on,
            method=call.payment.method,
            terms=plain(call.payment.terms, 500),
        )
        lead = plain(call.lead_name, 100)
        JointPrivate.objects.create(
            joint=row,
            firm=firm,
            lead_name=f"{lead}　{firm.name}" if is_joint and lead else firm.name,
            customer=plain(call.customer, 200) if is_joint else "",
            customer_unit_yen=call.customer_unit_yen if is_joint else None,
            deliver_to=plain(call.deliver_to, 300),
            contact=plain(call.contact, 100),
        )
        audit.record(actor=actor, action="exchange.joint_opened", obj=row)
        outbox.publish(
            name="exchange.joint_opened", subject=row.pk, ward_id=ward_id, payload=payload_of(row)
        )
        return row


def _check(call: Call, firm: Firm) -> None:
    if not clock.today() <= call.closes_on <= call.due_on:
        raise Refused(_("締切は、今日から納期までの日にしてください。"))
    if call.pricing == Pricing.UNIFORM and not call.unit_yen:
        raise Refused(_("全社同じ単価にするときは、単価を入力してください。"))
    cases.check_payment(call.payment, call.due_on)
    told = f"{call.item}\n{call.detail}\n{call.payment.terms}"
    names = (firm.name, call.customer.strip())
    # However it is written: without 株式会社, in other widths.
    if found := [name for name in names if name and name in told] or named(told, names):
        raise Refused(
            _("品目・仕様・取り決めはほかの企業にも見えます。「%(name)s」を書かないでください。")
            % {"name": found[0]}
        )


def offer_save(*, actor: Actor, joint_id: int, able: Able) -> JointOffer:
    """数量を申し出る; may be changed until the deadline. Raises Refused, RoleMissing."""
    firm = Firm.objects.get(pk=policies.firm_of(actor))
    ward_id = ward_of(firm)
    with transaction.atomic(), acting(actor.elevated()):
        row = _offering(joint_id)
        if row.form == Award.Form.BROKERED and row.firm_id == firm.pk:
            raise Refused(_("斡旋では、発注元の企業は申し出られません。"))
        if able.least > able.most or able.least > row.quantity:
            raise Refused(_("最小の数量は、最大の数量と全体の数量を超えないようにしてください。"))
        if able.ready_on > row.due_on:
            raise Refused(_("納められる日は、納期までの日にしてください。"))
        if able.ready_on < clock.today():
            raise Refused(_("納められる日は、今日以降の日にしてください。"))
        unit_yen, setup_yen = _prices(row, able)
        others = JointOffer.objects.filter(joint=row, withdrawn_at=None).exclude(firm=firm)
        if others.count() >= MOST_OFFERS:
            raise Refused(_("申出が30社に達したため、受け付けられません。"))
        offer, _made = JointOffer.objects.update_or_create(
            joint=row,
            firm=firm,
            defaults={
                "lead_firm_id": row.firm_id,
                "ward_id": ward_id,
                "firm_name": firm.name,
                "least": able.least,
                "most": min(able.most, row.quantity),
                "unit_yen": unit_yen,
                "setup_yen": setup_yen,
                "ready_on": able.ready_on,
                "note": plain(able.note, 200),
                "withdrawn_at": None,
                "offered_by_id": policies.person(actor),
            },
        )
        audit.record(actor=actor, action="exchange.joint_offered", obj=row)
        return offer


def _prices(row: JointOrder, able: Able) -> tuple[int, int]:
    if row.pricing == Pricing.UNIFORM:
        return JointTerms.objects.get(joint=row).unit_yen or 0, 0
    if not able.unit_yen:
        raise Refused(_("単価を入力してください。"))
    return able.unit_yen, able.setup_yen


def offer_withdraw(*, actor: Actor, joint_id: int) -> JointOffer:
    """申出を取り下げる, before the firm has been asked. Raises StaleState, DoesNotExist."""
    firm_id = policies.firm_of(actor)
    with transaction.atomic(), acting(actor.elevated()):
        row = JointOrder.objects.select_for_update().get(pk=joint_id)
        if row.status not in {states.OFFERING, states.SPLIT}:
            raise StaleState
        offer = JointOffer.objects.get(joint=row, firm_id=firm_id, withdrawn_at=None)
        offer.withdrawn_at = clock.now()
        offer.save(update_fields=["withdrawn_at"])
        audit.record(actor=actor, action="exchange.joint_offer_withdrawn", obj=row)
        return offer


def joint_answer(*, actor: Actor, joint_id: int, accepted: bool) -> JointShare:
    """参加する or 見送る, in one tap. With the last yes it is contracted and the orders go out.

    Raises StaleState, RoleMissing, JointShare.DoesNotExist.
    """
    firm_id = policies.firm_of(actor)
    with transaction.atomic(), acting(actor.elevated()):
        row = JointOrder.objects.select_for_update().get(pk=joint_id)
        share = JointShare.objects.select_for_update().get(joint=row, firm_id=firm_id)
        if row.status != states.ASKING:
            raise StaleState
        if row.answer_by and row.answer_by < clock.today():
            raise Refused(_("返事の期限が過ぎました。募集した企業が、分担を計算し直します。"))
        if accepted:
            move_share(actor, share, "accept")
            answered = JointShare.objects.filter(joint=row)
            if not answered.exclude(status=states.ACCEPTED).exists():
                _contract(actor, row)
                share.refresh_from_db()
        else:
            let_go(actor, row, share, "decline")
        return share


def let_go(actor: Actor, row: JointOrder, share: JointShare, action: str) -> None:
    """The firm is out: it is not counted on any more. As the system."""
    JointOffer.objects.filter(joint=row, firm_id=share.firm_id).update(withdrawn_at=clock.now())
    move_share(actor, share, action)


def _contract(actor: Actor, row: JointOrder) -> None:
    """成立: an order from the lead to each member, the fact, and everybody is told."""
    shares = list(JointShare.objects.filter(joint=row))
    pay, private = JointTerms.objects.get(joint=row), JointPrivate.objects.get(joint=row)
    # Nobody orders from themselves.
    members = [share for share in shares if share.firm_id != row.firm_id]
    payment = cases.Payment(pay.pay_on, pay.method, pay.terms)
    lead = cases.Side(row.firm_id, private.lead_name)
    orders = [
        cases.order_of(
            cases.Statement(
                number=f"{row.number}-{number:02}",
                orderer=lead,
                contractor=cases.Side(share.firm_id, share.firm_name),
                goods=row.item,
                quantity=share.quantity,
                price_yen=share.price_yen,
                deliver_on=share.ready_on,
                deliver_to=share.deliver_to,
            ),
            payment,
        )
        for number, share in enumerate(members, start=1)
    ]
    for share, order in zip(members, cases.orders_issue(actor, orders), strict=True):
        share.order = order
        share.save(update_fields=["order"])
    for share in shares:
        move_share(actor, share, "begin")
    today = clock.today()
    transitions.apply(
        table=states.JOINT,
        instance=row,
        action="contract",
        actor=actor,
        payload=payload_of(row),
        fields={"contracted_on": today},
    )
    if counts(row, shares):
        write_fact(row, ExchangeFact.Kind.JOINT)
        outbox.publish(
            name="exchange.joint_order_contracted",
            subject=row.pk,
            ward_id=row.ward_id,
            payload={
                "joint_order_id": row.pk,
                "on": today.isoformat(),
                "firm_ids": sorted(share.firm_id for share in shares),
                "independent": independent({share.firm_id for share in shares}),
                "ward_ids": sorted({share.ward_id for share in shares}),
                "processes": [row.process_code] if row.process_code else [],
            },
        )


def counts(row: JointOrder, shares: list[JointShare]) -> bool:
    """3-KGI: two or more firms that belong to nobody together, one of them in a ward (all are).

    As the lead has told, and as far as the register knows.
    """
    return row.is_independent and independent({share.firm_id for share in shares}) >= 2


def write_fact(row: JointOrder, kind: str) -> None:
    """For the counts of the wards. As the system."""
    ExchangeFact.objects.create(
        kind=kind,
        ward_id=row.ward_id,
        other_ward_id=row.ward_id,
        joint=row,
        quantity=row.firms,
        occurred_on=clock.today(),
    )


def move_share(actor: Actor, share: JointShare, action: str, reason: str = "", **more: int) -> None:
    """One transition of a share. Raises its refusals."""
    transitions.apply(
        table=states.JOINT_SHARE,
        instance=share,
        action=action,
        actor=actor,
        reason=reason,
        payload={"share_id": share.pk, "joint_id": share.joint_id, "ward_id": share.ward_id},
        fields={**more, **({"reason": reason} if reason else {})},
    )


def payload_of(row: JointOrder) -> dict[str, object]:
    """What the notices need."""
    return {"joint_id": row.pk, "ward_id": row.ward_id}


def led(actor: Actor, joint_id: int) -> JointOrder:
    """The joint order, locked, for the firm that leads it. Raises RoleMissing, DoesNotExist."""
    firm_id = policies.firm_of(actor)
    row = JointOrder.objects.select_for_update().get(pk=joint_id)
    policies.require(row.firm_id == firm_id)
    return row


def _offering(joint_id: int) -> JointOrder:
    row = JointOrder.objects.select_for_update().get(pk=joint_id)
    if row.status != states.OFFERING or row.closes_on < clock.today():
        raise Refused(_("申出の受付は終わっています。"))
    return row
