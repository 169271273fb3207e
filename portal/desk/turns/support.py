"""What waits for the firm in diagnosis, courses, the advisors' support and surveys."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from advisors.adoption.selectors import tools
from advisors.selectors import firm as advice
from dojo.followup import selectors as followup
from dojo.selectors import own
from kpi.surveys.selectors import board as ward_surveys
from portal.desk import standing
from portal.desk.turns.todo import SHOWN, Todo
from portal.kernel import clock
from portal.navi import state as navi
from portal.ui.markup import era_date
from programs.diagnosis import trying
from programs.diagnosis.selectors import own as diagnoses
from programs.diagnosis.selectors import versions as instruments


def tried(request: HttpRequest) -> Iterator[Todo]:
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


def _asked_back(request: HttpRequest) -> Iterator[Todo]:
    """Questions of the ward about a request for advisors."""
    for question in advice.open_questions(request.actor)[:SHOWN]:
        yield Todo(
            what=_("区からの質問に答える"),
            about=_("アドバイザー派遣の依頼"),
            url=reverse("advisors:ask_status", args=[question.public_id]),
            button=_("質問に答える"),
            until=None,
        )


def _visited(request: HttpRequest) -> Iterator[Todo]:
    """Records of visits that the firm confirms."""
    for visit in advice.to_confirm(request.actor)[:SHOWN]:
        yield Todo(
            what=_("訪問の記録を確認する"),
            about=f"{visit.advisor.name}　{era_date(clock.to_date(visit.starts_at))}",
            url=reverse("advisors:visit_firm", args=[visit.public_id]),
            button=_("記録を読む"),
            until=None,
        )


def _reviewed(request: HttpRequest) -> Iterator[Todo]:
    """The review of a tool that has waited longest, with the day on which it was due."""
    found = list(tools.own_tools(request.actor)[: tools.SHOWN_TOOLS])
    if due := tools.due_review(found, clock.today()):
        yield Todo(
            what=_("%(months)sか月の振り返りをする") % {"months": due.months},
            about=due.tool.name,
            url=reverse("adoption:review", args=[due.tool.public_id, due.months]),
            button=_("振り返りを記録する"),
            until=due.due_on,
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
    """Surveys after a graduation."""
    for survey in followup.open_surveys(request.actor):
        yield Todo(
            what=_("修了後の調査に答える（1分）"),
            about=f"{survey.cohort.course.display_name}　{survey.person_name}",
            url=reverse("followup:survey", args=[survey.public_id]),
            button=_("調査に答える"),
            until=survey.closes_on,
        )


def _mended(request: HttpRequest) -> Iterator[Todo]:
    """Reports of investments that came back."""
    for report in followup.returned_investments(request.actor):
        yield Todo(
            what=_("差し戻された投資の報告を直す"),
            about=report.what,
            url=reverse("followup:correct", args=[report.public_id]),
            button=_("報告を直す"),
            until=None,
            tone="warn",
        )


ROOMS = {
    diagnoses.drafts: _diagnosed,
    own.offers: _courses,
    standing.returned_sheets: _sheets,
    advice.open_questions: _asked_back,
    advice.to_confirm: _visited,
    tools.own_tools: _reviewed,
    followup.open_surveys: _followed_up,
    followup.returned_investments: _mended,
    ward_surveys.waiting: _surveyed,
}
