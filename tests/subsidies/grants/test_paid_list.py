"""支払済 by name and by day, on the page and as a file under the same address."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse

from portal.accounts.models import User
from portal.kernel.database import acting
from subsidies.grants.models import Payment
from tests.factories import subsidies as make
from tests.subsidies.grants import money
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


def test_the_file_has_the_filters_of_the_page(client):
    one, _other = (money.paid(make.make_grant()) for _number in range(2))
    with acting(make.SYSTEM):
        paid_on = Payment.objects.get(grant=one).paid_on
    sign_in(client, User.objects.get(pk=make.official_actor().user_id))
    day = dt.timedelta(days=1)
    for since, until, found in (
        (paid_on, paid_on, [one.receipt_no]),
        (paid_on + day, None, []),
        (None, paid_on - day, []),
    ):
        days = {"since": since, "until": until}
        query = {"tab": "done", "q": one.receipt_no, **{k: v for k, v in days.items() if v}}
        page = client.get(reverse("grants:payments"), query)
        assert [row.grant.receipt_no for row in page.context["page"]] == found
        answer = client.get(reverse("exports:file", args=["payments", "csv"]), query)
        rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == found
