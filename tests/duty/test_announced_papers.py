"""A paper on an announcement: taken in as any upload, fetched by its readers, each written down."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.duty.models import Announcement
from portal.kernel import clock
from portal.kernel.models import AuditRow
from tests.factories import subsidies as make
from tests.kernel.files import corpus
from tests.support.people import client_of

pytestmark = pytest.mark.django_db


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
    ("name", "content"), [("案内.exe", b"MZ"), ("案内.pdf", b"not a pdf"), ("案内.docx", b"PK")]
)
def test_another_kind_is_refused_and_what_was_typed_stays(name, content):
    client = client_of(make.official_actor())
    answer = client.post(reverse("duty:announcement_new"), form(SimpleUploadedFile(name, content)))
    assert answer.status_code == 422
    assert "合同の説明会" in answer.content.decode()
    assert answer.context["form"].errors["paper"]
    assert not Announcement.objects.exists()
