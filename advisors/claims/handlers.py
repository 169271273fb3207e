"""Who is told what of claims. Run once per event."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors import people, topics
from advisors.claims import months, services
from advisors.claims.models import Claim, Correction
from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify

Text = str | Promise


@outbox.handles("claims.submitted", name="claims.notice_submitted")
def tell_submitted(event: OutboxEvent) -> None:
    """The ward's officials have a claim to check."""
    row = _claim(event)
    who = people.ward_people(row.ward_id, Role.REVIEWER, clock.today())
    _tell_office(event, row, who, _("謝金の請求が届きました"), _("明細と報告を確かめてください。"))


@outbox.handles("claims.checked", name="claims.notice_checked")
def tell_checked(event: OutboxEvent) -> None:
    """The approvers have a claim to decide."""
    row = _claim(event)
    who = people.ward_people(row.ward_id, Role.APPROVER, clock.today())
    _tell_office(event, row, who, _("謝金の請求の決裁"), _("担当が内容を確認しました。"))


@outbox.handles("claims.returned", name="claims.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The advisor learns what to mend."""
    row = _claim(event)
    _tell_advisor(event, row, _("報告と請求が差し戻されました"), row.answer)


@outbox.handles("claims.approved", name="claims.notice_approved")
def tell_approved(event: OutboxEvent) -> None:
    """The advisor learns that it will be paid."""
    _tell_advisor(
        event,
        _claim(event),
        _("謝金の請求が承認されました"),
        _("支払の手続に進みました。支払日が決まるとお知らせします。"),
    )


@outbox.handles("claims.approved", name="claims.papers")
def keep_papers(event: OutboxEvent) -> None:
    """What was approved is kept as it was."""
    row = _claim(event)
    services.papers_keep(actor=Actor.system("claims.papers", ward_id=row.ward_id), claim_id=row.pk)


@outbox.handles("claims.paid", name="claims.notice_paid")
def tell_paid(event: OutboxEvent) -> None:
    """The advisor learns of the payment."""
    row = _claim(event)
    assert row.paid_on is not None
    body = filled(_("支払日：%(day)s"), day=row.paid_on.isoformat())
    _tell_advisor(event, row, _("謝金が支払われました"), body)


@outbox.handles("claims.corrected", name="claims.notice_corrected")
def tell_corrected(event: OutboxEvent) -> None:
    """The advisor learns what the next claim will carry."""
    fix = Correction.objects.get(pk=event.payload["correction_id"])
    body = filled(_("次の請求に訂正の明細が入ります。理由：%(reason)s"), reason=fix.reason)
    _tell_advisor(event, _claim(event), _("支払が決まった明細が訂正されました"), body)


def _claim(event: OutboxEvent) -> Claim:
    return Claim.objects.get(pk=event.payload["claim_id"])


def _tell_office(
    event: OutboxEvent, row: Claim, who: Iterable[int], what: Text, body: Text
) -> None:
    url = reverse("claims:claim", args=[row.public_id])
    subject = filled(_("%(what)s：%(who)s"), what=what, who=row.advisor_name)
    _tell(event, who, subject, body, url, topics.OFFICE_FEES)


def _tell_advisor(event: OutboxEvent, row: Claim, what: Text, body: Text) -> None:
    url = reverse("claims:month", args=[row.ward_id, months.slug(row.month)])
    month = f"{row.month.year}/{row.month.month}"
    subject = filled(_("%(what)s：%(month)s"), what=what, month=month)
    topic = topics.TO_MEND if event.name == "claims.returned" else topics.FEES
    _tell(event, [row.advisor_id], subject, body, url, topic)


def _tell(
    event: OutboxEvent, who: Iterable[int], subject: Text, body: Text, url: str, topic: str
) -> None:
    notify(
        event_key=f"{event.pk}", recipients=who, subject=subject, body=body, url=url, topic=topic
    )
