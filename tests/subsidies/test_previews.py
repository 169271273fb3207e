"""A photograph's small image is shown where an official looks at it, to whom the file is open."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel.database import acting
from portal.kernel.files import storage
from portal.kernel.files.models import StoredFile
from portal.kernel.models import AuditRow
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
JPEG = b"\xff\xd8\xff\xe0small"


@pytest.fixture
def photo():
    """The first paper of a submitted application, as a photograph with its small image."""
    application = make.make_submitted()
    with acting(make.SYSTEM):
        stored = application.documents.order_by("id").first().stored_file
        stored.preview_key = f"{stored.storage_key}-small"
        stored.original_name = '写真"1.jpg'
        stored.save()
    storage.private().save(stored.preview_key, ContentFile(JPEG))
    return application, stored


def sign(client, actor):
    sign_in(client, User.objects.get(pk=actor.user_id))


def test_the_case_shows_it_with_its_name_and_the_image_is_safe(client, photo):
    application, stored = photo
    sign(client, make.official_actor())
    address = reverse("subsidies:preview", args=[stored.pk])
    page = client.get(reverse("subsidies:application", args=[application.receipt_no]))
    text = page.content.decode()
    assert f'src="{address}"' in text
    assert text.count("ui-filechip__preview") == 1
    assert "の縮小画像" in text
    image = client.get(address)
    assert b"".join(image.streaming_content) == JPEG
    assert image["Content-Type"] == "image/jpeg"
    assert image["Content-Disposition"] == "inline"
    assert "sandbox" in image["Content-Security-Policy"]
    seen = AuditRow.objects.get(action="file.previewed")
    assert seen.object_id == str(stored.pk)


def test_nobody_sees_more_than_the_file_itself(client, photo):
    _application, stored = photo
    address = reverse("subsidies:preview", args=[stored.pk])
    sign(client, make.official_actor(13111))
    assert client.get(address).status_code == 404
    assert client.get(reverse("grants:preview", args=[stored.pk])).status_code == 404
    with acting(make.SYSTEM):
        StoredFile.objects.filter(pk=stored.pk).update(preview_key="")
    sign(client, make.official_actor())
    assert client.get(address).status_code == 404
    assert not AuditRow.objects.filter(action="file.previewed").exists()
