"""マイページ of a firm: what to do next with dates, and where each application stands."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from advisors.adoption.selectors import tools
from advisors.selectors import firm as advice
from dojo.followup import selectors as followup
from dojo.selectors import own
from kpi.surveys.selectors import board as ward_surveys
from lab.booking.selectors import own as lab
from lab.consortium import words as consortium
from lab.consortium.selectors import projects, referrals
from lab.events.selectors import own as lab_events
from lab.nakama.cases.selectors import cases as passed_on
from lab.nakama.cases.selectors import rating
from lab.nakama.exchange import states as pairing_states
from lab.nakama.exchange import words as exchange_words
from lab.nakama.exchange.firm_history import turn_words
from lab.nakama.exchange.selectors import board as sharing
from lab.nakama.exchange.selectors import joint as joint_orders
from lab.nakama.exchange.selectors import outside
from lab.nakama.exchange.selectors import purchases as pooled
from portal.accounts.access import hat_required
from portal.desk import standing
from portal.kernel import clock
from portal.kernel.actor import Hat
from portal.kernel.transitions import State
from portal.navi import state as navi
from portal.notices.models import Notice
from portal.notices.selectors import unread_count
from portal.ui.markup import era_date, moment_text
from portal.ui.navigation import numbers
from programs.diagnosis import trying
from programs.diagnosis.selectors import own as diagnoses
from programs.diagnosis.selectors import versions as instruments
from subsidies import selectors, states
from subsidies.grants import progress
from subsidies.models import Application

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing the firm has to do. `until` None: no date. `tone` as on the page it leads to."""

    what: str
    about: str
    url: str
    button: str
    until: dt.date | None
    tone: str = "info"


@hat_required(Hat.FIRM, Hat.PUBLIC)
@require_safe
def my_page(request: HttpRequest) -> HttpResponse:
    """The firm's page; people without a firm are led to registering one."""
    if request.actor.hat == Hat.PUBLIC:
        return redirect("programs:firm_register")
    today = clock.today()
    applications = list(selectors.firm_applications(request.actor)[:SHOWN])
    todos = sorted(
        (
            *(todo for item in applications if (todo := _todo(item, today))),
            *_granted(request),
            *_tried(request),
            *_diagnosed(request),
            *_courses(request),
            *_sheets(request),
            *_advised(request),
            *_reviewed(request, today),
            *_followed_up(request),
            *_surveyed(request),
            *lab_todos(request),
        ),
        key=lambda todo: todo.until or dt.date.max,
    )
    context = {
        "todos": todos,
        "rows": [(item, _state(item), _url(item)) for item in applications],
        "stages": standing.stages(request.actor),
        "dates": standing.dates(request.actor),
        "unread": unread_count(request.actor.user_id),
        "notices": Notice.objects.filter(recipient_id=request.actor.user_id)[:3],
    }
    return TemplateResponse(request, "desk/my.html", context)


def _todo(application: Application, today: dt.date) -> Todo | None:
    """What the firm has to do for this application, if anything."""
    public_id = application.public_id
    name = (
        f"{selectors.scheme_label(application.scheme_name)}　{application.receipt_no or ''}".strip()
    )
    match application.status:
        case states.DRAFT if clock.to_date(application.call.closes_at) >= today:
            return Todo(
                what=_("申請の入力を続ける"),
                about=name,
                url=reverse("subsidies:task_list", args=[public_id]),
                button=_("続きを入力する"),
                until=clock.to_date(application.call.closes_at),
            )
        case states.CORRECTION:
            return Todo(
                what=_("区から依頼された補正を提出する"),
                about=name,
                url=reverse("subsidies:correction", args=[public_id]),
                button=_("補正を始める"),
                until=application.due_on,
                tone="warn",
            )
    return None


def _granted(request: HttpRequest) -> Iterator[Todo]:
    """What is to be done after the decision, grant by grant."""
    for grant, step in progress.firm_tasks(request.actor):
        yield Todo(
            what=step.what,
            about=f"{selectors.scheme_label(grant.application.scheme_name)}　{grant.receipt_no}",
            url=reverse("grants:grant", args=[grant.application.public_id]),
            button=_("交付決定後の手続へ"),
            until=step.until,
            tone=step.tone,
        )


def _tried(request: HttpRequest) -> Iterator[Todo]:
    """What was answered in this browser before the sign-in: to take over, it is nobody's yet."""
    if navi.has_any(request):
        yield Todo(
            what=_("支援ナビの結果から始める"),
            about=_("このブラウザで答えた内容が残っています。"),
            url=reverse("navi:result"),
            button=_("結果を見る"),
            until=None,
        )
    if trying.is_there(request):
        yield Todo(
            what=_("試した診断を、自社の診断として残す"),
            about=_("このブラウザで答えた内容が残っています。"),
            url=reverse("diagnosis:try_result"),
            button=_("試した診断を見る"),
            until=None,
        )


def _diagnosed(request: HttpRequest) -> Iterator[Todo]:
    """Diagnoses that were begun."""
    rows = list(diagnoses.drafts(request.actor)[:SHOWN])
    called = instruments.names() if rows else {}
    for row in rows:
        yield Todo(
            what=_("診断の続きに答える"),
            about=f"{called.get(row.instrument, row.instrument)}　{row.person_name}",
            url=reverse("diagnosis:diagnosis", args=[row.public_id]),
            button=_("続きに答える"),
            until=None,
        )


def _courses(request: HttpRequest) -> Iterator[Todo]:
    """Seats that are offered: they go to the next person after the day."""
    for row in own.offers(request.actor):
        yield Todo(
            what=_("空いた席を受けるか返事をする"),
            about=f"{row.cohort.course.display_name}　{row.person_name}",
            url=reverse("dojo:enrolment", args=[row.public_id]),
            button=_("返事をする"),
            until=row.accept_by,
        )


def _sheets(request: HttpRequest) -> Iterator[Todo]:
    """Worksheets that the lecturer gave back."""
    for row in standing.returned_sheets(request.actor)[:SHOWN]:
        yield Todo(
            what=_("ワークシートをもう一度考える"),
            about=row.title or row.get_kind_display(),
            url=reverse("worksheets:sheet", args=[row.public_id]),
            button=_("講評を読んで直す"),
            until=None,
            tone="warn",
        )


def _advised(request: HttpRequest) -> Iterator[Todo]:
    """What the advisors' support asks of the firm: a question to answer, visits to confirm."""
    for question in advice.open_questions(request.actor):
        yield Todo(
            what=_("区からの質問に答える"),
            about=_("アドバイザー派遣の依頼"),
            url=reverse("advisors:ask_status", args=[question.public_id]),
            button=_("質問に答える"),
            until=None,
        )
    for visit in advice.to_confirm(request.actor):
        yield Todo(
            what=_("訪問の記録を確認する"),
            about=f"{visit.advisor.name}　{era_date(clock.to_date(visit.starts_at))}",
            url=reverse("advisors:visit_firm", args=[visit.public_id]),
            button=_("記録を読む"),
            until=None,
        )


def _reviewed(request: HttpRequest, today: dt.date) -> Iterator[Todo]:
    """The review of a tool that has waited longest. Its day binds nobody: duties come before it."""
    found = list(tools.own_tools(request.actor)[: tools.SHOWN_TOOLS])
    if due := tools.due_review(found, today):
        day = {"name": due.tool.name, "day": era_date(due.due_on)}
        yield Todo(
            what=_("%(months)sか月の振り返りをする") % {"months": due.months},
            about=_("%(name)s（予定 %(day)s）") % day,
            url=reverse("adoption:review", args=[due.tool.public_id, due.months]),
            button=_("振り返りを記録する"),
            until=None,
        )


def _surveyed(request: HttpRequest) -> Iterator[Todo]:
    """Surveys of the ward that wait for the firm's answer."""
    for row in ward_surveys.waiting(request.actor):
        yield Todo(
            what=_("区の実態調査に答える（約8分）"),
            about=row.wave.name,
            url=reverse("surveys:mine"),
            button=_("調査に答える"),
            until=row.wave.ends_on,
        )


def _followed_up(request: HttpRequest) -> Iterator[Todo]:
    """Surveys after a graduation, and reports of investments that came back."""
    for survey in followup.open_surveys(request.actor):
        yield Todo(
            what=_("修了後の調査に答える（1分）"),
            about=f"{survey.cohort.course.display_name}　{survey.person_name}",
            url=reverse("followup:survey", args=[survey.public_id]),
            button=_("調査に答える"),
            until=survey.closes_on,
        )
    for report in followup.returned_investments(request.actor):
        yield Todo(
            what=_("差し戻された投資の報告を直す"),
            about=report.what,
            url=reverse("followup:correct", args=[report.public_id]),
            button=_("報告を直す"),
            until=None,
            tone="warn",
        )


def lab_todos(request: HttpRequest) -> Iterator[Todo]:
    """What waits for the firm in the lab's rooms; shown on their first page, too (lab.py).

    One statement tells in which rooms anything may wait; only these are asked.
    """
    found = numbers(tuple(_LAB_ROOMS), request.actor)
    for todos, number in zip(_LAB_ROOMS.values(), found, strict=True):
        if number:
            yield from todos(request)


def _lab(request: HttpRequest) -> Iterator[Todo]:
    """Times in a lab that are kept for the firm for some hours."""
    for row in lab.offers(request.actor):
        yield Todo(
            what=_("空いた時間を予約するか返事をする"),
            about=f"{row.lab.name}　{moment_text(row.starts_at)}",
            url=reverse("booking:reservation", args=[row.public_id]),
            button=_("返事をする"),
            until=clock.to_date(row.offer_until),
        )


def _lab_events(request: HttpRequest) -> Iterator[Todo]:
    """Seats at events that go to the next person after the day."""
    for row in lab_events.offers(request.actor):
        yield Todo(
            what=_("催しの空いた席に返事をする"),
            about=row.event.display_title,
            url=reverse("events:registration", args=[row.public_id]),
            button=_("返事をする"),
            until=row.accept_by,
        )


def _shared(request: HttpRequest) -> Iterator[Todo]:
    """Material that waits for the firm's yes or for its being handed over."""
    for row in sharing.to_answer(request.actor):
        yield Todo(
            what=turn_words(row),
            about=f"{row.need.what}　{row.amount}",
            url=reverse("exchange:pairing", args=[row.public_id]),
            button=_("候補を開く"),
            until=row.answer_by if row.status == pairing_states.PROPOSED else None,
        )


def _pooled(request: HttpRequest) -> Iterator[Todo]:
    """Joint purchases that wait for the firm's yes or no."""
    for share in pooled.to_answer(request.actor):
        yield Todo(
            what=_("共同購買に参加するか返事をする"),
            about=share.purchase.name,
            url=reverse("exchange:purchase", args=[share.purchase.public_id]),
            button=_("金額を見て返事をする"),
            until=share.purchase.answer_by,
        )


def _jointly(request: HttpRequest) -> Iterator[Todo]:
    """共同受注: a part to answer for or to make, and what the firm leads."""
    for turn in joint_orders.turns(request.actor, clock.today()):
        what, button = exchange_words.TURNS[turn.code]
        yield Todo(
            what=str(what),
            about=turn.row.item,
            url=reverse("exchange:joint", args=[turn.row.public_id]),
            button=str(button),
            until=turn.until,
        )


def _matched(request: HttpRequest) -> Iterator[Todo]:
    """Matches that the other side has told of and the firm confirms."""
    for row in outside.to_confirm(request.actor)[:SHOWN]:
        yield Todo(
            what=_("取引が成立したことを確認する"),
            about=row.claimed_name,
            url=reverse("exchange:match", args=[row.public_id]),
            button=_("内容を見て確認する"),
            until=row.lapses_on,
        )


def _passed_on(request: HttpRequest) -> Iterator[Todo]:
    """仲間まわし: requests to answer, and own cases whose next step is this firm's."""
    for row in passed_on.to_answer(request.actor):
        yield Todo(
            what=_("%(process)sのお願いに返事をする") % {"process": row.step.name},
            about=row.case.title,
            url=reverse("cases:invitation", args=[row.public_id]),
            button=_("返事をする"),
            until=clock.to_date(row.closes_at),
        )
    for case in passed_on.to_decide(request.actor):
        offered = case.status == "offered"
        yield Todo(
            what=_("仲間まわしの発注を決める") if offered else _("納品された品物を検収する"),
            about=f"{case.title}　{case.number}",
            url=reverse("cases:award" if offered else "cases:case", args=[case.public_id]),
            button=_("案件を開く"),
            until=case.due_on,
        )


def _rated(request: HttpRequest) -> Iterator[Todo]:
    """Firms with whom something was made and who have not been rated yet."""
    for one in rating.to_rate(request.actor):
        case = one.order.case
        yield Todo(
            what=_("一緒に仕事をした企業を評価する"),
            about=f"{case.title}　{case.number}" if case else one.order.goods,
            url=reverse("cases:ratings", args=[case.public_id])
            if case
            else reverse("cases:order_ratings", args=[one.order.public_id]),
            button=_("評価する"),
            until=one.until,
        )


def _taught(request: HttpRequest) -> Iterator[Todo]:
    """Consortium: own problems whose next step is the firm's."""
    for row in projects.to_do(request.actor, clock.today()):
        step = consortium.next_step(row, consortium.FIRM, answers=row.answered, has_answered=False)
        yield Todo(
            what=str(step.what),
            about=row.title,
            url=reverse("consortium:project", args=[row.public_id]),
            button=_("課題を開く"),
            until=step.until,
        )


def _referred(request: HttpRequest) -> Iterator[Todo]:
    """Referrals to a bank that wait for the firm's consent."""
    for referral in referrals.to_do(request.actor):
        yield Todo(
            what=_("見せる内容を確かめ、同意する"),
            about=_("%(bank)sへの紹介") % {"bank": referral.member.name},
            url=reverse("consortium:referral", args=[referral.public_id]),
            button=_("内容を確かめる"),
            until=referral.consent_until,
        )


# Rows of which some may wait for the firm → what to do about them.
_LAB_ROOMS = {
    lab.offered: _lab,
    lab_events.offered: _lab_events,
    sharing.waiting: _shared,
    pooled.unanswered: _pooled,
    joint_orders.running: _jointly,
    outside.to_confirm: _matched,
    passed_on.waiting: _passed_on,
    rating.waiting: _rated,
    projects.running: _taught,
    referrals.prepared: _referred,
}


def _state(application: Application) -> State:
    return states.APPLICATION.state(application.status)


def _url(application: Application) -> str:
    page = "task_list" if application.status == states.DRAFT else "status"
    return reverse(f"subsidies:{page}", args=[application.public_id])
