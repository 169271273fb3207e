"""What follows an act: papers are made and people are told. Run by a worker, once per event."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.models import Notice
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import mails, people, topics
from subsidies.models import Application, Call, Decision, Message
from subsidies.selectors.names import scheme_label_lazy
from subsidies.services import papers, turns
from subsidies.services.budget import FREEING

SYSTEM = "subsidies.papers"

Text = str | Promise


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
        subject = _("交付が決定しました（%(number)s）")
        body = _("交付決定通知書をご確認ください。決定の日から発注できます。")
    else:
        subject = _("審査の結果をお知らせします（%(number)s）")
        body = _("不交付の決定となりました。理由は通知書をご確認ください。")
    _tell_firm(
        event,
        application,
        subject,
        body,
        mail="application_decided",
        result=decision.outcome,
        amount=decision.amount_yen,
    )
    _tell(
        event,
        application,
        [decision.prepared_by_id],
        _("決裁されました（%(number)s）"),
        filled(_("%(firm)sの申請が決裁されました。"), firm=application.firm_name),
    )


@outbox.handles("subsidies.application_submitted", name="subsidies.notice_submitted")
def tell_submitted(event: OutboxEvent) -> None:
    """The firm gets its receipt number in writing."""
    application = _application(event)
    _tell_firm(
        event,
        application,
        _("申請を受け付けました（%(number)s）"),
        filled(
            _(
                "%(scheme)sの申請を受け付けました。"
                "交付が決定するまで、契約・発注・支払いをしないでください。"
            ),
            scheme=scheme_label_lazy(application.scheme_name),
        ),
        mail="application_submitted",
    )


@outbox.handles("subsidies.correction_requested", name="subsidies.notice_correction")
def tell_correction(event: OutboxEvent) -> None:
    """補正依頼書, then the notice: the firm has something to mend."""
    application = _application(event)
    correction = application.corrections.get(pk=event.payload["correction_id"])
    papers.correction_letter_make(
        actor=Actor.system(SYSTEM, ward_id=application.ward_id), correction_id=correction.pk
    )
    _tell_firm(
        event,
        application,
        _("補正のお願い（%(number)s）"),
        filled(
            "%(until)s\n\n%(message)s",
            until=filled(_("%(day)sまでに補正してください。"), day=_day(correction.due_on)),
            message=correction.message,
        ),
        mail="correction_requested",
        due=correction.due_on,
        message=correction.message,
    )


@outbox.handles("subsidies.correction_answered", name="subsidies.notice_corrected")
def tell_corrected(event: OutboxEvent) -> None:
    """The official in charge goes on."""
    application = _application(event)
    _tell_in_charge(event, application, _("補正が提出されました"))


@outbox.handles("subsidies.application_withdrawn", name="subsidies.notice_withdrawn")
def tell_withdrawn(event: OutboxEvent) -> None:
    """The official in charge may stop."""
    application = _application(event)
    _tell_in_charge(event, application, _("申請が取り下げられました"))


@outbox.handles("subsidies.decision_proposed", name="subsidies.notice_proposed")
def tell_proposed(event: OutboxEvent) -> None:
    """The approvers have something to decide."""
    application = _application(event)
    today = clock.to_date(event.created_at)
    approvers = people.ward_people(application.ward_id, {Role.APPROVER}, today)
    prepared_by = Decision.objects.get(application=application).prepared_by_id
    _tell(
        event,
        application,
        [person for person in approvers if person != prepared_by],
        _("決裁をお願いします（%(number)s）"),
        filled(
            _("%(firm)s「%(title)s」の起案が回っています。"),
            firm=application.firm_name,
            title=application.title,
        ),
    )


@outbox.handles("subsidies.proposal_returned", name="subsidies.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The preparer goes over it again."""
    application = _application(event)
    _tell(
        event,
        application,
        [Decision.objects.get(application=application).prepared_by_id],
        _("起案が差し戻されました（%(number)s）"),
        filled(
            _("%(firm)sの起案が差し戻されました。理由は経過をご確認ください。"),
            firm=application.firm_name,
        ),
    )


@outbox.handles("subsidies.message_posted", name="subsidies.notice_message")
def tell_message(event: OutboxEvent) -> None:
    """The other side reads."""
    application = _application(event)
    message = Message.objects.get(pk=event.payload["message_id"])
    if message.from_ward:
        _tell_firm(event, application, _("区からのメッセージ（%(number)s）"), message.body)
    else:
        _tell_in_charge(event, application, _("企業からメッセージがあります"))


@outbox.handles("subsidies.application_submitted", name="subsidies.notice_turn_waits")
def tell_waits(event: OutboxEvent) -> None:
    """予算待ち, in writing: whoever came too late for the money knows it, and the place in line."""
    application = _application(event)
    actor = Actor.system(SYSTEM, ward_id=application.ward_id)
    turn = turns.turn_of(application, actor=actor)
    if turn is None or not turn.waits:
        return
    text = _(
        "受付の順で%(place)s番目です。先に届いた申請で予算の残りが足りなくなる見込みのため、"
        "予算待ちです。取下げなどで予算が戻ると、受付の順に進み、お知らせします。"
    )
    notify(
        event_key=_waits_key(application),
        recipients=people.firm_people(application.firm_id),
        subject=filled(_("予算待ちです（%(number)s）"), number=application.receipt_no),
        body=filled(text, place=turn.place),
        url=f"/apply/{application.public_id}/status/",
        topic=topics.PROGRESS,
    )


def _tell_turns(event: OutboxEvent) -> None:
    """予算が戻った, or the ward put more in: the waiting whose turn has come are told, and the officials
    in charge. Once. After the last day of the call's projects the officials alone are told, and why.
    """
    call_id = event.payload.get("call_id")
    call = Call.objects.get(pk=call_id) if call_id else _application(event).call
    if call.mode != Call.Mode.FIRST_COME:
        return
    found = {_waits_key(row): row for row in turns.in_turn(call)}
    told = Notice.objects.filter(event_key__in=found).values_list("event_key", flat=True)
    day = clock.to_date(event.created_at)
    for key in sorted(set(told)):
        row = found[key]
        if call.is_over(day):
            _tell_over(row, call, day)
            continue
        for_firm = _("予算ができ、順番が来ました。区が審査を進めます。結果をお待ちください。")
        _notify_turn(
            row,
            people.firm_people(row.firm_id),
            for_firm,
            f"/apply/{row.public_id}/status/",
            topics.PROGRESS,
        )
        for_office = filled(
            _("%(firm)sの申請は予算待ちでしたが、予算ができ、順番が来ました。審査を進められます。"),
            firm=row.firm_name,
        )
        _notify_turn(
            row,
            people.in_charge(row, day),
            for_office,
            f"/staff/applications/{row.receipt_no}/",
            topics.OFFICE_INCOMING,
        )


def _tell_over(row: Application, call: Call, day: dt.date) -> None:
    notify(
        event_key=f"subsidies.turn_over:{row.pk}",
        recipients=people.in_charge(row, day),
        subject=filled(
            _("事業の期限を過ぎたため、順番を知らせていません（%(number)s）"), number=row.receipt_no
        ),
        body=filled(
            _(
                "予算が戻りましたが、事業の期限（%(day)s）を過ぎています。"
                "%(firm)sには順番が来たことを知らせていません。結果を決めて、企業に伝えてください。"
            ),
            day=_day(call.project_ends_on),
            firm=row.firm_name,
        ),
        url=f"/staff/applications/{row.receipt_no}/",
        topic=topics.OFFICE_INCOMING,
    )


# Whatever frees money of a first-come call, or takes a request out of its line.
for _event in (*FREEING, "subsidies.correction_answered"):
    outbox.handles(_event, name=f"subsidies.turns_{_event.rpartition('.')[2]}")(_tell_turns)


def _waits_key(application: Application) -> str:
    return f"subsidies.waits:{application.pk}"


def _notify_turn(
    row: Application, recipients: Iterable[int], body: Text, url: str, topic: str
) -> None:
    notify(
        event_key=f"subsidies.turn:{row.pk}",
        recipients=recipients,
        subject=filled(_("予算ができ、順番が来ました（%(number)s）"), number=row.receipt_no),
        body=body,
        url=url,
        topic=topic,
    )


def _make_receipt(event: OutboxEvent) -> None:
    version = _application(event).versions.get(number=event.payload["version"])
    actor = Actor.system(SYSTEM, ward_id=event.ward_id)
    papers.receipt_make(actor=actor, version_id=version.pk)


def _application(event: OutboxEvent) -> Application:
    return Application.objects.get(pk=event.payload["application_id"])


def _tell_firm(
    event: OutboxEvent,
    application: Application,
    subject: Text,
    body: Text,
    *,
    mail: str = "",
    **values: Any,
) -> None:
    """Tell the firm's people; `subject` may name the receipt number as %(number)s.

    `mail` names the text that the scheme may have in its own words, `values` its placeholders.
    """
    usual = filled(subject, number=application.receipt_no)
    topic = topics.of_firm(event.name)
    notify(
        event_key=f"{event.pk}",
        recipients=people.firm_people(application.firm_id),
        url=f"/apply/{application.public_id}/status/",
        **(
            mails.told(application, mail, subject=usual, body=body, topic=topic, **values)
            if mail
            else {"subject": usual, "body": body, "topic": topic}
        ),
    )


def _tell_in_charge(event: OutboxEvent, application: Application, what: Text) -> None:
    _tell(
        event,
        application,
        people.in_charge(application, clock.to_date(event.created_at)),
        filled(_("%(what)s（%(number)s）"), what=what, number=application.receipt_no),
        filled(
            _("%(firm)s「%(title)s」：%(what)s。"),
            firm=application.firm_name,
            title=application.title,
            what=what,
        ),
    )


def _tell(
    event: OutboxEvent,
    application: Application,
    recipients: Iterable[int],
    subject: Text,
    body: Text,
) -> None:
    """Tell officials; `subject` may name the receipt number as %(number)s."""
    notify(
        event_key=f"{event.pk}",
        recipients=recipients,
        subject=filled(subject, number=application.receipt_no),
        body=body,
        url=f"/staff/applications/{application.receipt_no}/",
        topic=topics.of_office(event.name),
    )


# Written out in the reader's language.
_day = lazy(era_date, str)
