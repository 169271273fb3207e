"""受信箱: each finds what waits for the own role, in one list, at the same cost however long."""

import dataclasses
import datetime as dt
import re

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.accounts.roles import HAT_OF, STAFF_ROLES, Role
from portal.duty.selectors.inbox import PAGE_SIZE, TABS, Wanted, everything, inbox
from portal.duty.sources import Source, all_sources, register_source
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import AuditRow
from tests.factories import subsidies as make
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def official():
    return make.official_actor()


def arrive(creator, count: int = 1, **fields):
    call = make.make_call()
    return [
        make.make_row(
            call=call,
            firm=make.make_firm(),
            creator_id=creator.user_id,
            **{"status": "checking", "due_on": clock.today() + dt.timedelta(days=number), **fields},
        )
        for number in range(count)
    ]


def shown(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_every_source_can_be_asked_by_whom_it_is_for(role):
    """PostgreSQL reads all of a role's sources as one list, under the role's own row policies."""
    user = make.official_actor(make.SUMIDA, Role.REVIEWER).user_id
    ward = None if role in {Role.POLICY, Role.AUDITOR, Role.SYSADMIN} else make.SUMIDA
    actor = Actor(user, "試験", HAT_OF[role], frozenset({role}), ward_id=ward)
    with acting(actor):
        for tab in TABS:
            page = inbox(actor, Wanted(tab=tab, words="100%_\\"), today=clock.today())
            assert (page.total, page.items) == (0, [])


def test_each_role_finds_its_own_turn(official):
    [checked] = arrive(official, assignee_id=official.user_id)
    [decided] = arrive(official, status="awaiting_approval", due_on=None)
    approver = make.official_actor(make.SUMIDA, Role.APPROVER)
    administrator = make.official_actor(make.SUMIDA, Role.WARD_ADMIN)
    elsewhere = make.official_actor(13111, Role.REVIEWER)
    found = {}
    for name, actor in {
        "reviewer": official,
        "approver": approver,
        "admin": administrator,
        "elsewhere": elsewhere,
    }.items():
        with acting(actor):
            page = inbox(actor, Wanted(room="intake"), today=clock.today())
        found[name] = [(item.what, item.line.number) for item in page.items]
    assert found == {
        "reviewer": [("申請の書類を確認する", checked.receipt_no)],
        "approver": [("交付・不交付を決裁する", decided.receipt_no)],
        "admin": [("申請の担当者を決める", decided.receipt_no)],
        "elsewhere": [],
    }


def test_tabs_and_filters_narrow_the_list(official):
    colleague = make.official_actor()
    arrive(official, 2, assignee_id=official.user_id)
    arrive(official, 3, assignee_id=colleague.user_id)
    [late] = arrive(official, due_on=clock.today() - dt.timedelta(days=1))
    with acting(official):
        page = inbox(official, Wanted(), today=clock.today())
        assert page.tabs == {
            "all": 6,
            "mine": 2,
            "deputy": 0,
            "nobody": 1,
            "colleague": 3,
            "overdue": 1,
        }
        assert page.items[0].line.number == late.receipt_no
        for tab, count in page.tabs.items():
            assert inbox(official, Wanted(tab=tab), today=clock.today()).total == count
        absent = Wanted(tab="deputy", absent=frozenset({colleague.user_id}))
        deputised = inbox(official, absent, today=clock.today())
        assert [item.standing_in for item in deputised.items] == [True] * 3
        assert deputised.tabs["colleague"] == 0
        assert inbox(official, Wanted(words=late.receipt_no), today=clock.today()).total == 1
        assert inbox(official, Wanted(words="%"), today=clock.today()).total == 0
        assert inbox(official, Wanted(room="lab"), today=clock.today()).total == 0


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_costs_three_queries_however_many_rows(official, count, django_assert_num_queries):
    arrive(official, count, assignee_id=official.user_id)
    with acting(official), django_assert_num_queries(3):
        page = inbox(official, Wanted(), today=clock.today(), page=1)
    assert (page.total, len(page.items)) == (count, min(count, PAGE_SIZE))
    with acting(official):
        assert len(everything(official, Wanted(), today=clock.today(), most=100)) == count


def test_the_page_says_what_whose_and_until_when(official, client: Client):
    """It is also where an official begins after signing in; the file has the same lines."""
    sign_in(client, User.objects.get(pk=official.user_id))
    [row] = arrive(official, assignee_id=official.user_id)
    page = client.get(client.get("/accounts/landing/").url)
    text = shown(page)
    for words in ("申請の書類を確認する", row.firm_name, "書類確認中", "自分", "今日まで"):
        assert words in text
    assert f'href="/staff/applications/{row.receipt_no}/"' in page.content.decode()
    file = client.get("/inbox/csv/?tab=mine")
    assert row.receipt_no in file.content.decode()
    assert AuditRow.objects.filter(action="duty.exported", actor_id=official.user_id).count() == 1
    assert client.get("/inbox/?tab=x&order=x&room=x&page=-1&q=%00").status_code == 200


def test_a_file_that_is_cut_says_so(official, client: Client, monkeypatch):
    monkeypatch.setattr("portal.duty.views.inbox.EXPORTED", 1)
    sign_in(client, User.objects.get(pk=official.user_id))
    rows = arrive(official, 2, assignee_id=official.user_id)
    lines = client.get("/inbox/csv/").content.decode().splitlines()
    assert len(lines) == 3
    assert rows[1].receipt_no not in lines[1]
    assert "1件まで" in lines[2]


def test_two_sources_of_one_name_are_refused():
    found: Source = next(iter(all_sources().values()))
    register_source(found)
    with pytest.raises(ValueError, match=found.code):
        register_source(dataclasses.replace(found, roles=()))
