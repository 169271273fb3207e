"""What follows an act after the decision: letters are made and people are told. Run by a worker."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import mails, people
from subsidies.grants import kinds, money_handlers
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.completion import FINAL_AMOUNT
from subsidies.grants.models import Filing, ProgressRequest, Ruling, SiteVisit
from subsidies.grants.services import papers
from subsidies.models import Grant

SYSTEM = money_handlers.SYSTEM
# Events from before they named the version meant the newest.
MOST_VERSIONS = 32_767

Text = str | Promise


@outbox.handles("grants.filing_submitted", name="grants.notice_submitted")
def tell_submitted(event: OutboxEvent) -> None:
    """受付証, then the notices: the firm has it in writing; the official in charge goes on."""
    filing, grant = _filing(event)
    versions = filing.versions.filter(number__lte=event.payload.get("version", MOST_VERSIONS))
    version = versions.latest("number")
    papers.filing_receipt_make(
        actor=Actor.system(SYSTEM, ward_id=filing.ward_id), version_id=version.pk
    )
    name = kinds.get(filing.kind).name
    tell_firm(
        event,
        grant,
        filled(_("「%(name)s」を受け付けました（%(number)s）"), name=name, number=grant.receipt_no),
        _(
            "区が内容を確認します。結果はお知らせとメールでご連絡します。"
            "受付証は、手続のページから保存できます。"
        ),
        url=f"/filings/{filing.public_id}/",
    )
    tell_officials(
        event,
        grant,
        people.in_charge(grant.application, clock.to_date(event.created_at)),
        filled(_("「%(name)s」が提出されました（%(number)s）"), name=name, number=grant.receipt_no),
        filled(_("%(firm)sから提出されました。"), firm=grant.firm_name),
        url=f"/staff/filings/{filing.public_id}/",
    )


@outbox.handles("grants.filing_returned", name="grants.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The firm has something to mend."""
    filing, grant = _filing(event)
    tell_firm(
        event,
        grant,
        filled(
            _("「%(name)s」を直してください（%(number)s）"),
            name=kinds.get(filing.kind).name,
            number=grant.receipt_no,
        ),
        filing.message,
        url=f"/filings/{filing.public_id}/",
    )


@outbox.handles("grants.filing_accepted", name="grants.notice_accepted")
def tell_accepted(event: OutboxEvent) -> None:
    """The firm is done with it."""
    filing, grant = _filing(event)
    tell_firm(
        event,
        grant,
        filled(
            _("「%(name)s」が受理されました（%(number)s）"),
            name=kinds.get(filing.kind).name,
            number=grant.receipt_no,
        ),
        _("この手続は終わりました。次にすることは手続のページで確かめられます。"),
    )


@outbox.handles("grants.ruling_proposed", name="grants.notice_proposed")
def tell_proposed(event: OutboxEvent) -> None:
    """The approvers have something to decide; who proposed is none of them."""
    ruling, grant = _ruling(event)
    approvers = people.ward_people(grant.ward_id, {Role.APPROVER}, clock.to_date(event.created_at))
    tell_officials(
        event,
        grant,
        [person for person in approvers if person != ruling.prepared_by_id],
        filled(_("決裁をお願いします（%(number)s）"), number=grant.receipt_no),
        filled(
            _("%(firm)sの「%(name)s」の起案が回っています。"),
            firm=grant.firm_name,
            name=_name(ruling),
        ),
        url=f"/staff/rulings/{ruling.pk}/",
    )


@outbox.handles("grants.ruling_sent_back", name="grants.notice_sent_back")
def tell_sent_back(event: OutboxEvent) -> None:
    """The preparer goes over it again."""
    ruling, grant = _ruling(event)
    tell_officials(
        event,
        grant,
        [ruling.prepared_by_id],
        filled(_("起案が差し戻されました（%(number)s）"), number=grant.receipt_no),
        filled(
            _("%(firm)sの「%(name)s」の起案が差し戻されました。理由は経緯をご確認ください。"),
            firm=grant.firm_name,
            name=_name(ruling),
        ),
    )


@outbox.handles("grants.ruled", name="grants.ruling_letter")
def make_letter(event: OutboxEvent) -> None:
    """The letter, then the notices that point to it."""
    ruling, grant = _ruling(event)
    if ruling.kind in rulings.codes():
        papers.ruling_letter_make(
            actor=Actor.system(SYSTEM, ward_id=ruling.ward_id), ruling_id=ruling.pk
        )
    subject = filled(
        _("「%(name)s」について決定しました（%(number)s）"),
        name=_name(ruling),
        number=grant.receipt_no,
    )
    told: dict[str, Any] = {"subject": subject, "body": _("内容は通知書をご確認ください。")}
    if ruling.kind == FINAL_AMOUNT and ruling.outcome == Ruling.Outcome.APPROVE:
        told = mails.told(
            grant.application, "grant_finalised", **told, amount=ruling.amount_yen or 0
        )
    tell_firm(event, grant, **told)
    tell_officials(
        event,
        grant,
        [ruling.prepared_by_id],
        filled(_("決裁されました（%(number)s）"), number=grant.receipt_no),
        filled(
            _("%(firm)sの「%(name)s」が決裁されました。"), firm=grant.firm_name, name=_name(ruling)
        ),
    )


@outbox.handles("grants.progress_requested", name="grants.notice_progress_requested")
def tell_requested(event: OutboxEvent) -> None:
    """The firm has a report to file."""
    request, grant = _request(event)
    tell_firm(
        event,
        grant,
        filled(_("遂行状況の報告をお願いします（%(number)s）"), number=grant.receipt_no),
        filled(
            "%(until)s\n\n%(question)s",
            until=filled(_("%(day)sまでに報告してください。"), day=_day(request.due_on)),
            question=request.question,
        ),
    )


@outbox.handles("grants.progress_request_recalled", name="grants.notice_progress_recalled")
def tell_recalled(event: OutboxEvent) -> None:
    """The firm need not report."""
    _request_row, grant = _request(event)
    tell_firm(
        event,
        grant,
        filled(_("遂行状況の報告は要らなくなりました（%(number)s）"), number=grant.receipt_no),
        _("区が報告の求めを取りやめました。"),
    )


@outbox.handles("grants.visit_planned", name="grants.notice_visit_planned")
def tell_visit(event: OutboxEvent) -> None:
    """The firm knows who comes when and what for."""
    visit, grant = _visit(event)
    tell_firm(
        event,
        grant,
        filled(_("現地調査に伺います（%(number)s）"), number=grant.receipt_no),
        filled(
            "%(when)s\n\n%(purpose)s",
            when=filled(
                _("%(day)sに、%(visitors)sが伺います。"),
                day=_day(visit.planned_on),
                visitors=visit.visitors,
            ),
            purpose=visit.purpose,
        ),
    )


@outbox.handles("grants.visit_instructed", name="grants.notice_visit_instructed")
def tell_instructed(event: OutboxEvent) -> None:
    """The firm has something to do."""
    visit, grant = _visit(event)
    assert visit.follow_up_on is not None
    tell_firm(
        event,
        grant,
        filled(_("現地調査で指示があります（%(number)s）"), number=grant.receipt_no),
        filled(
            "%(until)s\n\n%(instruction)s",
            until=filled(_("%(day)sまでに対応してください。"), day=_day(visit.follow_up_on)),
            instruction=visit.instruction,
        ),
    )


@outbox.handles("grants.visit_called_off", name="grants.notice_visit_called_off")
def tell_called_off(event: OutboxEvent) -> None:
    """Nobody comes."""
    visit, grant = _visit(event)
    tell_firm(
        event,
        grant,
        filled(_("現地調査は取りやめになりました（%(number)s）"), number=grant.receipt_no),
        filled(_("%(day)sの予定でした。"), day=_day(visit.planned_on)),
    )


def tell_firm(
    event: OutboxEvent, grant: Grant, subject: Text, body: Text, *, url: str = "", topic: str = ""
) -> None:
    """A notice to the firm's people; it points to the page of the grant unless `url` is given."""
    notify(
        event_key=f"{event.pk}",
        recipients=people.firm_people(grant.firm_id),
        subject=subject,
        body=body,
        url=url or f"/grants/{grant.application.public_id}/",
        topic=topic,
    )


def tell_officials(
    event: OutboxEvent,
    grant: Grant,
    recipients: Iterable[int],
    subject: Text,
    body: Text,
    *,
    url: str = "",
) -> None:
    """A notice to officials; it points to their page of the grant unless `url` is given."""
    notify(
        event_key=f"{event.pk}",
        recipients=recipients,
        subject=subject,
        body=body,
        url=url or f"/staff/grants/{grant.receipt_no}/",
    )


def _name(ruling: Ruling) -> Text:
    return rulings.get(ruling.kind).name if ruling.kind in rulings.codes() else ruling.kind


def _grant(grant_id: int) -> Grant:
    return Grant.objects.select_related("application").get(pk=grant_id)


def _filing(event: OutboxEvent) -> tuple[Filing, Grant]:
    filing = Filing.objects.get(pk=event.payload["filing_id"])
    return filing, _grant(filing.grant_id)


def _ruling(event: OutboxEvent) -> tuple[Ruling, Grant]:
    ruling = Ruling.objects.get(pk=event.payload["ruling_id"])
    return ruling, _grant(ruling.grant_id)


def _request(event: OutboxEvent) -> tuple[ProgressRequest, Grant]:
    request = ProgressRequest.objects.get(pk=event.payload["request_id"])
    return request, _grant(request.grant_id)


def _visit(event: OutboxEvent) -> tuple[SiteVisit, Grant]:
    visit = SiteVisit.objects.get(pk=event.payload["visit_id"])
    return visit, _grant(visit.grant_id)


# Written out in the reader's language.
_day = lazy(era_date, str)
