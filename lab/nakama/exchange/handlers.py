"""Who is told what of the board. Run once per event."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lab import topics
from lab.nakama.exchange import people, services, states
from lab.nakama.exchange.codes import JOINT_OPENED
from lab.nakama.exchange.models import (
    Fair,
    FairEntry,
    JointOffer,
    JointOrder,
    JointShare,
    OutsideMatch,
    Pairing,
    Purchase,
    PurchaseDemand,
    PurchaseShare,
)
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date


@outbox.handles("exchange.listed", name="exchange.pair_up")
def look_for_partners(event: OutboxEvent) -> None:
    """Something new is on the board."""
    services.pair_up(actor=Actor.system("exchange.pair_up"))


@outbox.handles("exchange.proposed", name="exchange.notice_proposed")
def tell_proposed(event: OutboxEvent) -> None:
    """Both sides are asked; neither knows the other yet."""
    row = _row(event)
    body = filled(
        _("%(amount)s、約%(km)skmの距離です。%(day)sまでに、できるかどうかを返事してください。"),
        amount=row.amount,
        km=row.km,
        day=era_date(row.answer_by),
    )
    _tell(event, row, filled(_("資材の相手の候補：%(what)s"), what=row.need.what), body)


@outbox.handles("exchange.agreed", name="exchange.notice_agreed")
def tell_agreed(event: OutboxEvent) -> None:
    """Both have said yes and may talk to each other."""
    row = _row(event)
    _tell(
        event,
        row,
        filled(_("資材の相手が決まりました：%(what)s"), what=row.need.what),
        _("相手の連絡先を開き、受渡しの日と方法を決めてください。"),
    )


@outbox.handles("exchange.reported", name="exchange.notice_reported")
def tell_reported(event: OutboxEvent) -> None:
    """The other side confirms."""
    row = _row(event)
    _tell(
        event,
        row,
        filled(_("受渡しの確認：%(what)s"), what=row.need.what),
        _("相手の企業が、資材を受け渡したと記録しました。そのとおりか確認してください。"),
        besides=row.reported_firm_id,
    )


@outbox.handles("exchange.cancelled", name="exchange.notice_cancelled")
def tell_cancelled(event: OutboxEvent) -> None:
    """A listing left the board while the answer was open."""
    row = _row(event)
    _tell(
        event,
        row,
        filled(_("資材の相手の候補が取り下げられました：%(what)s"), what=row.need.what),
        _("掲載が続いていれば、ほかの相手を探します。することはありません。"),
    )


def _row(event: OutboxEvent) -> Pairing:
    return Pairing.objects.select_related("surplus", "need").get(pk=event.payload["pairing_id"])


def _tell(
    event: OutboxEvent, row: Pairing, subject: object, body: object, besides: int | None = None
) -> None:
    firms = {row.surplus_firm_id, row.need_firm_id} - {besides}
    notify(
        event_key=str(event.pk),
        recipients=[user for firm in firms for user in people.firm_people(firm)],
        subject=subject,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        url=reverse("exchange:pairing", args=[row.public_id]),
        topic=topics.of_exchange(event.name),
    )


@outbox.handles("exchange.fair_planned", name="exchange.notice_fair_planned")
def tell_planned(event: OutboxEvent) -> None:
    """Everybody has a timetable."""
    fair = Fair.objects.get(pk=event.payload["fair_id"])
    subject = filled(_("商談会の時間割ができました：%(name)s"), name=fair.name)
    _tell_fair(event, fair, subject, _("自社の時間割を開き、印刷して当日お持ちください。"))


@outbox.handles("exchange.fair_changed", name="exchange.notice_fair_changed")
def tell_changed(event: OutboxEvent) -> None:
    """Those whose timetable is another now."""
    fair = Fair.objects.get(pk=event.payload["fair_id"])
    subject = filled(_("商談会の時間割が変わりました：%(name)s"), name=fair.name)
    body = _("参加の取りやめがあり、自社の商談が変わりました。新しい時間割を確かめてください。")
    _tell_fair(event, fair, subject, body, event.payload["firms"])


@outbox.handles("exchange.fair_called_off", name="exchange.notice_fair_called_off")
def tell_called_off(event: OutboxEvent) -> None:
    """It does not take place."""
    fair = Fair.objects.get(pk=event.payload["fair_id"])
    subject = filled(_("商談会は中止になりました：%(name)s"), name=fair.name)
    _tell_fair(event, fair, subject, fair.reason)


def _tell_fair(
    event: OutboxEvent, fair: Fair, subject: object, body: object, firms: object = None
) -> None:
    entries = FairEntry.objects.filter(fair=fair, withdrawn_at=None)
    chosen = firms if isinstance(firms, list) else list(entries.values_list("firm_id", flat=True))
    notify(
        event_key=str(event.pk),
        recipients=[user for firm in chosen for user in people.firm_people(firm)],
        subject=subject,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        url=reverse("exchange:fair", args=[fair.public_id]),
        topic=topics.of_exchange(event.name),
    )


@outbox.handles("exchange.purchase_offered", name="exchange.notice_purchase_offered")
def tell_offered(event: OutboxEvent) -> None:
    """Those who would save are asked."""
    row = Purchase.objects.get(pk=event.payload["purchase_id"])
    subject = filled(_("共同購買の金額が出ました：%(name)s"), name=row.name)
    body = _("自社だけで買うときより高くなることはありません。参加するかどうか返事をしてください。")
    shares = PurchaseShare.objects.filter(purchase=row, accepted=None)
    _tell_purchase(event, row, subject, body, list(shares.values_list("firm_id", flat=True)))


@outbox.handles("exchange.purchase_settled", name="exchange.notice_purchase_settled")
def tell_settled(event: OutboxEvent) -> None:
    """It is bought."""
    row = Purchase.objects.get(pk=event.payload["purchase_id"])
    subject = filled(_("共同購買が決まりました：%(name)s"), name=row.name)
    shares = PurchaseShare.objects.filter(purchase=row, accepted=True)
    body = _("発注と納品の日は、ラボから連絡します。")
    _tell_purchase(event, row, subject, body, list(shares.values_list("firm_id", flat=True)))


@outbox.handles("exchange.purchase_called_off", name="exchange.notice_purchase_called_off")
def tell_not_bought(event: OutboxEvent) -> None:
    """It is not bought together."""
    row = Purchase.objects.get(pk=event.payload["purchase_id"])
    subject = filled(_("共同購買は中止になりました：%(name)s"), name=row.name)
    firms = PurchaseDemand.objects.filter(purchase=row).values_list("firm_id", flat=True)
    _tell_purchase(event, row, subject, row.reason, sorted(set(firms)))


def _tell_purchase(
    event: OutboxEvent, row: Purchase, subject: object, body: object, firms: list[int]
) -> None:
    notify(
        event_key=str(event.pk),
        recipients=[user for firm in firms for user in people.firm_people(firm)],
        subject=subject,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        url=reverse("exchange:purchase", args=[row.public_id]),
        topic=topics.of_exchange(event.name),
    )


@outbox.handles("exchange.joint_opened", name="exchange.notice_joint_opened")
def tell_joint_opened(event: OutboxEvent) -> None:
    """Firms that could offer. Who wants no such mail finds it in the portal alone."""
    row = _joint(event)
    firms = services.joint_call(
        actor=Actor.system("exchange.joint_call"), joint_id=row.pk, now=clock.database_now()
    )
    subject = filled(_("共同受注の仲間を募っています：%(item)s"), item=row.item)
    body = filled(
        _("登録された加工能力に合う募集です。作れる数量があれば、%(day)sまでに申し出てください。"),
        day=era_date(row.closes_on),
    )
    _tell_joint(event, row, subject, body, firms, topic=JOINT_OPENED)


@outbox.handles("exchange.joint_proposed", name="exchange.notice_joint_proposed")
def tell_joint_asked(event: OutboxEvent) -> None:
    """Those whose part waits for their answer."""
    row = _joint(event)
    shares = JointShare.objects.filter(joint=row, status=states.ASKED)
    subject = filled(_("共同受注の分担のお願い：%(item)s"), item=row.item)
    body = filled(
        _("数量と金額を見て、%(day)sまでに、参加するかどうか返事をしてください。"),
        day=era_date(row.answer_by),
    )
    _tell_joint(event, row, subject, body, shares.values_list("firm_id", flat=True))


@outbox.handles("exchange.joint_declined", name="exchange.notice_joint_declined")
def tell_joint_declined(event: OutboxEvent) -> None:
    """The lead splits anew."""
    row = _joint(event)
    subject = filled(_("共同受注の分担を見送った企業があります：%(item)s"), item=row.item)
    _tell_joint(
        event,
        row,
        subject,
        _("見送った企業を除いて、分担を計算し直してください。"),
        [row.firm_id],
    )


@outbox.handles("exchange.joint_ordered", name="exchange.notice_joint_ordered")
def tell_joint_ordered(event: OutboxEvent) -> None:
    """The lead: its members get an order each, which is told by itself."""
    row = _joint(event)
    subject = filled(_("共同受注が成立しました：%(item)s"), item=row.item)
    body = _("全社が承諾し、注文書を送りました。進み具合と納品は、このページで確かめられます。")
    _tell_joint(event, row, subject, body, [row.firm_id])


@outbox.handles("exchange.joint_handed", name="exchange.notice_joint_handed")
def tell_joint_handed(event: OutboxEvent) -> None:
    """The lead confirms."""
    share = JointShare.objects.get(pk=event.payload["share_id"])
    if share.firm_id == share.lead_firm_id:
        return
    row = _joint(event)
    subject = filled(
        _("共同受注の納品がありました：%(item)s（%(firm)s）"), item=row.item, firm=share.firm_name
    )
    _tell_joint(
        event, row, subject, _("数量と品質を確かめ、受け取りを記録してください。"), [row.firm_id]
    )


@outbox.handles("exchange.joint_sent_back", name="exchange.notice_joint_sent_back")
def tell_joint_sent_back(event: OutboxEvent) -> None:
    """The firm has to make it good."""
    share = JointShare.objects.get(pk=event.payload["share_id"])
    row = _joint(event)
    subject = filled(_("納めた品物が返されました：%(item)s"), item=row.item)
    _tell_joint(event, row, subject, share.reason, [share.firm_id])


@outbox.handles("exchange.joint_called_off", name="exchange.notice_joint_called_off")
def tell_joint_called_off(event: OutboxEvent) -> None:
    """All who offered or took a part."""
    row = _joint(event)
    offers = JointOffer.objects.filter(joint=row, withdrawn_at=None)
    subject = filled(_("共同受注は取りやめになりました：%(item)s"), item=row.item)
    firms = set(offers.values_list("firm_id", flat=True)) - {row.firm_id}
    _tell_joint(event, row, subject, row.reason, sorted(firms))


def _joint(event: OutboxEvent) -> JointOrder:
    return JointOrder.objects.get(pk=event.payload["joint_id"])


def _tell_joint(
    event: OutboxEvent,
    row: JointOrder,
    subject: object,
    body: object,
    firms: Iterable[int],
    topic: str = "",
) -> None:
    notify(
        event_key=str(event.pk),
        recipients=people.people_of(firms),
        topic=topic or topics.of_exchange(event.name),
        subject=subject,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        url=reverse("exchange:joint", args=[row.public_id]),
    )


@outbox.handles("exchange.match_declared", name="exchange.notice_match_declared")
def tell_match_declared(event: OutboxEvent) -> None:
    """The other side confirms with one tap; where staff declared it, the firm itself is told, too."""
    row = OutsideMatch.objects.get(pk=event.payload["match_id"])
    if row.status != states.CLAIMED:
        return
    subject = filled(_("取引が成立したことの確認のお願い：%(firm)s"), firm=row.claimed_name)
    body = filled(
        _("%(firm)sが、御社との取引の成立を申告しました。%(day)sまでに、確認してください。"),
        firm=row.claimed_name,
        day=era_date(row.lapses_on),
    )
    _tell_match(event, row, row.asked, subject, body)
    if row.declared_by_id not in people.firm_people(row.claimed_by_id):
        subject = filled(_("取引の成立が代わって申告されました：%(firm)s"), firm=row.asked_name)
        body = _("内容に間違いがあるときは、このページから取り下げてください。")
        _tell_match(event, row, row.claimed_by_id, subject, body)


@outbox.handles("exchange.match_confirmed", name="exchange.notice_match_confirmed")
def tell_match_confirmed(event: OutboxEvent) -> None:
    """Whoever claimed it."""
    row = OutsideMatch.objects.get(pk=event.payload["match_id"])
    subject = filled(_("取引の成立が確認されました：%(firm)s"), firm=row.asked_name)
    _tell_match(event, row, row.claimed_by_id, subject, _("成立として数えます。"))


@outbox.handles("exchange.match_taken_back", name="exchange.notice_match_taken_back")
def tell_match_taken_back(event: OutboxEvent) -> None:
    """Whoever claimed it, and the other side where it had confirmed it or was asked to."""
    row = OutsideMatch.objects.get(pk=event.payload["match_id"])
    for firm, other in ((row.claimed_by_id, row.asked_name), (row.asked, row.claimed_name)):
        subject = filled(
            _("取引の成立の申告が終わりました（%(state)s）：%(firm)s"),
            state=row.state.label,
            firm=other,
        )
        body = (
            filled(_("理由：%(reason)s"), reason=row.reason)
            if row.reason
            else _("確認の期限までに確認がありませんでした。")
        )
        _tell_match(event, row, firm, subject, body)


def _tell_match(
    event: OutboxEvent, row: OutsideMatch, firm_id: int, subject: object, body: object
) -> None:
    notify(
        event_key=f"{event.pk}.{firm_id}",
        recipients=people.firm_people(firm_id),
        subject=subject,  # type: ignore[arg-type]
        body=body,  # type: ignore[arg-type]
        url=reverse("exchange:match", args=[row.public_id]),
        topic=topics.of_exchange(event.name),
    )
