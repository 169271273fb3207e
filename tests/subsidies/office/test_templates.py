"""ひな形: put by the ward, taken by everybody, from the call's page and the form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel import clock
from portal.kernel.documents import render_pdf
from portal.kernel.models import AuditRow
from subsidies.models import DocumentTemplate
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    rules = make.rules_json("DX1")
    rules["documents"][0]["form_no"] = "第1号様式別紙9"
    return make.make_call(rules=rules)


@pytest.fixture
def page(call):
    return reverse("office:papers", args=[call.version.scheme_id])


@pytest.fixture
def editor(client: Client):
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    return client


def paper(name="見積書ひな形.pdf", title="見積書"):
    data = {"title": title, "issuer_office": "区", "keywords": [], "footer": ""}
    data |= {"addressee_name": "区長", "rows": [["品名", ""]], "opening": ""}
    content = render_pdf("sample", data, made_at=clock.now())
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def test_everybody_takes_what_the_ward_hands_out(editor, call, page):
    code = call.version.rules["documents"][0]["code"]
    public = reverse("subsidies:template", args=[call.pk, code])
    visitor = Client()
    assert visitor.get(public).status_code == 404
    answer = editor.post(page, {"requirement": code, "file": paper()}, follow=True)
    assert "ひな形を、公募のページに載せました" in answer.content.decode()
    shown = visitor.get(reverse("subsidies:call_detail", args=[call.pk])).content.decode()
    assert public in shown
    assert "第1号様式別紙9" in shown
    assert "第1号様式 交付申請書" in shown
    assert "attachment" in visitor.get(public)["Content-Disposition"]
    owner = make.firm_actor(make.make_firm())
    draft = make.make_draft(owner, call, documents=())
    sign_in(visitor, User.objects.get(pk=owner.user_id))
    files = visitor.get(reverse("subsidies:files", args=[draft.public_id])).content.decode()
    assert public in files
    assert "第1号様式別紙9" in files
    editor.post(page, {"requirement": code, "file": paper(title="新しい見積書")})
    assert DocumentTemplate.objects.count() == 2
    assert DocumentTemplate.objects.filter(replaced_at=None).count() == 1
    editor.post(page, {"remove": code})
    assert visitor.get(public).status_code == 404
    told = AuditRow.objects.filter(action__startswith="subsidies.template")
    assert sorted(told.values_list("action", flat=True)) == [
        "subsidies.template_put",
        "subsidies.template_put",
        "subsidies.template_removed",
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("ひな形.exe", b"MZ", "受け取れません"),
        ("ひな形.pdf", b"not a pdf", "形式と違います"),
    ],
)
def test_a_bad_file_is_refused_at_its_field(editor, call, page, name, content, words):
    code = call.version.rules["documents"][0]["code"]
    answer = editor.post(page, {"requirement": code, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["file"][0]
    assert not DocumentTemplate.objects.exists()


def test_another_ward_puts_nothing_and_an_approver_reads(call, page):
    stranger, approver = Client(), Client()
    sign_in(stranger, User.objects.get(pk=make.official_actor(13111).user_id))
    assert stranger.get(page).status_code == 404
    reader = make.official_actor(make.SUMIDA, Role.APPROVER)
    sign_in(approver, User.objects.get(pk=reader.user_id))
    assert approver.get(page).status_code == 200
    code = call.version.rules["documents"][0]["code"]
    assert approver.post(page, {"requirement": code, "file": paper()}).status_code == 404
