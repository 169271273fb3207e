"""What follows: firms read their result, officials their part, and freed money moves the list up."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role
from portal.kernel import clock, outbox
from portal.kernel.actor import Actor
from portal.kernel.models import OutboxEvent
from portal.kernel.texts import filled
from portal.notices.services import notify
from portal.ui.markup import era_date
from subsidies import people, topics
from subsidies.models import Application, Call
from subsidies.selection import letters, services, states
from subsidies.selection.models import Choice, Selection
from subsidies.services.budget import FREEING

SYSTEM, LETTERS, PAPERS = "selection.waiting", "selection.letters", "selection.papers"
Text = str | Promise
_RESULTS = {
    states.SELECTED: (
        _("採択されました（%(number)s）"),
        _("交付決定をお待ちください。交付決定の前に契約・発注・支払いをしないでください。"),
    ),
    states.WAITING: (
        _("審査の結果は補欠です（%(number)s）"),
        _("予算が空いたときは、順位のとおりに繰り上げてお知らせします。"),
    ),
    states.NOT_SELECTED: (
        _("審査の結果をお知らせします（%(number)s）"),
        _("今回は採択されませんでした。理由は結果の画面をご確認ください。"),
    ),
}


@outbox.handles("selection.proposed", name="selection.notice_proposed")
def tell_proposed(event: OutboxEvent) -> None:
    """The approvers have something to decide."""
    run = _run(event)
    approvers = people.ward_people(run.ward_id, {Role.APPROVER}, clock.to_date(event.created_at))
    _tell_office(
        event,
        run,
        [person for person in approvers if person != run.prepared_by_id],
        _("採択の決裁をお願いします"),
    )


@outbox.handles("selection.returned", name="selection.notice_returned")
def tell_returned(event: OutboxEvent) -> None:
    """The preparer goes over it again."""
    run = _run(event)
    _tell_office(event, run, [run.prepared_by_id], _("採択の案が差し戻されました"))


@outbox.handles("selection.approved", name="selection.notice_approved")
def tell_results(event: OutboxEvent) -> None:
    """Every firm reads its own result; the preparer that it is decided."""
    run = _run(event)
    for choice in run.choices.select_related("application", "selection"):
        _tell_firm(event, choice)
    _tell_office(event, run, [run.prepared_by_id], _("採択が決定しました"))


@outbox.handles("selection.approved", name="selection.keep_papers")
def keep_papers(event: OutboxEvent) -> None:
    """審査結果一覧, 採択者一覧 and 議事録 as they were approved."""
    run = _run(event)
    services.papers_make(actor=Actor.system(PAPERS, ward_id=run.ward_id), selection_id=run.pk)


@outbox.handles("selection.promoted", name="selection.notice_promoted")
def tell_promoted(event: OutboxEvent) -> None:
    """The firm that moved up, and whoever looks after its case."""
    choice = _choice(event)
    _tell_firm(event, choice)
    day = clock.to_date(event.created_at)
    _tell_office(
        event,
        choice.selection,
        people.in_charge(choice.application, day),
        filled(_("補欠が繰り上がりました（%(number)s）"), number=choice.application.receipt_no),
    )


@outbox.handles("selection.ended", name="selection.notice_ended")
def tell_ended(event: OutboxEvent) -> None:
    """The firm need not wait any longer."""
    _tell_firm(event, _choice(event))


def _advance(event: OutboxEvent) -> None:
    """The list moves up where a selection of that call stands; otherwise nothing happens. After the
    last day of the projects the officials are told why nobody has moved up, once.
    """
    call_id = event.payload.get("call_id")
    if call_id is None:
        call_id = Application.objects.get(pk=event.payload["application_id"]).call_id
    waiting = Choice.objects.filter(selection__call_id=call_id, status=states.WAITING)
    if not waiting.exists():
        return
    call = Call.objects.select_related("version__scheme").get(pk=call_id)
    if call.is_over(clock.today()):
        _tell_over(event, call)
    else:
        actor = Actor.system(SYSTEM, ward_id=event.ward_id)
        services.waiting_advance(actor=actor, call_id=call_id)


def _tell_over(event: OutboxEvent, call: Call) -> None:
    reviewers = people.ward_people(call.ward_id, {Role.REVIEWER}, clock.to_date(event.created_at))
    notify(
        event_key=f"selection.over:{call.pk}",
        recipients=reviewers,
        subject=_("事業の期限を過ぎたため、補欠は繰り上がりません"),
        body=filled(
            _(
                "「%(call)s」は事業の期限（%(day)s）を過ぎました。予算が空いても補欠は繰り上がりません。"
                "補欠を終えて、企業に知らせてください。"
            ),
            call=call.version.scheme.name,
            day=_day(call.project_ends_on),
        ),
        url=reverse("selection:ranking", args=[call.pk]),
        topic=topics.OFFICE_INCOMING,
    )


for _event in (*FREEING, "selection.hold_lifted"):
    outbox.handles(_event, name=f"selection.advance_{_event.rpartition('.')[2]}")(_advance)


def _run(event: OutboxEvent) -> Selection:
    return Selection.objects.select_related("call__version__scheme").get(
        pk=event.payload["selection_id"]
    )


def _choice(event: OutboxEvent) -> Choice:
    return Choice.objects.select_related("application", "selection__call__version__scheme").get(
        pk=event.payload["choice_id"]
    )


def _tell_firm(event: OutboxEvent, choice: Choice) -> None:
    """採択・補欠・不採択通知書, then the notice that points to the result."""
    letters.choice_letter_make(
        actor=Actor.system(LETTERS, ward_id=choice.ward_id), choice=choice, at=event.created_at
    )
    subject, body = _RESULTS[choice.status]
    notify(
        event_key=f"{event.pk}:{choice.pk}",
        recipients=people.firm_people(choice.firm_id),
        subject=filled(subject, number=choice.application.receipt_no),
        body=body,
        url=reverse("selection:own_result", args=[choice.application.public_id]),
        topic=topics.of_firm(event.name),
    )


def _tell_office(
    event: OutboxEvent, run: Selection, recipients: Iterable[int], subject: Text
) -> None:
    notify(
        event_key=f"{event.pk}:office",
        recipients=recipients,
        subject=subject,
        body=filled(
            _("「%(call)s」の採択です。順位の画面をご確認ください。"),
            call=run.call.version.scheme.name,
        ),
        url=reverse("selection:ranking", args=[run.call_id]),
        topic=topics.of_office(event.name),
    )


# Written out in the reader's language.
_day = lazy(era_date, str)
