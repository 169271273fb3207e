"""見積りの組: the list with its file, and one pair's offers side by side."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel import clock
from portal.kernel.models import AuditRow
from subsidies.watch.models import Trace
from tests.factories import subsidies as make
from tests.factories import watch
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


def test_a_pair_is_listed_taken_away_and_read_with_its_offers(client: Client):
    call, day = make.make_call(), (clock.today() - dt.timedelta(days=5)).isoformat()
    cases = [
        watch.case(number, call=call, lines=[watch.quoted(number, ("組の一社", "組の二社"), day)])
        for number in range(4)
    ]
    watch.compare(*cases)
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    listed = client.get(reverse("watch:pairs")).content.decode()
    assert "組の一社" in listed
    assert "いつも一緒" in listed
    file = client.get(reverse("exports:file", args=["quote-pairs", "csv"]))
    assert "組の一社" in b"".join(file.streaming_content).decode("utf-8-sig")
    key = Trace.objects.filter(kind="pair").first().key
    shown = client.get(reverse("watch:pair", args=[key])).content.decode()
    assert all(case.receipt_no in shown for case in cases)
    assert "1,050,000円" in shown
    assert "+5.0%" in shown
    assert AuditRow.objects.filter(action="watch.pair_viewed").exists()
