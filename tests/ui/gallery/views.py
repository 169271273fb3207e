"""Pages of the gallery, with made-up records; no database."""

import datetime as dt
from dataclasses import dataclass

import django_filters
import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from portal.desk.views import calls_html
from portal.kernel.actor import Actor, Hat
from portal.ui.filters import UiFilterSet
from portal.ui.forms import DateField, ScaleSelect, TextField, UiForm, WholeNumberField, YenField
from portal.ui.parts import Crumb, Entry, Row, Tab, Task, TaskState, steps
from portal.ui.tables import (
    DateColumn,
    DueColumn,
    SelectColumn,
    StateColumn,
    TitleColumn,
    UiTable,
    YenColumn,
)
from subsidies.selectors import CallInBrief, Named

TODAY = dt.date(2026, 11, 21)
TOKYO = dt.timezone(dt.timedelta(hours=9))


class ActorMiddleware:
    """Stands in for the accounts middleware: a ward official, or a visitor with `?visitor`."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.actor_label, request.hats = Actor.public(), "", []
        if request.path.startswith("/gallery/"):
            request.actor = Actor(
                user_id=7,
                name="山田 花子",
                hat=Hat.WARD,
                roles=frozenset({"reviewer"}),
                ward_id=13107,
            )
            request.actor_label = "墨田区 担当"
            request.hats = [("ward:13107", "墨田区 担当"), ("ward:13122", "葛飾区 担当")]
        return self.get_response(request)


@dataclass(frozen=True)
class State:
    label: str
    tone: str


@dataclass(frozen=True)
class Case:
    pk: int
    firm: str
    number: str
    scheme: str
    state: State
    officer: str
    amount: int
    submitted_on: dt.date
    due_on: dt.date | None


FIRMS = (
    ("株式会社大森精機", "はじめの一歩補助金", State("申請受付", "blue"), "未割当", 4),
    ("有限会社すみだ印刷", "生産性向上補助金", State("書類確認中", "blue"), "山田 花子", -1),
    ("合同会社あらかわ化学", "はじめの一歩補助金", State("補正待ち", "orange"), "山田 花子", 6),
    ("城東プレス工業株式会社", "事業変革補助金", State("審査中", "blue"), "佐藤 一郎", 0),
    ("板橋光学株式会社", "はじめの一歩補助金", State("採択", "green"), "山田 花子", None),
    ("葛飾玩具製作所", "生産性向上補助金", State("不採択", "red"), "鈴木 恵", 130),
)
CASES = [
    Case(
        pk=number,
        firm=firm,
        number=f"R8-{number:04d}",
        scheme=scheme,
        state=state,
        officer=officer,
        amount=499_000 + number * 1000,
        submitted_on=TODAY - dt.timedelta(days=number),
        due_on=None if days is None else TODAY + dt.timedelta(days=days),
    )
    for number, (firm, scheme, state, officer, days) in enumerate(FIRMS * 9, start=1)
]


class CaseTable(UiTable):
    select = SelectColumn(label=lambda case: f"{case.firm}（{case.number}）")
    firm = TitleColumn(verbose_name="申請者", url=lambda case: f"?open={case.pk}", sub="number")
    scheme = tables.Column(verbose_name="制度", orderable=False)
    state = StateColumn(verbose_name="状態", orderable=False)
    officer = tables.Column(verbose_name="担当", orderable=False)
    amount = YenColumn(verbose_name="申請額")
    submitted_on = DateColumn(verbose_name="受付")
    due_on = DueColumn(verbose_name="期限")

    caption = "申請の一覧"
    row_header = "firm"


class Cases(list):
    """The least of a queryset that a filter set asks for."""

    model = None

    def all(self):
        return self


class CaseFilter(UiFilterSet):
    q = django_filters.CharFilter(label="企業名・受付番号", method="unfiltered")
    scheme = django_filters.ChoiceFilter(
        label="制度",
        choices=[("1", "はじめの一歩補助金")],
        empty_label="すべて",
        method="unfiltered",
    )

    def unfiltered(self, queryset, name, value):
        return queryset


def home(request: HttpRequest) -> HttpResponse:
    """The public home page with two calls."""
    calls = tuple(
        CallInBrief(
            pk=number,
            closes_at=dt.datetime(2026, 11, 28 + number, 17, 0, tzinfo=TOKYO),
            ward=Named("墨田区", "Sumida"),
            scheme=Named(name, ""),
            summary=summary,
            rate=rate,
            cap_yen=cap,
        )
        for number, (name, summary, rate, cap) in enumerate(
            (
                (
                    "はじめの一歩補助金",
                    "日報や勤怠の電子化など、最初の道具に使えます",
                    "3/4",
                    500_000,
                ),
                ("生産性向上補助金", "設備の見える化や生産管理の導入に使えます", "2/3", 5_000_000),
            ),
            start=1,
        )
    )
    drawn = calls_html(calls, TODAY, get_language())
    return render(request, "desk/home.html", {"calls": drawn})


def queue(request: HttpRequest) -> HttpResponse:
    cases = [] if "empty" in request.GET else CASES
    table = CaseTable(cases, today=TODAY, order_by=request.GET.get("sort", ()))
    table.paginate(page=int(request.GET.get("page", 1)), per_page=8, paginator_class=Paginator)
    tabs = [
        Tab("すべて", "?", 54, current=True),
        Tab("自分の担当", "?tab=mine", 12),
        Tab("未割当", "?tab=none", 5),
        Tab("期限超過", "?tab=late", 2),
    ]
    context = {"table": table, "tabs": tabs, "filter": CaseFilter(request.GET, queryset=Cases())}
    return render(request, "gallery/queue.html", context)


class ApplicationForm(UiForm):
    company = TextField(
        label="会社名",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    email = forms.EmailField(label="メールアドレス", help_text="決定のお知らせを送ります")
    employees = WholeNumberField(label="従業員数", suffix="人", min_value=1)
    cost = YenField(label="導入費用の合計", help_text="税抜で入力してください")
    start = DateField(label="導入を始める日")
    plan = TextField(
        label="導入の計画", multiline=True, max_length=400, help_text="困っていることと、直し方"
    )
    kind = forms.ChoiceField(
        label="消費税の扱い",
        choices=[("a", "税抜で申請する"), ("b", "税込で申請する（免税事業者など）")],
        widget=forms.RadioSelect,
    )
    tools = forms.MultipleChoiceField(
        label="導入するもの",
        choices=[("1", "生産管理"), ("2", "勤怠管理"), ("3", "会計")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    score = forms.ChoiceField(
        label="自己評価", choices=[(str(n), str(n)) for n in range(6)], widget=ScaleSelect
    )
    stage = forms.ChoiceField(label="ステージ", choices=[("", "選んでください"), ("1", "1")])
    estimate = forms.FileField(label="見積書", help_text="PDF、10MBまで")
    agree = forms.BooleanField(label="募集要項を読み、同意します")


def form(request: HttpRequest) -> HttpResponse:
    bound = request.method == "POST" or "errors" in request.GET
    data = request.POST or {"cost": "12.5", "start": "令和8年13月1日", "company": "あ" * 41}
    page = ApplicationForm(data, request.FILES) if bound else ApplicationForm()
    return render(request, "gallery/form.html", {"form": page})


class DraftForm(UiForm):
    company = TextField(label="会社名", max_length=40)
    plan = TextField(label="導入の計画", multiline=True, max_length=400)


def autosave(request: HttpRequest) -> HttpResponse:
    """Stores a draft, or, with the cookie `gone`, behaves as if the session had expired."""
    if request.method == "POST":
        if request.COOKIES.get("gone"):
            return HttpResponse(status=302, headers={"Location": "/accessibility/"})
        return HttpResponse(status=204)
    return render(request, "gallery/autosave.html", {"form": DraftForm()})


def parts(request: HttpRequest) -> HttpResponse:
    context = {
        "today": TODAY,
        "breadcrumb": [Crumb("受信箱", "/gallery/queue/"), Crumb("R8-0147")],
        "rows": [
            Row("企業名", "株式会社大森精機", "?change=1"),
            Row("解決する課題", "工具折損が月平均14本\n納期遅延の主因", "?change=2", changed=True),
            Row("代表者", None),
        ],
        "tasks": [
            Task("会社について", TaskState.DONE, "?t=1"),
            Task("導入の計画", TaskState.STARTED, "?t=2"),
            Task("経費", TaskState.TODO, "?t=3", "見積書を手元に用意してください"),
            Task("確認と提出", TaskState.LOCKED, "", "ほかの課題を終えると始められます"),
        ],
        "steps": steps(["申請", "書類確認", "審査", "決定", "実績報告"], 2),
        "entries": [
            Entry(dt.datetime(2026, 11, 18, 14, 20, tzinfo=TOKYO), "申請を受け付けました"),
            Entry(
                dt.datetime(2026, 11, 19, 10, 2, tzinfo=TOKYO),
                "補正を依頼しました",
                who="佐藤 一郎",
                note="見積書の宛名を会社名にしてください。",
                tone="orange",
            ),
            Entry(
                dt.datetime(2026, 11, 20, 16, 40, tzinfo=TOKYO), "交付を決定しました", tone="green"
            ),
        ],
        "due": dt.date(2026, 11, 25),
    }
    return render(request, "gallery/parts.html", context)


def charts(request: HttpRequest) -> HttpResponse:
    from tests.ui.gallery.charts import context

    return render(request, "gallery/charts.html", context())


def confirm(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": "申請を取り下げますか",
        "text": "取り下げると、審査は終わります。元には戻せません。",
        "rows": [Row("受付番号", "R8-0147")],
        "action_label": "取り下げる",
        "tone": "danger",
        "cancel_url": "/gallery/parts/",
    }
    return render(request, "ui/confirm.html", context)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("shown as the page for a fault of ours")
