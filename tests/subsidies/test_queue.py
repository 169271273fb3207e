"""The queue: order, tabs, filters, search, and the number of queries whatever the rows."""

import datetime as dt
import sys

import pytest
from django.db import connection

from portal.accounts.roles import Role
from portal.kernel.database import acting
from subsidies import selectors, states
from subsidies.models import Application
from subsidies.selectors import QueueFilters
from tests.factories import subsidies as make
from tests.factories.programs import OTA

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 21)


@pytest.fixture
def official():
    return make.official_actor()


def rows(official, count, *, ward=make.SUMIDA, **fields):
    call = make.make_call(ward=ward)
    made = []
    for number in range(count):
        firm = make.make_firm(ward=ward)
        made.append(
            make.make_row(
                call=call,
                firm=firm,
                creator_id=official.user_id,
                due_on=TODAY + dt.timedelta(days=number),
                **fields,
            )
        )
    return made


def page(official, number=1, **filters):
    with acting(official):
        return selectors.queue_page(official, QueueFilters(**filters), today=TODAY, page=number)


def found(official, query):
    return [row["firm_name"] for row in page(official, query=query).rows]


def test_the_nearest_due_date_comes_first_and_pages_hold_25(official):
    made = rows(official, 30)
    first, second = page(official), page(official, 2)
    assert [row["id"] for row in first.rows + second.rows] == [row.pk for row in made]
    assert (first.paginator.count, first.paginator.num_pages) == (30, 2)
    assert (first.start_index(), first.end_index(), first.has_previous()) == (1, 25, False)
    assert (second.start_index(), second.end_index(), second.has_next()) == (26, 30, False)
    assert page(official, 99).number == 2


def test_tabs_are_counted_in_one_query(official, django_assert_num_queries):
    mine, late, back, gone = rows(official, 4)
    Application.objects.filter(pk=mine.pk).update(assignee_id=official.user_id)
    Application.objects.filter(pk=late.pk).update(due_on=TODAY - dt.timedelta(days=1))
    make.make_row(
        call=make.make_call(),
        firm=back.firm,
        creator_id=official.user_id,
        status=states.CORRECTION,
    )
    make.make_row(
        call=make.make_call(), firm=gone.firm, creator_id=official.user_id, status=states.GRANTED
    )
    make.make_row(
        call=make.make_call(), firm=gone.firm, creator_id=official.user_id, status=states.DRAFT
    )
    with acting(official), django_assert_num_queries(1):
        counts = selectors.queue_counts(official, TODAY)
    assert counts == {"all": 5, "mine": 1, "unassigned": 4, "overdue": 1, "correction": 1}
    for tab, number in counts.items():
        assert page(official, tab=tab).total == number, tab


def test_filters(official):
    open_, other = rows(official, 2)
    make.make_row(
        call=make.make_call(), firm=other.firm, creator_id=official.user_id, status=states.REFUSED
    )
    assert page(official, status="decided").total == 1
    assert page(official, status="any").total == 3
    assert page(official, status=states.SUBMITTED).total == 2
    assert page(official, scheme=open_.version.scheme.code).total == 2
    assert page(official, scheme="NOPE").total == 0
    assert page(official, assignee_id=official.user_id).total == 0


@pytest.mark.parametrize("count", [1, 30])
def test_a_page_costs_three_queries_however_many_rows(official, count, django_assert_num_queries):
    rows(official, count)
    with acting(official):
        with django_assert_num_queries(3):
            selectors.queue_counts(official, TODAY)
            selectors.queue_page(official, QueueFilters(), today=TODAY)
        with django_assert_num_queries(2):
            found_page = selectors.queue_page(official, QueueFilters(query="試験"), today=TODAY)
        assert found_page.total == count


@pytest.mark.parametrize(
    "query",
    [
        "大森",
        "大森精機",
        "おおもり",
        "ＯＭＯＲＩ",
        "omori",
        "株式会社大森",
        "㈱大森 精機",
        "オオモリ",
        "ｵｵﾓﾘ",
    ],
)
def test_names_are_found_in_any_script_from_two_characters_on(official, query):
    call = make.make_call()
    names = ["株式会社大森精機", "オオモリ製作所", "OMORI TECH", "有限会社すみだ印刷"]
    for name in names:
        make.make_row(call=call, firm=make.make_firm(), creator_id=official.user_id, firm_name=name)
    hits = found(official, query)
    assert hits
    assert "有限会社すみだ印刷" not in hits


def test_receipt_numbers_are_found_whole_or_in_part(official):
    made, other = rows(official, 2)
    for query in (
        made.receipt_no,
        made.receipt_no[-6:],
        made.receipt_no.lower(),
        made.receipt_no.replace("-", "−"),
        f" {made.receipt_no} ",
    ):
        assert [row["id"] for row in page(official, query=query).rows] == [made.pk], query
    assert other.receipt_no != made.receipt_no


@pytest.mark.parametrize(
    "query", ["%", "_", "大%", "'; DROP TABLE x", "\\", "大", "株式会社", "\x00大森"]
)
def test_hostile_and_short_queries_find_nothing_and_do_no_harm(official, query):
    rows(official, 1)
    assert found(official, query) == []


def test_too_short_is_said(official):
    rows(official, 1)
    assert page(official, query="試").search.too_short
    assert not page(official, query="試験").search.too_short


def test_officials_find_their_own_ward_only_and_auditors_all(official):
    (own,), (foreign,) = rows(official, 1), rows(official, 1, ward=OTA)
    auditor = make.auditor_actor()
    with acting(official):
        assert selectors.search(official, "試験").ids == (own.pk,)
    with acting(auditor):
        assert set(selectors.search(auditor, "試験").ids) == {own.pk, foreign.pk}


def test_drafts_are_not_found_until_submitted_and_renamed_ones_follow(official):
    actor = make.firm_actor(make.make_firm(name="株式会社下町電子"))
    draft = make.make_draft(actor, make.make_call())
    assert found(official, "下町") == []
    make.submit(actor, draft)
    assert found(official, "下町") == ["株式会社下町電子"]
    Application.objects.filter(pk=draft.pk).update(firm_name="株式会社山手電子")
    assert found(official, "下町") == []
    assert found(official, "山手") == ["株式会社山手電子"]


def test_more_than_can_be_shown_is_said(official, monkeypatch):
    queue = sys.modules["subsidies.selectors.queue"]

    monkeypatch.setattr(queue, "FOUND", 2)
    made = rows(official, 3)
    with acting(official):
        result = selectors.search(official, "試験")
    assert result.more
    assert result.ids == (made[2].pk, made[1].pk)


def test_a_search_finds_what_contains_the_words_newest_first(official):
    """Against the plain definition, with every piece of every name."""
    call = make.make_call()
    names = ["大森製作所", "大田製作所", "製作所大森", "森製作", "所製作所製作", "大森大森"]
    made = [
        make.make_row(call=call, firm=make.make_firm(), creator_id=official.user_id, firm_name=name)
        for name in names
    ]
    pieces = {
        name[start:end]
        for name in names
        for start in range(len(name))
        for end in range(start + 2, len(name) + 1)
    }
    with acting(official):
        for piece in pieces:
            expected = [row.pk for row in reversed(made) if piece in row.firm_name]
            assert list(selectors.search(official, piece).ids) == expected, piece


def test_the_detail_costs_the_same_with_much_and_little(official, django_assert_max_num_queries):
    from subsidies import services

    application = make.make_submitted()
    with acting(official):
        for number in range(30):
            services.message_post(actor=official, application_id=application.pk, body=f"{number}")
    with acting(official), django_assert_max_num_queries(8):
        detail = selectors.application_detail(official, receipt_no=application.receipt_no)
        assert len(detail.messages) == 30
        assert len(detail.check_lines) == 8
        assert [entry["requirement"] for entry in detail.documents] == list(make.DOCUMENTS)
        assert [row.action for row in detail.history] == ["subsidies.application.submit"]


def plan(actor, sql, params):
    with acting(actor), connection.cursor() as cursor:
        # A handful of rows would be sorted; whether the index can give the order is the question.
        for method in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{method} = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_the_queue_walks_an_index_under_row_policies(official):
    queryset = selectors.queue(official, QueueFilters(), today=TODAY).values("id")[:25]
    text = plan(official, *queryset.query.sql_with_params())
    assert "application_queue" in text
    assert "Sort" not in text


def test_what_is_over_comes_newest_first_by_an_index(official):
    made = rows(official, 3, status=states.GRANTED)
    shown = page(official, status="decided").rows
    assert [row["id"] for row in shown] == [row.pk for row in reversed(made)]
    for status in ("decided", "any"):
        queryset = selectors.queue(official, QueueFilters(status=status), today=TODAY)
        text = plan(official, *queryset.values("id")[:25].query.sql_with_params())
        assert "application_newest" in text
        assert "Sort" not in text


def test_an_auditors_queue_walks_an_index_too():
    auditor = make.auditor_actor()
    queryset = selectors.queue(auditor, QueueFilters(), today=TODAY).values("id")[:25]
    text = plan(auditor, *queryset.query.sql_with_params())
    assert "application_queue_all" in text
    assert "Sort" not in text


def test_a_page_beyond_the_found_ones_is_the_first(official):
    rows(official, 2)
    assert page(official, 9, query="試験").number == 1
    assert page(official, 9, query="試験").total == 2


def test_roles_without_cases_have_an_empty_queue(official):
    rows(official, 1)
    committee = make.official_actor(make.SUMIDA, Role.COMMITTEE)
    assert page(committee).total == 0
