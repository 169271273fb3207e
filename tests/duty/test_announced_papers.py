"""A paper on an announcement: taken in as any upload, fetched by its readers, each written down."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.duty.models import Announcement
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from tests.factories import subsidies as make
from tests.kernel.files import corpus
from tests.support.people import client_of

pytestmark = pytest.mark.django_db
GONE = {"storage_key": "", "preview_key": "", "charged": False}


def form(paper, **changes):
    return {
        "title": "合同の説明会",
        "text": "案内を付けます。",
        "from_on": clock.today().isoformat(),
        "until_on": (clock.today() + dt.timedelta(days=3)).isoformat(),
        "wards": [13111],
        "paper": paper,
        **changes,
    }


def test_its_readers_fetch_it_and_each_is_written_down():
    sumida, ota = make.official_actor(), make.official_actor(13111)
    minato = client_of(make.official_actor(13103))
    page = reverse("duty:announcement_new")
    client_of(sumida).post(page, form(SimpleUploadedFile("案内.pdf", corpus.pdf())))
    row = Announcement.objects.get()
    address = reverse("duty:announcement_file", args=[row.pk])
    reader = client_of(ota)
    assert "添付ファイル：案内.pdf" in reader.get(reverse("duty:announcements")).content.decode()
    got = reader.get(address)
    assert b"".join(got.streaming_content) == corpus.pdf()
    assert "attachment" in got["Content-Disposition"]
    taken = AuditRow.objects.get(action="file.downloaded")
    assert (taken.actor_id, taken.object_id) == (ota.user_id, str(row.stored_file_id))
    assert minato.get(address).status_code == 404
    client_of(sumida).post(reverse("duty:announcement_take_down", args=[row.pk]))
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"state": "quarantine"}, "安全性を確かめています"),
        ({"state": "refused", "reason_code": "virus"} | GONE, "載せ直す"),
        ({"erased_at": clock.now()} | GONE, "載せ直す"),
    ],
)
def test_a_paper_that_may_not_be_opened_says_whether_waiting_helps(found, words):
    client = client_of(make.official_actor())
    client.post(
        reverse("duty:announcement_new"), form(SimpleUploadedFile("案内.pdf", corpus.pdf()))
    )
    row = Announcement.objects.get()
    with acting(Actor.system("test")):
        StoredFile.objects.filter(pk=row.stored_file_id).update(**found)
    answer = client.get(reverse("duty:announcement_file", args=[row.pk]), follow=True)
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"), [("案内.exe", b"MZ"), ("案内.pdf", b"not a pdf"), ("案内.docx", b"PK")]
)
def test_another_kind_is_refused_and_what_was_typed_stays(name, content):
    client = client_of(make.official_actor())
    answer = client.post(reverse("duty:announcement_new"), form(SimpleUploadedFile(name, content)))
    assert answer.status_code == 422
    assert "合同の説明会" in answer.content.decode()
    assert answer.context["form"].errors["paper"]
    assert not Announcement.objects.exists()
