"""What follows an act: papers are made and people are told. Run by a worker, once per event."""

from collections.abc import Iterable

from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.notices.services import notify
from subsidies import people
from subsidies.models import Application, Decision, Message
from subsidies.services import papers

SYSTEM = "subsidies.papers"


@outbox.handles("subsidies.application_submitted", name="subsidies.receipt")
def make_receipt(event: OutboxEvent) -> None:
    """The receipt PDF of the first version."""
    _make_receipt(event)


@outbox.handles("subsidies.correction_answered", name="subsidies.correction_receipt")
def make_correction_receipt(event: OutboxEvent) -> None:
    """The receipt PDF of a mended version."""
    _make_receipt(event)


@outbox.handles("subsidies.application_decided", name="subsidies.decision_letter")
def make_decision_letter(event: OutboxEvent) -> None:
    """The 決定通知書, then the notice that points to it."""
    application = _application(event)
    papers.decision_letter_make(
        actor=Actor.system(SYSTEM, ward_id=application.ward_id), application_id=application.pk
    )
    decision = Decision.objects.get(application=application)
    if decision.outcome == Decision.Outcome.GRANT:
        subject = f"交付が決定しました（{application.receipt_no}）"
        body = "交付決定通知書をご確認ください。決定の日から発注できます。"
    else:
        subject = f"審査の結果をお知らせします（{application.receipt_no}）"
        body = "不交付の決定となりました。理由は通知書をご確認ください。"
    _tell_firm(event, application, subject, body)
    _tell(
        event,
        [decision.prepared_by_id],
        f"決裁されました（{application.receipt_no}）",
        f"{application.firm_name}の申請が決裁されました。",
        _staff_url(application),
    )


@outbox.handles("subsidies.application_submitted", name="subsidies.notice_submitted")
def tell_submitted(event: OutboxEvent) -> None:
    """The firm gets its receipt number in writing."""
    application = _application(event)
    _tell_firm(
        event,
        application,
        f"申請を受け付けました（{application.receipt_no}）",
        f"{application.scheme_name}の申請を受け付けました。"
        "交付が決定するまで、契約・発注・支払いをしないでください。",
    )


@outbox.handles("subsidies.correction_requested", name="subsidies.notice_correction")
def tell_correction(event: OutboxEvent) -> None:
    """The firm has something to mend."""
    application = _application(event)
    correction = application.corrections.get(pk=event.payload["correction_id"])
    _tell_firm(
        event,
        application,
        f"補正のお願い（{application.receipt_no}）",
        f"{clock.wareki(correction.due_on)}までに補正してください。\n\n{correction.message}",
    )


@outbox.handles("subsidies.correction_answered", name="subsidies.notice_corrected")
def tell_corrected(event: OutboxEvent) -> None:
    """The official in charge goes on."""
    application = _application(event)
    _tell_in_charge(event, application, "補正が提出されました")


@outbox.handles("subsidies.application_withdrawn", name="subsidies.notice_withdrawn")
def tell_withdrawn(event: OutboxEvent) -> None:
    """The official in charge may stop."""
    application = _application(event)
    _tell_in_charge(event, application, "申請が取り下げられました")


@outbox.handles("subsidies.decision_proposed", name="subsidies.notice_proposed")
def tell_proposed(event: OutboxEvent) -> None:
    """The approvers have something to decide."""
    application = _application(event)
    today = clock.to_date(event.created_at)
    approvers = people.ward_people(application.ward_id, {Role.APPROVER}, today)
    prepared_by = Decision.objects.get(application=application).prepared_by_id
    _tell(
        event,
        [person for person in approvers if person != prepared_by],
        f"決裁をお願いします（{application.receipt_no}）",
        f"{application.firm_name}「{application.title}」の起案が回っています。",
        _staff_url(application),
    )


@outbox.handles("subsidies.proposal_returned", name="subsidies.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The preparer goes over it again."""
    application = _application(event)
    _tell(
        event,
        [Decision.objects.get(application=application).prepared_by_id],
        f"起案が差し戻されました（{application.receipt_no}）",
        f"{application.firm_name}の起案が差し戻されました。理由は経過をご確認ください。",
        _staff_url(application),
    )


@outbox.handles("subsidies.message_posted", name="subsidies.notice_message")
def tell_message(event: OutboxEvent) -> None:
    """The other side reads."""
    application = _application(event)
    message = Message.objects.get(pk=event.payload["message_id"])
    if message.from_ward:
        _tell_firm(
            event, application, f"区からのメッセージ（{application.receipt_no}）", message.body
        )
    else:
        _tell_in_charge(event, application, "企業からメッセージがあります")


def _make_receipt(event: OutboxEvent) -> None:
    version = _application(event).versions.get(number=event.payload["version"])
    actor = Actor.system(SYSTEM, ward_id=event.ward_id)
    papers.receipt_make(actor=actor, version_id=version.pk)


def _application(event: OutboxEvent) -> Application:
    return Application.objects.get(pk=event.payload["application_id"])


def _tell_firm(event: OutboxEvent, application: Application, subject: str, body: str) -> None:
    url = f"/apply/{application.public_id}/status/"
    _tell(event, people.firm_people(application.firm_id), subject, body, url)


def _tell_in_charge(event: OutboxEvent, application: Application, what: str) -> None:
    _tell(
        event,
        people.in_charge(application, clock.to_date(event.created_at)),
        f"{what}（{application.receipt_no}）",
        f"{application.firm_name}「{application.title}」：{what}。",
        _staff_url(application),
    )


def _staff_url(application: Application) -> str:
    return f"/staff/applications/{application.receipt_no}/"


def _tell(event: OutboxEvent, recipients: Iterable[int], subject: str, body: str, url: str) -> None:
    notify(
        event_key=f"{event.pk}", recipients=recipients, subject=subject[:120], body=body, url=url
    )
