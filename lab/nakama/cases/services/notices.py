"""Who is told what, each in their own language. Mails leave by the notices' own queue."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from lab import topics
from lab.nakama.cases import links, policies, states
from lab.nakama.cases.models import Case, CaseParty, CaseStep, Invitation, Order, Rating
from portal.accounts.models import Assignment
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import moment_text
from programs.models import FirmMembership


def firm_people(firm_ids: Iterable[int]) -> list[int]:
    """User ids of the live members of these firms. As the system."""
    rows = FirmMembership.objects.filter(
        firm_id__in=list(firm_ids), valid_to=None, user__is_active=True
    )
    return list(rows.values_list("user_id", flat=True))


def lab_people(ward_id: int) -> list[int]:
    """The coordinators of the ward, or all there are."""
    rows = Assignment.objects.live_on(clock.today()).filter(
        role=Role.LAB_STAFF, user__is_active=True
    )
    found = list(rows.values_list("user_id", "ward_id"))
    return [user for user, ward in found if ward in {None, ward_id}] or [user for user, _w in found]


def _parties(case: Case, parts: Iterable[str]) -> list[int]:
    rows = CaseParty.objects.filter(case=case, part__in=list(parts))
    return firm_people(rows.values_list("firm_id", flat=True))


def _tell(
    case: Case,
    what: str,
    recipients: Iterable[int],
    subject: Any,
    body: Any,
    url: str,
    topic: str = "",
) -> None:
    notify(
        event_key=f"cases.{case.pk}.{what}",
        recipients=recipients,
        subject=filled(subject, number=case.number or "", title=case.title),
        body=body,
        url=url,
        topic=topic or topics.of_case(what),
    )


def case_url(case: Case) -> str:
    """The case's page."""
    return reverse("cases:case", args=[case.public_id])


def opened(case: Case) -> None:
    """To the hubs: split the work and look for friends."""
    _tell(
        case,
        "opened",
        _parties(case, policies.HUBS),
        _("仲間まわしの案件が出ました：%(title)s（%(number)s）"),
        _("工程に分け、チームの案を作り、仲間に声をかけてください。"),
        case_url(case),
    )


def lifted(case: Case, key: int) -> None:
    """To the hubs: a firm that was new may be asked."""
    _tell(
        case,
        f"lifted.{key}",
        _parties(case, policies.HUBS),
        _("ラボが、初めての企業の上限を外しました：%(title)s（%(number)s）"),
        _("チームの案を作り直すと、その企業も候補に入ります。"),
        case_url(case),
    )


def hub_named(case: Case, firm_id: int, part: str) -> None:
    """To the firm that is to lead."""
    if firm_id == case.firm_id:
        return
    _tell(
        case,
        f"hub.{part}.{firm_id}",
        firm_people([firm_id]),
        _("仲間まわしのハブ企業に指名されました：%(title)s"),
        _("案件の内容を読み、秘密保持を約束してから図面を見てください。"),
        case_url(case),
    )


def hub_changed(case: Case) -> None:
    """To the buyer: one who leads has handed the part to another, who reads what the hub reads."""
    _tell(
        case,
        f"hub_changed.{clock.now():%Y%m%d%H%M%S}",
        _parties(case, [CaseParty.Part.BUYER]),
        _("まとめる企業が変わりました：%(title)s（%(number)s）"),
        _("ハブ企業と副ハブ企業を、案件のページで確かめてください。"),
        case_url(case),
    )


def invited(row: Invitation) -> None:
    """To the firm: four links, one a answer. Opening one records nothing."""
    token = links.token_of(row)
    choices = [(answer, states.INVITATION.state(answer).label) for answer in states.ANSWERS]

    def body_text() -> str:
        lines = [
            str(
                filled(
                    _("%(process)s（%(material)s、%(lot)s個）のお願いです。%(until)sまでに、"),
                    process=row.step.name,
                    material=row.case.material,
                    lot=row.case.lot,
                    until=moment_text(row.closes_at),
                )
            ),
            str(_("近いものを1つ押してください。開いたページの「返事を送る」で返事になります。")),
            str(_("サインインは要りません。お客様の名前と図面は、約束の後に見られます。")),
            "",
        ]
        for answer, label in choices:
            lines += [f"■ {label}", links.address_of(token, answer), ""]
        return "\n".join(lines)

    notify(
        event_key=f"cases.invited.{row.pk}",
        recipients=firm_people([row.firm_id]),
        subject=filled(_("仲間まわし：%(process)sをお願いできますか"), process=row.step.told),
        body=lazy(body_text, str)(),
        url=reverse("cases:answer", args=[token]),
        topic=topics.ASKED,
    )


def answered(row: Invitation) -> None:
    """To the hubs: somebody has answered."""
    _tell(
        row.case,
        f"answered.{row.pk}.{row.status}",
        _parties(row.case, policies.HUBS),
        _("仲間から返事がありました：%(title)s（%(number)s）"),
        filled(
            _("%(process)s：%(firm)s「%(answer)s」%(condition)s"),
            process=row.step.told,
            firm=row.firm_name,
            answer=row.state.label,
            condition=row.condition,
        ),
        reverse("cases:waves", args=[row.case.public_id]),
    )


def passed(row: Invitation) -> None:
    """To the firm: not this time. Who never answered is left in peace."""
    if row.answered_at is None:
        return
    _tell(
        row.case,
        f"passed.{row.pk}",
        firm_people([row.firm_id]),
        _("仲間まわし：今回は見送りになりました（%(number)s）"),
        _("お返事をありがとうございました。図面の写しがあれば消してください。"),
        reverse("cases:invitation", args=[row.public_id]),
    )


def stuck(case: Case, step: CaseStep) -> None:
    """To hubs and coordinators, each to a page of their own: nobody is left to ask."""
    lab_url = reverse("cases:lab_case", args=[case.public_id])
    for what, recipients, url, topic in (
        (f"stuck.{step.process_name}", _parties(case, policies.HUBS), case_url(case), topics.WORK),
        (f"stuck.lab.{step.process_name}", lab_people(case.ward_id), lab_url, topics.COORDINATE),
    ):
        _tell(
            case,
            what,
            recipients,
            _("声をかける相手がいなくなりました：%(title)s（%(number)s）"),
            filled(
                _("%(process)sの担当が決まりません。条件をゆるめるか、ラボに相談してください。"),
                process=step.told,
            ),
            url,
            topic,
        )


def consulted(case: Case) -> None:
    """To the coordinators: a hub asks for help."""
    _tell(
        case,
        f"consulted.{clock.now():%Y%m%d%H%M}",
        lab_people(case.ward_id),
        _("仲間まわしの相談が来ました：%(title)s（%(number)s）"),
        _("ハブ企業が、仲間が見つからず相談しています。条件と工程を見て、助言してください。"),
        reverse("cases:lab_case", args=[case.public_id]),
        topics.COORDINATE,
    )


def offered(case: Case) -> None:
    """To the buyer: a team for every step."""
    _tell(
        case,
        f"offered.{clock.now():%Y%m%d%H%M}",
        _parties(case, [CaseParty.Part.BUYER]),
        _("仲間がそろいました：%(title)s（%(number)s）"),
        _("担当と金額を確かめて、発注するかどうかを決めてください。"),
        reverse("cases:award", args=[case.public_id]),
    )


def ordered(order: Order) -> None:
    """To the contractor: the order with all its terms."""
    goods: Any = order.goods
    if order.case and order.step:
        goods = filled("%(title)s　%(process)s", title=order.case.title, process=order.step.told)
    notify(
        event_key=f"cases.order.{order.pk}",
        recipients=firm_people([order.contractor_id]),
        subject=filled(_("注文書が届きました（%(number)s）"), number=order.number),
        body=filled(_("%(goods)s。内容・金額・支払期日を確かめてください。"), goods=goods),
        url=reverse("cases:order", args=[order.public_id]),
        topic=topics.ASKED,
    )


def handed(case: Case, step: CaseStep, firm_ids: Iterable[int], record_id: int) -> None:
    """To who receives the work."""
    _tell(
        case,
        f"handed.{record_id}",
        firm_people(firm_ids),
        _("工程の品物が渡されます：%(title)s（%(number)s）"),
        filled(_("%(process)sの検査の記録を確かめて、受け取ってください。"), process=step.told),
        reverse("cases:board", args=[case.public_id]),
    )


def rejected(case: Case, step: CaseStep, firm_id: int, record_id: int) -> None:
    """To the maker: not as agreed."""
    _tell(
        case,
        f"rejected.{record_id}",
        firm_people([firm_id]),
        _("工程の品物が返されました：%(title)s（%(number)s）"),
        filled(
            _("%(process)sが不適合とされました。理由を読んで直してください。"), process=step.told
        ),
        reverse("cases:board", args=[case.public_id]),
    )


def delivered(case: Case) -> None:
    """To the buyer: check and accept."""
    _tell(
        case,
        "delivered",
        _parties(case, [CaseParty.Part.BUYER]),
        _("納品されました：%(title)s（%(number)s）"),
        _("品物を確かめて、検収してください。"),
        case_url(case),
    )


def closed(case: Case) -> None:
    """To all: rate each other."""
    _tell(
        case,
        "closed",
        _parties(case, list(CaseParty.Part)),
        _("検収が終わりました：%(title)s（%(number)s）"),
        _("一緒に仕事をした企業を評価してください。相手の評価は、双方がそろうまで見えません。"),
        reverse("cases:ratings", args=[case.public_id]),
    )


def received(order: Order) -> None:
    """To the contractor of an order without a case: rate each other, as after a case."""
    notify(
        event_key=f"cases.received.{order.pk}",
        recipients=firm_people([order.contractor_id]),
        subject=filled(_("納品が受け取られました（%(number)s）"), number=order.number),
        body=_(
            "一緒に仕事をした企業を評価してください。相手の評価は、双方がそろうまで見えません。"
        ),
        url=reverse("cases:order_ratings", args=[order.public_id]),
        topic=topics.WORK,
    )


def ended(case: Case) -> None:
    """To hubs and buyer: it does not go on."""
    _tell(
        case,
        "ended",
        _parties(case, policies.LEADS),
        _("案件が終わりました：%(title)s（%(number)s）"),
        filled(_("理由：%(reason)s"), reason=case.reason),
        case_url(case),
    )


def appealed(row: Rating) -> None:
    """To the coordinators: somebody objects to a rating."""
    notify(
        event_key=f"cases.appeal.{row.pk}",
        # An order without a case is of no ward: all coordinators.
        recipients=lab_people(row.case.ward_id if row.case else 0),
        subject=_("取引の評価に異議が出ました"),
        body=_("異議の内容を読み、評価を維持するか除くかを決めてください。"),
        url=reverse("cases:appeal", args=[row.public_id]),
        topic=topics.COORDINATE,
    )
