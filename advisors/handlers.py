"""Who is told what of requests, engagements and visits. Run once per event."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from advisors import people, topics
from advisors.models import Engagement, EngagementChange, SupportRequest, Visit
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date, moment_text

Text = str | Promise


@outbox.handles("advisors.request_sent", name="advisors.notice_request")
def tell_request(event: OutboxEvent) -> None:
    """The ward's officials have a request to look at."""
    row = SupportRequest.objects.get(pk=event.payload["request_id"])
    _tell(
        event,
        people.ward_people(row.ward_id, Role.REVIEWER, clock.today()),
        filled(_("DXアドバイザー派遣の依頼：%(firm)s"), firm=row.firm_name),
        _("依頼の内容を確かめ、受け付けるか、企業に質問してください。"),
        reverse("advisors:request", args=[row.public_id]),
        topic=topics.OFFICE,
    )


@outbox.handles("advisors.request_asked", name="advisors.notice_asked")
def tell_asked(event: OutboxEvent) -> None:
    """The firm has a question to answer."""
    row = SupportRequest.objects.get(pk=event.payload["request_id"])
    _tell_request(event, row, _("区から、派遣の依頼について質問があります"), row.question)


@outbox.handles("advisors.request_declined", name="advisors.notice_declined")
def tell_declined(event: OutboxEvent) -> None:
    """The firm learns why nobody comes."""
    row = SupportRequest.objects.get(pk=event.payload["request_id"])
    _tell_request(event, row, _("派遣の依頼をお受けできませんでした"), row.reason)


@outbox.handles("advisors.request_taken", name="advisors.notice_taken")
def tell_taken(event: OutboxEvent) -> None:
    """The firm learns that advisors are being chosen."""
    row = SupportRequest.objects.get(pk=event.payload["request_id"])
    _tell_request(
        event,
        row,
        _("派遣の依頼を受け付けました"),
        _("訪問する2人を選び、決まったらお知らせします。"),
    )


@outbox.handles("advisors.request_withdrawn", name="advisors.notice_withdrawn")
def tell_withdrawn(event: OutboxEvent) -> None:
    """The ward's officials need choose nobody any more."""
    row = SupportRequest.objects.get(pk=event.payload["request_id"])
    _tell(
        event,
        people.ward_people(row.ward_id, Role.REVIEWER, clock.today()),
        filled(_("DXアドバイザー派遣の依頼が取り下げられました：%(firm)s"), firm=row.firm_name),
        _("打診中の相談員がいるときは、派遣しないことを伝えてください。"),
        reverse("advisors:request", args=[row.public_id]),
        topic=topics.OFFICE,
    )


@outbox.handles("advisors.engaged", name="advisors.notice_engaged")
def tell_engaged(event: OutboxEvent) -> None:
    """Firm and team learn of each other."""
    row = Engagement.objects.get(pk=event.payload["engagement_id"])
    subject = filled(_("伴走支援が始まります：%(firm)s"), firm=row.firm_name)
    body = filled(_("担当は%(team)sさんです。最初の訪問の日を決めてください。"), team=row.team)
    _tell(
        event,
        people.firm_people(row.firm_id),
        subject,
        body,
        reverse("advisors:support", args=[row.public_id]),
        topic=topics.VISITS,
    )
    _tell(
        event,
        people.team_people(row),
        subject,
        body,
        reverse("advisors:case", args=[row.public_id]),
        topic=topics.TEAM,
    )


@outbox.handles("advisors.engagement_closed", name="advisors.notice_closed")
def tell_closed(event: OutboxEvent) -> None:
    """Firm and team learn that it is over."""
    row = Engagement.objects.get(pk=event.payload["engagement_id"])
    subject = filled(_("伴走支援が終わりました：%(firm)s"), firm=row.firm_name)
    body = row.close_reason or _("終了報告を読み、次の一歩を確かめてください。")
    firm_url = reverse("advisors:support", args=[row.public_id])
    _tell(event, people.firm_people(row.firm_id), subject, body, firm_url, topic=topics.VISITS)
    url = reverse("advisors:case", args=[row.public_id])
    _tell(event, people.team_people(row), subject, body, url, topic=topics.TEAM)


@outbox.handles("advisors.change_proposed", name="advisors.notice_proposed")
def tell_proposed(event: OutboxEvent) -> None:
    """The approvers have a change to decide."""
    change = EngagementChange.objects.select_related("engagement").get(
        pk=event.payload["change_id"]
    )
    _tell(
        event,
        people.ward_people(change.ward_id, Role.APPROVER, clock.today()),
        filled(_("伴走支援の変更の決裁：%(firm)s"), firm=change.engagement.firm_name),
        change.reason,
        reverse("advisors:engagement", args=[change.engagement.public_id]),
        topic=topics.OFFICE,
    )


@outbox.handles("advisors.change_approved", name="advisors.notice_changed")
def tell_changed(event: OutboxEvent) -> None:
    """Firm and team learn of the new end or the new person."""
    row = Engagement.objects.get(pk=event.payload["engagement_id"])
    subject = _("伴走支援の期間・担当が変わりました")
    body = filled(_("担当：%(team)s、終了日：%(end)s"), team=row.team, end=_day(row.ends_on))
    firm_url = reverse("advisors:support", args=[row.public_id])
    _tell(event, people.firm_people(row.firm_id), subject, body, firm_url, topic=topics.VISITS)
    url = reverse("advisors:case", args=[row.public_id])
    _tell(event, people.team_people(row), subject, body, url, topic=topics.TEAM)


@outbox.handles("advisors.visit_planned", name="advisors.notice_planned")
def tell_planned(event: OutboxEvent) -> None:
    """The firm learns when somebody comes."""
    row = _visit(event)
    subject = filled(_("訪問の予定が入りました：%(at)s"), at=_moment(row.starts_at))
    body = filled(
        _("%(name)sさんが訪問します。都合が悪いときは、相談員に連絡してください。"),
        name=row.advisor.name,
    )
    _tell_firm(event, row, subject, body)


@outbox.handles("advisors.visit_cancelled", name="advisors.notice_cancelled")
def tell_cancelled(event: OutboxEvent) -> None:
    """The firm does not wait in vain; an advisor learns of what was called off for them."""
    row = _visit(event)
    subject = filled(_("訪問の予定が取りやめになりました：%(at)s"), at=_moment(row.starts_at))
    _tell_firm(event, row, subject, row.objection)
    url = reverse("advisors:case", args=[row.engagement.public_id])
    _tell(event, [row.advisor_id], subject, row.objection, url, topic=topics.TEAM)


@outbox.handles("advisors.visit_recorded", name="advisors.notice_recorded")
def tell_recorded(event: OutboxEvent) -> None:
    """The firm is asked to confirm."""
    row = _visit(event)
    text = _("内容を読み、記録のとおりなら確認してください。違うところは理由を書いて返せます。")
    subject = filled(_("%(day)sの訪問の記録を確認してください"), day=_day(_visited_on(row)))
    _tell_firm(event, row, subject, text)


@outbox.handles("advisors.visit_confirmed", name="advisors.notice_confirmed")
def tell_confirmed(event: OutboxEvent) -> None:
    """The ward may accept."""
    row = _visit(event)
    _tell(
        event,
        people.ward_people(row.ward_id, Role.REVIEWER, clock.today()),
        filled(_("受理を待っている訪問：%(firm)s"), firm=row.engagement.firm_name),
        _("企業が記録を確認しました。"),
        reverse("advisors:visit_case", args=[row.public_id]),
        topic=topics.OFFICE,
    )


@outbox.handles("advisors.visit_objected", name="advisors.notice_objected")
def tell_objected(event: OutboxEvent) -> None:
    """The advisor corrects what the firm objects to."""
    _tell_advisor(event, _("企業から、訪問の記録に異議がありました"))


@outbox.handles("advisors.visit_returned", name="advisors.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The advisor corrects what the ward gave back."""
    _tell_advisor(event, _("区が訪問の記録を差し戻しました"))


@outbox.handles("advisors.visit_taken_back", name="advisors.notice_taken_back")
def tell_taken_back(event: OutboxEvent) -> None:
    """The advisor mends what the ward had accepted too early."""
    _tell_advisor(event, _("区が訪問の受理を取り消しました"))


def _visit(event: OutboxEvent) -> Visit:
    return Visit.objects.select_related("engagement", "advisor").get(pk=event.payload["visit_id"])


def _visited_on(row: Visit) -> dt.date:
    return clock.to_date(row.starts_at)


def _tell_request(event: OutboxEvent, row: SupportRequest, subject: Text, body: Text) -> None:
    url = reverse("advisors:ask_status", args=[row.public_id])
    _tell(event, people.firm_people(row.firm_id), subject, body, url, topic=topics.ANSWER)


def _tell_firm(event: OutboxEvent, row: Visit, subject: Text, body: Text) -> None:
    url = reverse("advisors:visit_firm", args=[row.public_id])
    _tell(event, people.firm_people(row.firm_id), subject, body, url, topic=topics.VISITS)


def _tell_advisor(event: OutboxEvent, subject: Text) -> None:
    """Whoever is no advisor any more cannot mend it: the ward's officials go on with it."""
    row, today = _visit(event), clock.today()
    what = filled(_("%(what)s：%(firm)s"), what=subject, firm=row.engagement.firm_name)
    if people.may_mend(row.advisor_id, row.ward_id, today):
        url = reverse("advisors:visit", args=[row.public_id])
        _tell(event, [row.advisor_id], what, row.objection, url, topic=topics.TO_MEND)
        return
    body = filled(
        _("%(name)sさんは相談員の役割を終えたため、直せません。扱いを決めてください。%(why)s"),
        name=row.advisor.name,
        why=row.objection,
    )
    office = people.ward_people(row.ward_id, Role.REVIEWER, today)
    url = reverse("advisors:visit_case", args=[row.public_id])
    _tell(event, office, what, body, url, topic=topics.OFFICE)


def _tell(
    event: OutboxEvent,
    who: Iterable[int],
    subject: Text,
    body: Text,
    url: str,
    *,
    topic: str,
) -> None:
    notify(
        event_key=f"{event.pk}", recipients=who, subject=subject, body=body, url=url, topic=topic
    )


# Written out in the reader's language.
_day = lazy(era_date, str)
_moment = lazy(moment_text, str)
