"""注文 between two firms with the fields of 取適法4条: for the cases, and for whoever orders jointly."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from lab.nakama.cases import papers
from lab.nakama.cases.models import Case, CaseStep, Order
from lab.nakama.cases.rules import terms
from lab.nakama.cases.services import notices
from lab.nakama.cases.services.errors import Refused
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.texts import plain
from portal.letters import services as letters

KIND = "nakama_order"


@dataclass(frozen=True, slots=True)
class Side:
    """A firm as it stands in the order."""

    firm_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Payment:
    """How is paid: `pay_on` None is 翌月末, or the 60th day where the month's end comes too late."""

    pay_on: dt.date | None = None
    method: str = Order.Method.TRANSFER
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Supply:
    """有償支給材: what the orderer sells to the contractor for the work, 税抜, and how it is settled."""

    goods: str
    quantity: str
    price_yen: int
    hand_on: dt.date
    settle_on: dt.date
    method: str = Order.Settlement.OFFSET


@dataclass(frozen=True, slots=True)
class Statement:
    """What is ordered; `price_yen` is 税抜."""

    number: str
    orderer: Side
    contractor: Side
    goods: str
    quantity: int
    price_yen: int
    deliver_on: dt.date
    deliver_to: str
    supply: Supply | None = None


def check_payment(payment: Payment, due_on: dt.date) -> None:
    """Raises Refused: 手形, or a day that is too late or too early."""
    if payment.method not in Order.Method.values:
        raise Refused(_("支払の方法は、銀行振込か現金にしてください。手形は使えません（取適法）。"))
    if payment.pay_on is None:
        return
    if payment.pay_on > (latest := terms.latest_payment(due_on)):
        raise Refused(
            _("支払期日は、受領の日から60日以内（%(day)sまで）にしてください（取適法）。")
            % {"day": latest.isoformat()}
        )
    if payment.pay_on < due_on:
        raise Refused(_("支払期日は、納期の日以降にしてください。"))


def order_of(
    stated: Statement, payment: Payment, *, case: Case | None = None, step: CaseStep | None = None
) -> Order:
    """The order, not saved yet; dates follow the law where nothing else was agreed.

    Raises Refused (a supply without what the law asks, or settled before the payment).
    """
    usual = terms.usual_terms(stated.deliver_on)
    latest = terms.latest_payment(stated.deliver_on)
    pay_on = usual.pay_on
    if payment.pay_on is not None:
        pay_on = max(stated.deliver_on, min(payment.pay_on, latest))
    order = Order(
        case=case,
        step=step,
        number=stated.number,
        orderer_id=stated.orderer.firm_id,
        orderer_name=stated.orderer.name,
        contractor_id=stated.contractor.firm_id,
        contractor_name=stated.contractor.name,
        goods=stated.goods[:300],
        quantity=stated.quantity,
        price_yen=stated.price_yen,
        ordered_on=clock.today(),
        deliver_on=stated.deliver_on,
        deliver_to=stated.deliver_to,
        inspect_by=usual.inspect_by,
        pay_on=pay_on,
        method=payment.method,
        terms=plain(payment.terms, 500),
    )
    if stated.supply is not None:
        _supply(order, stated.supply)
    return order


def _supply(order: Order, supply: Supply) -> None:
    """Onto the order. Raises Refused."""
    goods, quantity = plain(supply.goods, 100), plain(supply.quantity, 40)
    if not goods or not quantity or supply.price_yen <= 0:
        raise Refused(_("有償支給材は、品名・数量・対価のすべてを入力してください（取適法）。"))
    if supply.method not in Order.Settlement.values:
        raise Refused(_("有償支給材の決済の方法を選んでください。"))
    if not order.ordered_on <= supply.hand_on <= order.deliver_on:
        raise Refused(
            _(
                "有償支給材「%(goods)s」を引き渡す期日は、今日から、加工した品物を受け取る期日"
                "（%(day)s）までの日にしてください。"
            )
            % {"goods": goods, "day": order.deliver_on.isoformat()}
        )
    if supply.settle_on < order.pay_on:
        raise Refused(
            _(
                "有償支給材「%(goods)s」の決済の期日は、代金の支払期日（%(day)s）以降の日にしてください。"
                "先に支払わせることはできません（取適法）。"
            )
            % {"goods": goods, "day": order.pay_on.isoformat()}
        )
    order.supply_goods, order.supply_quantity = goods, quantity
    order.supply_yen, order.supply_method = supply.price_yen, supply.method
    order.supply_on, order.supply_settle_on = supply.hand_on, supply.settle_on


def orders_issue(actor: Actor, orders: Sequence[Order]) -> list[Order]:
    """Save them and send each as a kept 注文書. Within the caller's transaction, as the system."""
    made = Order.objects.bulk_create(orders)
    for order in made:
        _send(actor, order)
    return made


def orders_call_off(order_ids: Sequence[int], on: dt.date) -> None:
    """取消し, before anything was received. As the system; the caller tells the contractors why."""
    Order.objects.filter(pk__in=order_ids, received_on=None).update(cancelled_on=on)


def step_received(step_id: int, on: dt.date) -> None:
    """受領 of what a step made, by the firm of the next one: that order's day. As the system."""
    Order.objects.filter(step_id=step_id, received_on=None, cancelled_on=None).update(
        received_on=on
    )


def order_received(order_id: int, on: dt.date) -> None:
    """受領: the two sides may rate each other from now on. As the system."""
    Order.objects.filter(pk=order_id).update(received_on=on)
    notices.received(Order.objects.get(pk=order_id))


def _send(actor: Actor, order: Order) -> None:
    """注文書 as a kept PDF. Of ward 0: no official's role sees that it exists."""
    with override("ja"):
        data = papers.order_data(order)
    letters.letter_issue(
        actor=actor,
        subject=letters.Subject(
            key=letter_key(order),
            kind=KIND,
            case_no=order.number,
            ward_id=0,
            firm_id=order.contractor_id,
        ),
        template="nakama_order",
        data=data,
        made_at=clock.now(),
        issued_on=order.ordered_on,
        file_name=f"order-{order.number}.pdf",
    )
    notices.ordered(order)


def letter_key(order: Order) -> str:
    """What the letters know the order by."""
    return f"cases.order:{order.pk}"
