"""Ways round the approval, and what an editor of one ward learns of another's drafts."""

import html
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection, Page

from portal.accounts.roles import Role
from portal.cms.models import ArticlePage
from portal.kernel.models import AuditRow
from tests.cms.test_editors import official
from tests.factories import cms as make
from tests.support.people import client_of
from tests.support.world_cms import png

pytestmark = pytest.mark.django_db
CANARY = "canary-of-ota"  # ASCII: choosers answer with escaped JSON


@pytest.fixture
def chief():
    return client_of(official("c@example.jp", Role.WARD_ADMIN).pk)


def article(parent=None, **fields):
    return make.make_page(
        ArticlePage, parent or make.ward_home(), summary="x", body=make.BODY, **fields
    )


def blank(client, address):
    """The fields of an empty form of the editor."""
    text = client.get(address).content.decode()
    found = re.findall(r'<input type="(?:hidden|text)"[^>]*', text)
    names = {re.search(r'name="([^"]+)"', tag): tag for tag in found}
    return {
        name[1]: html.unescape((re.search(r'value="([^"]*)"', tag) or [0, ""])[1])
        for name, tag in names.items()
        if name
    }


def test_nothing_new_goes_out_unread_whatever_the_way(chief):
    own = article(live=False, title="下書き", user=official("c2@example.jp", Role.WARD_ADMIN))
    assert chief.post(f"/cms/api/main/pages/{own.pk}/action/publish/").status_code == 404
    home = make.ward_home()
    add = reverse("wagtailadmin_pages:add", args=["cms", "articlepage", home.pk])
    body = {"body-count": "1", "body-0-type": "heading", "body-0-value": "はじめに"}
    more = {"body-0-deleted": "", "body-0-order": "0", "body-0-id": ""}
    given = {"title": "新しい", "slug": "brand-new", "summary": "x", "action-publish": "1"}
    assert chief.post(add, blank(chief, add) | body | more | given).status_code == 302
    kept = Page.objects.get(slug="brand-new")
    assert (kept.title, kept.live) == ("新しい", False)
    assert AuditRow.objects.filter(action="cms.refused").count() == 1
    live = article(title="公開中")
    given = {"new_title": "別の題", "new_slug": "copied", "new_parent_page": home.pk}
    for box in ("publish_copies", "alias"):
        chief.post(reverse("wagtailadmin_pages:copy", args=[live.pk]), given | {box: "on"})
        assert not Page.objects.filter(slug="copied", live=True).exists()
        Page.objects.get(slug="copied").delete()


def test_what_another_ward_prepares_has_no_name_here(chief):
    draft = article(make.ward_home(make.OTA), live=False, title=CANARY, slug="secret")
    place = Collection.objects.get(name="大田区")
    picture = make.make_picture(title=CANARY, collection=place)
    paper = make.make_document(collection=place)
    for address in (
        f"/cms/choose-page/{make.ward_home(make.OTA).pk}/",
        f"/cms/choose-page/search/?q={CANARY}",
        f"/cms/choose-page/chosen-multiple/?id={draft.pk}",
        f"/cms/bulk/wagtailcore/page/move/?id={draft.pk}",
        f"/cms/pages/{draft.pk}/move/{make.ward_home().pk}/confirm/",
        "/cms/reports/page-types-usage/",
        f"/cms/api/main/pages/{draft.pk}/",
        f"/cms/api/main/images/{picture.pk}/",
        f"/cms/api/main/documents/{paper.pk}/",
    ):
        answer = chief.get(address)
        told = answer.content.decode().replace(f'value="{CANARY}"', "")
        assert f">{CANARY}" not in told, address
        assert f'"{CANARY}' not in told, address
        assert "form.pdf" not in told, address
    own = article(live=False, title="own-draft")
    assert "own-draft" in chief.get(f"/cms/choose-page/{make.ward_home().pk}/").content.decode()
    assert chief.get(f"/cms/choose-page/chosen-multiple/?id={own.pk}").status_code == 200


def test_what_a_page_hands_out_is_not_exchanged_behind_its_approval(chief):
    place = Collection.objects.get(name="墨田区")
    picture, paper = make.make_picture(collection=place), make.make_document(collection=place)
    files = [Path(picture.file.path), Path(paper.file.path)]
    before = [file.read_bytes() for file in files]
    told = {"title": "新しい名前", "collection": place.pk, "tags": "", "description": "絵"}
    for address, name, content in (
        (reverse("wagtailimages:edit", args=[picture.pk]), "b.png", png() + b"x"),
        (reverse("wagtaildocs:edit", args=[paper.pk]), "b.pdf", b"%PDF-1.4 other"),
    ):
        assert "差し替えられません" in chief.get(address).content.decode()
        answer = chief.post(address, told | {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 302
    picture.refresh_from_db()
    paper.refresh_from_db()
    assert [Path(picture.file.path), Path(paper.file.path)] == files
    assert (picture.title, paper.title) == ("新しい名前", "新しい名前")
    assert [file.read_bytes() for file in files] == before
    rows = AuditRow.objects.filter(action="cms.file_changed", chain=make.SUMIDA)
    assert [row.object_label for row in rows] == ["新しい名前"] * 2
