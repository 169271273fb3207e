"""What follows an act after the decision: letters are made and people are told. Run by a worker."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from subsidies import mails, people, topics
from subsidies.grants import (
    kinds,
    money_handlers,  # noqa: F401 - loaded with this module
)
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.final_amount import FINAL_AMOUNT
from subsidies.grants.models import Filing, ProgressRequest, Ruling, SiteVisit
from subsidies.grants.services import papers
from subsidies.grants.telling import (
    SYSTEM,
    Text,
    day,
    firm_page,
    grant_of,
    tell_firm,
    tell_officials,
)
from subsidies.models import Grant

# Events from before they named the version meant the newest.
MOST_VERSIONS = 32_767


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
        _("「%(name)s」を受け付けました（%(number)s）"),
        _(
            "区が内容を確認します。結果はお知らせとメールでご連絡します。"
            "受付証は、手続のページから保存できます。"
        ),
        url=f"/filings/{filing.public_id}/",
        name=name,
    )
    tell_officials(
        event,
        grant,
        people.in_charge(grant.application, clock.to_date(event.created_at)),
        _("「%(name)s」が提出されました（%(number)s）"),
        _("%(firm)sから提出されました。"),
        url=f"/staff/filings/{filing.public_id}/",
        name=name,
    )


@outbox.handles("grants.filing_returned", name="grants.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The firm has something to mend."""
    filing, grant = _filing(event)
    tell_firm(
        event,
        grant,
        _("「%(name)s」を直してください（%(number)s）"),
        filing.message,
        url=f"/filings/{filing.public_id}/",
        name=kinds.get(filing.kind).name,
    )


@outbox.handles("grants.filing_accepted", name="grants.notice_accepted")
def tell_accepted(event: OutboxEvent) -> None:
    """The firm is done with it."""
    filing, grant = _filing(event)
    tell_firm(
        event,
        grant,
        _("「%(name)s」が受理されました（%(number)s）"),
        _("この手続は終わりました。次にすることは手続のページで確かめられます。"),
        name=kinds.get(filing.kind).name,
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
        _("決裁をお願いします（%(number)s）"),
        _("%(firm)sの「%(name)s」の起案が回っています。"),
        url=f"/staff/rulings/{ruling.pk}/",
        name=_name(ruling),
    )


@outbox.handles("grants.ruling_sent_back", name="grants.notice_sent_back")
def tell_sent_back(event: OutboxEvent) -> None:
    """The preparer goes over it again."""
    ruling, grant = _ruling(event)
    tell_officials(
        event,
        grant,
        [ruling.prepared_by_id],
        _("起案が差し戻されました（%(number)s）"),
        _("%(firm)sの「%(name)s」の起案が差し戻されました。理由は経緯をご確認ください。"),
        name=_name(ruling),
    )


@outbox.handles("grants.ruled", name="grants.ruling_letter")
def make_letter(event: OutboxEvent) -> None:
    """The letter, then the notices that point to it."""
    ruling, grant = _ruling(event)
    if ruling.kind in rulings.codes():
        papers.ruling_letter_make(
            actor=Actor.system(SYSTEM, ward_id=ruling.ward_id), ruling_id=ruling.pk
        )
    notify(
        event_key=f"{event.pk}",
        recipients=people.firm_people(grant.firm_id),
        url=firm_page(grant),
        **_ruled_words(ruling, grant),
    )
    tell_officials(
        event,
        grant,
        [ruling.prepared_by_id],
        _("決裁されました（%(number)s）"),
        _("%(firm)sの「%(name)s」が決裁されました。"),
        name=_name(ruling),
    )


def _ruled_words(ruling: Ruling, grant: Grant) -> dict[str, Any]:
    """What the firm reads; of the final amount in the scheme's own words, where it has some."""
    usual = {
        "subject": filled(
            _("「%(name)s」について決定しました（%(number)s）"),
            name=_name(ruling),
            number=grant.receipt_no,
        ),
        "body": _("内容は通知書をご確認ください。"),
        "topic": topics.DECISION,
    }
    if ruling.kind != FINAL_AMOUNT or ruling.outcome != Ruling.Outcome.APPROVE:
        return usual
    return mails.told(grant.application, "grant_finalised", **usual, amount=ruling.amount_yen or 0)


@outbox.handles("grants.progress_requested", name="grants.notice_progress_requested")
def tell_requested(event: OutboxEvent) -> None:
    """The firm has a report to file."""
    request, grant = _request(event)
    tell_firm(
        event,
        grant,
        _("遂行状況の報告をお願いします（%(number)s）"),
        filled(_("%(day)sまでに報告してください。"), day=day(request.due_on)),
        request.question,
    )


@outbox.handles("grants.progress_request_recalled", name="grants.notice_progress_recalled")
def tell_recalled(event: OutboxEvent) -> None:
    """The firm need not report."""
    _request_row, grant = _request(event)
    tell_firm(
        event,
        grant,
        _("遂行状況の報告は要らなくなりました（%(number)s）"),
        _("区が報告の求めを取りやめました。"),
    )


@outbox.handles("grants.visit_planned", name="grants.notice_visit_planned")
def tell_visit(event: OutboxEvent) -> None:
    """The firm knows who comes when and what for."""
    visit, grant = _visit(event)
    when = _("%(day)sに、%(visitors)sが伺います。")
    tell_firm(
        event,
        grant,
        _("現地調査に伺います（%(number)s）"),
        filled(when, day=day(visit.planned_on), visitors=visit.visitors),
        visit.purpose,
    )


@outbox.handles("grants.visit_instructed", name="grants.notice_visit_instructed")
def tell_instructed(event: OutboxEvent) -> None:
    """The firm has something to do."""
    visit, grant = _visit(event)
    assert visit.follow_up_on is not None
    tell_firm(
        event,
        grant,
        _("現地調査で指示があります（%(number)s）"),
        filled(_("%(day)sまでに対応してください。"), day=day(visit.follow_up_on)),
        visit.instruction,
    )


@outbox.handles("grants.visit_called_off", name="grants.notice_visit_called_off")
def tell_called_off(event: OutboxEvent) -> None:
    """Nobody comes."""
    visit, grant = _visit(event)
    tell_firm(
        event,
        grant,
        _("現地調査は取りやめになりました（%(number)s）"),
        filled(_("%(day)sの予定でした。"), day=day(visit.planned_on)),
    )


def _name(ruling: Ruling) -> Text:
    return rulings.get(ruling.kind).name if ruling.kind in rulings.codes() else ruling.kind


def _filing(event: OutboxEvent) -> tuple[Filing, Grant]:
    filing = Filing.objects.get(pk=event.payload["filing_id"])
    return filing, grant_of(filing.grant_id)


def _ruling(event: OutboxEvent) -> tuple[Ruling, Grant]:
    ruling = Ruling.objects.get(pk=event.payload["ruling_id"])
    return ruling, grant_of(ruling.grant_id)


def _request(event: OutboxEvent) -> tuple[ProgressRequest, Grant]:
    request = ProgressRequest.objects.get(pk=event.payload["request_id"])
    return request, grant_of(request.grant_id)


def _visit(event: OutboxEvent) -> tuple[SiteVisit, Grant]:
    visit = SiteVisit.objects.get(pk=event.payload["visit_id"])
    return visit, grant_of(visit.grant_id)
