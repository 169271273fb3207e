"""The queue as its page shows it: conditions that stay in the address, and a pager."""

import datetime as dt
import re
import sys

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.kernel import clock
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def official(client: Client):
    actor = make.official_actor()
    sign_in(client, User.objects.get(pk=actor.user_id))
    return actor


def arrive(official, count: int, **fields) -> None:
    call = make.make_call()
    for number in range(count):
        make.make_row(
            call=call,
            firm=make.make_firm(),
            creator_id=official.user_id,
            due_on=clock.today() + dt.timedelta(days=number),
            **fields,
        )


def shown(page) -> str:
    """The page's text without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_pager_keeps_the_conditions(client: Client, official):
    arrive(official, 27, status="checking")
    page = client.get("/staff/queue/?tab=unassigned&status=checking&order=-due")
    assert "27件中 1〜25件" in shown(page)
    link = "?tab=unassigned&amp;status=checking&amp;order=-due&amp;page=2"
    assert link in page.content.decode()
    last = client.get(link.replace("&amp;", "&").replace("?", "/staff/queue/?", 1))
    assert "27件中 26〜27件" in shown(last)
    assert '<input type="hidden" name="tab" value="unassigned">' in last.content.decode()
    assert "（1件の条件）" in shown(last)


def test_a_count_that_stopped_says_so(client: Client, official, monkeypatch):
    monkeypatch.setattr(sys.modules["subsidies.selectors.queue"], "COUNTED", 26)
    arrive(official, 28)
    assert "26件以上のうち 1〜25件" in shown(client.get("/staff/queue/"))


def test_a_condition_that_is_not_understood_is_told_and_hides_nothing(client: Client, official):
    arrive(official, 2)
    page = client.get("/staff/queue/?status=nonsense&assignee=nobody&scheme=%00&tab=what")
    assert len(page.context["rows"]) == 2
    assert page.context["filter"].form.errors.keys() == {"status", "assignee", "scheme"}
    assert "正しく選択" in shown(page)


def test_the_person_in_charge_is_chosen_by_name(client: Client, official):
    arrive(official, 1)
    arrive(official, 1, assignee_id=official.user_id)
    page = client.get(f"/staff/queue/?assignee={official.user_id}")
    assert len(page.context["rows"]) == 1
    assert f'<option value="{official.user_id}" selected>{official.name}</option>' in (
        page.content.decode()
    )
