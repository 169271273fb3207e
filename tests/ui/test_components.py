"""Rendering of the components, of other people's forms, and of the error pages."""

import datetime as dt

import pytest
from django import forms
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.template import Context, Template, TemplateSyntaxError
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from portal.ui import views
from portal.ui.finders import PackageFinder
from portal.ui.forms import error_links
from portal.ui.parts import Entry, Row, Step, StepState, Task, TaskState, steps

TODAY = dt.date(2026, 11, 21)


def draw(source: str, **context: object) -> str:
    with translation.override("ja"):
        return Template("{% load ui %}" + source).render(Context(context))


def test_due_filter_uses_the_given_day() -> None:
    html = draw("{{ day|due:today }}", day=dt.date(2026, 11, 25), today=TODAY)
    assert html == '<span class="ui-due">11月25日（あと4日）</span>'


def test_banner_escapes_its_heading_and_refuses_unknown_tones() -> None:
    source = '{% ui_banner "warn" heading %}<p>{{ text }}</p>{% endui_banner %}'
    html = draw(source, heading="<x>", text="<y>")
    assert 'data-tone="warn"' in html
    assert "&lt;x&gt;" in html
    assert "<p>&lt;y&gt;</p>" in html
    with pytest.raises(TemplateSyntaxError):
        draw('{% ui_banner "loud" %}{% endui_banner %}')


def test_summary_offers_a_change_link_that_says_what() -> None:
    html = draw(
        "{% ui_summary rows %}", rows=[Row("企業名", "<大森>", "/change/"), Row("代表者", None)]
    )
    assert "&lt;大森&gt;" in html
    assert '<a href="/change/">変更<span class="ui-hidden">（企業名）</span></a>' in html
    assert ">—<" in html


def test_locked_task_is_no_link() -> None:
    tasks = [Task("経費", TaskState.DONE, "/a/"), Task("提出", TaskState.LOCKED, "/b/")]
    html = draw("{% ui_task_list tasks %}", tasks=tasks)
    assert "2件のうち1件が完了しています" in html
    assert 'href="/a/"' in html
    assert "/b/" not in html
    assert "まだ始められません" in html


def test_steps_mark_where_one_is() -> None:
    assert [step.state for step in steps(["a", "b", "c"], 1)] == [
        StepState.DONE,
        StepState.CURRENT,
        StepState.AHEAD,
    ]
    assert all(step.state == StepState.DONE for step in steps(["a", "b"], 2))
    html = draw("{% ui_steps steps %}", steps=[Step("審査", StepState.CURRENT)])
    assert 'aria-current="step"' in html
    assert "いまここ" in html


def test_next_step_has_one_primary_action() -> None:
    html = draw(
        '{% ui_next_step "提出する" until=day url="/go/" button="始める" today=today %}',
        day=dt.date(2026, 11, 20),
        today=TODAY,
    )
    assert html.count('data-type="primary"') == 1
    assert "11月20日（1日超過）" in html


def test_a_next_step_may_do_something_by_itself() -> None:
    html = draw('{% ui_next_step "請求する" url="/begin/" button="始める" post=True %}')
    assert '<form method="post" action="/begin/">' in html
    assert '<button class="ui-button" data-type="primary">始める</button>' in html
    assert "<a " not in html


def test_a_timeline_shows_no_hour_that_nobody_knows() -> None:
    at = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
    known, unknown = Entry(at, "受理"), Entry(at, "開始", is_day=True)
    html = draw("{% ui_timeline entries %}", entries=[known, unknown])
    assert ">令和8年11月21日 0:00</time>" in html
    assert ">令和8年11月21日</time>" in html


class Foreign(forms.Form):
    """A form of another package, such as allauth's."""

    login = forms.EmailField(label="メール", help_text="会社のもの")
    remember = forms.BooleanField(label="記憶", required=False)


def test_foreign_form_takes_our_markup() -> None:
    html = draw("{% ui_form form %}", form=Foreign({"login": "x"}))
    assert 'class="ui-input"' in html
    assert 'aria-describedby="id_login_helptext id_login_error"' in html
    assert 'id="id_login_error"' in html
    assert " required" not in html.replace("ui-required", "")
    one = draw("{% ui_field form.login %}", form=Foreign())
    assert 'for="id_login"' in one
    assert "会社のもの" in one


class Whole(forms.Form):
    end = forms.DateField(label="終了日")

    def clean(self) -> None:
        raise forms.ValidationError("開始日は終了日より前にしてください。")


def test_error_summary_names_field_and_comes_once() -> None:
    html = draw("{% ui_error_summary form %}|{% ui_error_summary form %}", form=Whole({"end": "?"}))
    first, second = html.split("|")
    assert "開始日は終了日より前にしてください。" in first
    assert 'href="#id_end"' in first
    assert "終了日：" in first
    assert second == ""
    assert draw("{% ui_error_summary form %}", form=Whole()) == ""


def test_error_link_of_a_radio_group_leads_to_its_first_choice() -> None:
    class Kind(forms.Form):
        kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)

    (link,) = error_links(Kind({}))
    assert link.target == "id_kind_0"


def test_autosave_attributes_are_quoted() -> None:
    html = draw("<form {% ui_autosave url %}>", url='/draft/?a="b')
    assert 'data-autosave-url="/draft/?a=&quot;b"' in html


# Error pages ---------------------------------------------------------------------------------


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "ja"})


@pytest.mark.usefixtures("gallery_site")
class TestErrorPages:
    def test_unknown_address(self, client: Client) -> None:
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "次にできること" in response.text
        assert "ページが見つかりません" in response.text

    def test_fault_of_ours(self, client: Client) -> None:
        response = client.get("/gallery/broken/")
        assert response.status_code == 500
        assert "あなたの操作の間違いではありません" in response.text
        assert "RuntimeError" not in response.text

    def test_form_from_elsewhere(self) -> None:
        strict = Client(enforce_csrf_checks=True, headers={"accept-language": "ja"})
        with override_settings(CSRF_FAILURE_VIEW="portal.ui.views.csrf_failure"):
            response = strict.post("/gallery/autosave/", {"company": "x"})
        assert response.status_code == 403
        assert "もう一度やり直してください" in response.text
        assert "CSRF" not in response.text

    def test_refusal_shows_the_words_of_the_view(self, rf: RequestFactory) -> None:
        with translation.override("ja"):
            page = views.forbidden(rf.get("/"), PermissionDenied("起案した人は決裁できません。"))
            assert "起案した人は決裁できません。" in page.content.decode()
            page = views.forbidden(rf.get("/"), PermissionDenied())
            assert "いまの立場では" in page.content.decode()

    def test_stale_tab(self, client: Client) -> None:
        response = client.get("/gallery/conflict/")
        assert response.status_code == 409
        assert "ほかの人が先に更新しました。" in response.text


@pytest.mark.parametrize("name", ["400", "500"])
def test_page_for_a_broken_server_needs_nothing(name: str) -> None:
    """No context processor, no database, and not even a static files manifest."""
    storage = {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
            "OPTIONS": {"location": "/nonexistent"},
        }
    }
    from django.template.loader import get_template

    with override_settings(STORAGES=storage, DEBUG=False), translation.override("ja"):
        html = get_template(f"{name}.html").template.render(Context({"request_id": "abc"}))
    assert 'href="/static/ui.css"' in html
    assert "次にできること" in html


# Small settings and static files -------------------------------------------------------------


@pytest.mark.usefixtures("gallery_site")
def test_shortcut_setting_never_leads_to_another_site(client: Client) -> None:
    response = client.post(
        "/settings/shortcuts/", {"shortcuts": "off", "next": "https://evil.example/"}
    )
    assert response.headers["Location"] == "/"
    assert response.cookies["shortcuts"].value == "off"
    assert client.get("/settings/shortcuts/").status_code == 405


@pytest.mark.usefixtures("gallery_site")
def test_frame_of_a_page_needs_neither_session_nor_database(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert set(response.cookies) == {"csrf"}
    assert len(response.content) < 20_000


def test_plotly_is_served_from_its_wheel_and_nothing_else() -> None:
    found = finders.find("plotly/plotly.min.js")
    assert found.endswith("plotly.min.js")
    assert finders.find("plotly/__init__.py") is None
    (listed,) = PackageFinder().list([])
    path, storage = listed
    assert storage.exists(path)
    assert f"{storage.prefix}/{path}" == "plotly/plotly.min.js"


def test_one_of_two_tasks_is_of_two_tasks_in_english() -> None:
    tasks = [Task("A", TaskState.DONE, "/a/"), Task("B", TaskState.TODO, "/b/")]
    with translation.override("en"):
        html = Template("{% load ui %}{% ui_task_list tasks %}").render(Context({"tasks": tasks}))
    assert "1 of 2 tasks completed" in html
