"""Editors: their own branch only, another person's approval, times, trails, words for pictures."""

import datetime as dt
import html
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from portal.accounts.roles import Role
from portal.accounts.services import let_into_editor
from portal.cms.mailing.models import Mail, Subscription
from portal.cms.models import ArticlePage
from portal.desk.tasks import publish_due
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from portal.notices.models import Notice
from portal.ui.markup import moment_text
from tests.factories import cms as make
from tests.support.people import assign, client_of, make_person

pytestmark = pytest.mark.django_db
GO_LIVE = "%Y-%m-%d %H:%M"


def official(email, role, ward_id=make.SUMIDA, name="編集 花子"):
    person = assign(make_person(email, name=name), role, ward_id=ward_id)
    let_into_editor(person)
    return person


@pytest.fixture
def writer():
    return official("w@example.jp", Role.REVIEWER)


@pytest.fixture
def approver():
    return official("a@example.jp", Role.APPROVER, name="承認 次郎")


@pytest.fixture
def article(writer):
    return make.make_page(
        ArticlePage, make.ward_home(), user=writer, live=False, title="図面", slug="drawings",
        summary="探す時間。", body=make.BODY,
    )  # fmt: skip


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_of(client, page):
    """The editor's form as it stands: every field with its value."""
    text = client.get(edit_url(page)).content.decode()
    form = text[text.index('id="page-edit-form"') :]
    given = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="radio"' not in tag:
            given[name[1]] = html.unescape(value[1]) if value else ""
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form):
        given[name] = html.unescape(value)
    return given


def submit(client, page, **more):
    return client.post(edit_url(page), form_of(client, page) | _body() | more)


def _body():
    return {
        "body-count": "1",
        "body-0-type": "heading",
        "body-0-value": "はじめに",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-id": "",
    }


def approve(client, page):
    state = page.current_workflow_state.current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address, {"comment": ""})


def test_an_editor_changes_the_own_branch_and_no_other(writer):
    client = client_of(writer.pk)
    own, other = make.ward_home(), make.ward_home(make.OTA)
    add = reverse("wagtailadmin_pages:add", args=["cms", "articlepage", own.pk])
    assert client.get(add).status_code == 200
    for page in (other, make.home()):
        assert client.get(edit_url(page)).status_code in {302, 403}
        address = reverse("wagtailadmin_pages:add", args=["cms", "articlepage", page.pk])
        assert client.get(address).status_code in {302, 403}
    listed = client.get(reverse("wagtailadmin_explore", args=[own.pk])).content.decode()
    assert "大田区" not in listed


def test_the_database_keeps_a_ward_out_of_another_branch():
    from django.db import DatabaseError, transaction

    official_of_sumida = Actor(1, "x", Hat.WARD, frozenset({Role.REVIEWER}), ward_id=make.SUMIDA)
    own, other = make.ward_home(), make.ward_home(make.OTA)
    with acting(official_of_sumida):
        assert Page.objects.filter(pk=own.pk).update(draft_title="x") == 1
        assert Page.objects.filter(pk=other.pk).update(draft_title="x") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Page.objects.filter(pk=own.pk).update(path=other.path + "0009")
    with (
        acting(Actor(2, "f", Hat.FIRM, firm_id=1)),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        Page.objects.filter(pk=own.pk).update(draft_title="x")
    with acting(Actor.public()):
        assert Page.objects.filter(pk=own.pk).update(draft_title="x") == 0


def test_what_one_writes_another_approves(writer, approver, article):
    Subscription.objects.create(
        email="r@example.jp", ward_id=make.SUMIDA, categories=["notice"], confirmed_at=clock.now()
    )
    news = make.make_news(user=writer, live=False, title="窓口が移ります")
    own, second = client_of(writer.pk), client_of(approver.pk)
    answer = submit(own, news, category="notice", **{"action-submit": "1"})
    assert answer.status_code == 302
    news.refresh_from_db()
    assert news.current_workflow_state is not None
    assert Notice.objects.get(subject="承認の依頼：窓口が移ります").recipient == approver
    approve(own, news)
    news.refresh_from_db()
    assert not news.live, "the writer does not approve"
    assert approve(second, news).status_code == 302
    news.refresh_from_db()
    assert news.live
    assert Notice.objects.get(subject="承認されました：窓口が移ります").recipient == writer
    assert Mail.objects.get().subject == "窓口が移ります"
    rows = AuditRow.objects.filter(object_label="窓口が移ります").order_by("pk")
    told = [(row.action, row.actor_name, row.chain) for row in rows]
    assert ("cms.approval_asked", "編集 花子", make.SUMIDA) in told
    assert ("cms.approved", "承認 次郎", make.SUMIDA) in told
    assert ("cms.published", "承認 次郎", make.SUMIDA) in told


def test_nobody_publishes_alone(article, writer):
    chief = official("c@example.jp", Role.WARD_ADMIN)
    client = client_of(chief.pk)
    assert 'name="action-publish"' not in client.get(edit_url(article)).content.decode()
    answer = submit(client, article, **{"action-publish": "1"})
    assert answer.status_code == 302
    article.refresh_from_db()
    assert not article.live
    assert AuditRow.objects.filter(action="cms.refused").exists()


def test_a_time_that_has_passed_is_now_and_one_to_come_waits(article, writer, approver):
    now = clock.now()
    article.go_live_at = now - dt.timedelta(days=3)
    article.save_revision(user=writer).publish(user=approver)
    article.refresh_from_db()
    assert article.live
    later = make.make_page(
        ArticlePage, make.ward_home(), user=writer, live=False, title="あとで", slug="later",
        summary="x", body=make.BODY, go_live_at=now + dt.timedelta(hours=2),
    )  # fmt: skip
    later.get_latest_revision().publish(user=approver)
    later.refresh_from_db()
    assert not later.live
    assert publish_due() is False, "nothing is due, no process is begun"
    Page.objects.filter(pk=later.pk).update(go_live_at=now - dt.timedelta(minutes=1))
    revision = later.get_latest_revision()
    revision.content["go_live_at"] = (now - dt.timedelta(minutes=1)).isoformat()
    revision.approved_go_live_at = now - dt.timedelta(minutes=1)
    revision.save()
    call_command("publish_due")
    later.refresh_from_db()
    assert later.live
    assert AuditRow.objects.filter(action="cms.published", object_label="あとで").exists()


def test_the_form_says_what_becomes_of_a_time_that_has_passed(writer, approver, article):
    """The editor's own form, as a browser sends it: a beginning in the past is now, an end is refused."""
    client, second = client_of(writer.pk), client_of(approver.pk)
    passed = clock.now() - dt.timedelta(days=3)
    local = passed.astimezone(clock.TOKYO).strftime(GO_LIVE)
    refused = submit(client, article, expire_at=local, **{"action-submit": "1"})
    assert refused.status_code == 200
    assert "公開を終える日時が過ぎています。" in refused.content.decode()
    assert 'value="図面"' in refused.content.decode(), "what was typed is still there"
    article.refresh_from_db()
    assert article.current_workflow_state is None
    answer = submit(client, article, go_live_at=local, **{"action-submit": "1"})
    assert answer.status_code == 302
    said = client.get(answer["Location"]).content.decode()
    assert (
        f"公開の日時（{moment_text(passed)}）は過ぎています。承認されると、待たずにすぐ公開します。"
        in said
    )
    article.refresh_from_db()
    assert not article.live, "nobody has approved it"
    approve(second, article)
    article.refresh_from_db()
    assert article.live
    assert Client().get("/wards/sumida/drawings/").status_code == 200
    # A time to come is kept, and nothing is said of it.
    later = make.make_page(
        ArticlePage, make.ward_home(), user=writer, live=False, title="あとで", slug="later",
        summary="x", body=make.BODY,
    )  # fmt: skip
    ahead = (clock.now() + dt.timedelta(days=3)).astimezone(clock.TOKYO).strftime(GO_LIVE)
    answer = submit(client, later, go_live_at=ahead, **{"action-submit": "1"})
    assert "は過ぎています" not in client.get(answer["Location"]).content.decode()
    approve(second, later)
    assert Client().get("/wards/sumida/later/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_published_by_a_process_with_the_editor(monkeypatch):
    """The worker has no editor of its own: another process, with the whole settings, publishes."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.settings.worker")
    with acting(Actor.system("test")):
        page = make.make_page(
            ArticlePage, make.ward_home(), user=official("w@example.jp", Role.REVIEWER), live=False,
            title="図面", slug="drawings", summary="探す時間。", body=make.BODY,
        )  # fmt: skip
        revision = page.get_latest_revision()
        revision.approved_go_live_at = clock.now() - dt.timedelta(minutes=1)
        revision.save()
    assert publish_due() is True
    with acting(Actor.system("test")):
        page.refresh_from_db()
        assert page.live
        assert AuditRow.objects.filter(action="cms.published", object_label="図面").exists()
    assert publish_due() is False


def test_a_picture_needs_words(writer):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from wagtail.images.models import Image
    from wagtail.models import Collection

    from tests.support.world_cms import png

    client = client_of(writer.pk)
    own = Collection.objects.get(name="墨田区")
    given = {"title": "工場", "collection": own.pk, "tags": ""}
    for description, status in (("", 200), ("機械が並ぶ工場", 302)):
        file = SimpleUploadedFile("a.png", png(), "image/png")
        answer = client.post(
            reverse("wagtailimages:add"), given | {"description": description, "file": file}
        )
        assert answer.status_code == status
        if not description:
            assert "画像の説明を入力してください。" in answer.content.decode()
    assert Image.objects.get().collection == own


def test_links_that_lead_nowhere_are_listed_for_their_editors(writer):
    text = '<p><a href="/wards/nowhere/">a</a> <a href="/programs/">b</a> <a href="https://example.jp/x">c</a></p>'
    make.make_news(title="知らせ", body=[("paragraph", text)])
    call_command("check_links")
    page = client_of(writer.pk).get(reverse("cms_links")).content.decode()
    assert "/wards/nowhere/" in page
    assert "/programs/" not in page
    assert "https://example.jp/x" in page
    other = official("o@example.jp", Role.REVIEWER, make.OTA)
    assert "/wards/nowhere/" not in client_of(other.pk).get(reverse("cms_links")).content.decode()


def test_an_address_that_is_none_is_listed_and_stops_nothing(writer):
    long = "https://example.jp/" + "q" * 1000
    text = f'<p><a href="http://[x">a</a> <a href="{long}1">b</a> <a href="{long}2">c</a></p>'
    make.make_news(title="知らせ", body=[("paragraph", text)])
    call_command("check_links")
    assert "http://[x" in client_of(writer.pk).get(reverse("cms_links")).content.decode()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://169.254.169.254/", "http://a b/"])
def test_no_link_is_followed_into_the_house(url):
    from portal.cms.management.commands.check_links import _ask

    status, error = _ask(url)
    assert status is None
    assert "refused" not in error


def test_the_preview_is_shown_inside_the_editor_under_the_strict_policy(article, writer):
    answer = client_of(writer.pk).get(reverse("wagtailadmin_pages:view_draft", args=[article.pk]))
    policy = answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "図面" in answer.content.decode()
    assert Client().get("/wards/sumida/drawings/").status_code == 404
