"""発注の決定 by the buyer, and the orders that follow from it by themselves."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lab.nakama.cases import policies, states
from lab.nakama.cases.models import (
    Award,
    Case,
    CaseParty,
    CasePrivate,
    CaseStep,
    Order,
    PriceTalk,
    Quote,
)
from lab.nakama.cases.rules import terms
from lab.nakama.cases.services import drawings, outcomes
from lab.nakama.cases.services.cases import asking_over, payload_of
from lab.nakama.cases.services.errors import Refused
from lab.nakama.cases.services.orders import (
    Payment,
    Side,
    Statement,
    Supply,
    check_payment,
    order_of,
    orders_issue,
)
from lab.nakama.cases.services.parts import Part, firm_of, name_of, writing
from portal.accounts.policies import person_id
from portal.kernel import audit, clock, transitions
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.texts import plain
from portal.ui.markup import era_date

# Members may look at the drawings until so long after the due date.
LOOK_ON = dt.timedelta(days=30)
MOST_FEE_PERMILLE = 300


@dataclass(frozen=True, slots=True)
class Deal:
    """What the buyer decides: the form, the lead entity's name and fee, how is paid.

    `receipts` and `supplies` are by the position of the step: the day on which what it made is to be
    received, and the material sold for it.
    """

    form: str
    lead_name: str = ""
    fee_permille: int = 0
    pay_on: dt.date | None = None
    method: str = Order.Method.TRANSFER
    terms: str = ""
    receipts: Mapping[int, dt.date] = field(default_factory=dict)
    supplies: Mapping[int, Supply] = field(default_factory=dict)


def case_award(*, actor: Actor, case_id: int, deal: Deal) -> Award:
    """この仲間に発注する: by the buyer alone, once. The orders are made and sent with it.

    Raises Refused (payment too late, fee, no name), GuardFailed (not the buyer), StaleState (twice).
    """
    seen = policies.get_led_case(actor, pk=case_id)
    with writing(actor, seen) as case:
        assert case.due_on is not None
        _check(deal, case.due_on)
        _check_receipts(case, deal)
        joint = deal.form == Award.Form.JOINT
        transitions.apply(
            table=states.CASE,
            instance=case,
            action="award",
            actor=actor,
            payload=payload_of(case),
            detail={"form": deal.form},
        )
        award = Award.objects.create(
            case=case,
            form=deal.form,
            lead_name=plain(deal.lead_name, 100) if joint else "",
            fee_permille=deal.fee_permille if joint else 0,
            awarded_by_id=person_id(actor),
        )
        quotes = list(
            Quote.objects.filter(case=case, invitation__status=states.CHOSEN)
            .select_related("invitation__step")
            .order_by("invitation__step__position")
        )
        _members(actor, case, quotes)
        asking_over(actor, case)
        orders = _orders(case, award, quotes, deal)
        _check_supplies(deal, orders)
        orders_issue(actor, orders)
        outcomes.awarded(actor, case, award)
        return award


def _check(deal: Deal, due_on: dt.date) -> None:
    if deal.form not in Award.Form.values:
        raise Refused(_("契約の形を選んでください。"))
    if deal.form == Award.Form.JOINT and not deal.lead_name.strip():
        raise Refused(_("受注統括の名前を入力してください。例：○○仲間まわし受注統括"))
    if not 0 <= deal.fee_permille <= MOST_FEE_PERMILLE:
        raise Refused(_("管理費は0％から30％までにしてください。"))
    check_payment(_payment(deal), due_on)


def _check_receipts(case: Case, deal: Deal) -> None:
    """From today to the due date, and none after that of a later step. Raises Refused."""
    steps = {step.position: step for step in CaseStep.objects.filter(case=case)}
    for position, day in deal.receipts.items():
        step = steps.get(position)
        if step is None:
            raise Refused(_("選んだ工程がありません。画面を開き直してください。"))
        if day < clock.today():
            raise Refused(
                _("「%(step)s」を受け取る期日は、今日以降の日にしてください。") % {"step": step}
            )
        if case.due_on is not None and day > case.due_on:
            raise Refused(
                _("「%(step)s」を受け取る期日は、納期（%(day)s）までの日にしてください。")
                % {"step": step, "day": era_date(case.due_on)}
            )
        for before in step.after:
            earlier = deal.receipts.get(before)
            if earlier is not None and earlier > day:
                raise Refused(
                    _(
                        "「%(before)s」を受け取る期日が、次の「%(step)s」より後になっています。"
                        "どちらかを直してください。"
                    )
                    % {"before": steps[before], "step": step}
                )


def _check_supplies(deal: Deal, orders: Iterable[Order]) -> None:
    """Material is sold with an order; the hub's own steps have none. Raises Refused."""
    lost = deal.supplies.keys() - {order.step.position for order in orders if order.step}
    if lost:
        raise Refused(
            _(
                "%(steps)s番の工程は、受注統括を務める企業が自社で行うため、注文書がありません。"
                "有償で支給する材料の入力を消し、その企業との取り決めに書いてください。"
            )
            % {"steps": _("・").join(map(str, sorted(lost)))}
        )


def _payment(deal: Deal) -> Payment:
    return Payment(deal.pay_on, deal.method, deal.terms)


def _members(actor: Actor, case: Case, quotes: list[Quote]) -> None:
    """Who does what; members may look at the drawings until after the due date."""
    assert case.due_on is not None
    until = clock.midnight(case.due_on) + LOOK_ON
    members = {}
    for quote in quotes:
        row = quote.invitation
        CaseStep.objects.filter(pk=row.step_id).update(firm_id=row.firm_id, firm_name=row.firm_name)
        members[row.firm_id] = row.firm_name
        drawings.lend(actor, case, row.firm_id, row.firm_name, row.step, until)
    CaseParty.objects.bulk_create(
        CaseParty(case=case, firm_id=firm, part=Part.MEMBER, firm_name=name)
        for firm, name in members.items()
    )


def _orders(case: Case, award: Award, quotes: list[Quote], deal: Deal) -> list[Order]:
    """Between buyer and lead entity, and between it and each member; nobody orders from themselves."""
    private = CasePrivate.objects.get(case=case)
    buyer = Side(case.firm_id, private.buyer_name)
    hub = Side(firm_of(case.pk, Part.HUB) or case.firm_id, name_of(case.pk, Part.HUB))
    joint = award.form == Award.Form.JOINT
    orderer = buyer
    made: list[Order] = []
    if joint and hub.firm_id != buyer.firm_id:
        # The lead entity is virtual: it contracts by its hub (受注統括).
        orderer = Side(hub.firm_id, f"{award.lead_name}　{hub.name}")
        total = terms.with_fee(sum(quote.price_yen for quote in quotes), award.fee_permille)
        made.append(
            _order(case, deal, buyer, orderer, case.title, total, len(made), private, case.due_on)
        )
    by_firm: dict[int, list[Quote]] = defaultdict(list)
    for quote in quotes:
        by_firm[quote.firm_id].append(quote)
    for firm, own in by_firm.items():
        if firm in {buyer.firm_id, orderer.firm_id}:
            continue
        side = Side(firm, own[0].invitation.firm_name)
        for quote in own:
            step = quote.invitation.step
            made.append(
                _order(
                    case,
                    deal,
                    orderer,
                    side,
                    f"{case.title}　{step.process_name}",
                    quote.price_yen,
                    len(made),
                    private,
                    deal.receipts.get(step.position) or quote.ready_on or case.due_on,
                    step=step,
                )
            )
    return made


def _order(
    case: Case,
    deal: Deal,
    orderer: Side,
    contractor: Side,
    goods: str,
    price_yen: int,
    count: int,
    private: CasePrivate,
    deliver_on: dt.date | None,
    *,
    step: CaseStep | None = None,
) -> Order:
    assert deliver_on is not None
    assert case.lot is not None
    stated = Statement(
        number=f"{case.number}-{count + 1:02}",
        orderer=orderer,
        contractor=contractor,
        goods=goods,
        quantity=case.lot,
        price_yen=price_yen,
        deliver_on=deliver_on,
        deliver_to=_place(step, private),
        supply=deal.supplies.get(step.position) if step is not None else None,
    )
    return order_of(stated, _payment(deal), case=case, step=step)


def _place(step: CaseStep | None, private: CasePrivate) -> str:
    """The firm of the next step, or the buyer's address."""
    if step is not None:
        rows = CaseStep.objects.filter(case_id=step.case_id)
        for later in rows:
            if step.position in later.after and later.firm_name:
                return later.firm_name
    return private.delivery_address


def talk_add(*, actor: Actor, order_id: int, held_on: dt.date, said: str, result: str) -> PriceTalk:
    """価格協議を記録する, by either side. Raises Refused, Order.DoesNotExist."""
    order = policies.get_order(actor, pk=order_id)
    if not said.strip() or not result.strip():
        raise Refused(_("協議の内容と、結果・理由を入力してください。"))
    if held_on > clock.today():
        raise Refused(_("協議した日は、今日までの日にしてください。"))
    firm_id = policies.own_firm(actor)
    own = order.orderer_name if firm_id == order.orderer_id else order.contractor_name
    with acting(actor.elevated()):
        row = PriceTalk.objects.create(
            order=order,
            by_firm_id=firm_id,
            by_name=own,
            held_on=held_on,
            said=plain(said, 2000),
            result=plain(result, 500),
            written_by_id=person_id(actor),
        )
        audit.record(actor=actor, action="cases.price_talk", obj=row, ward_id=0)
        return row
