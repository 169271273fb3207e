"""The public home page with real calls."""

import datetime as dt

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client

from tests.factories.subsidies import make_call

pytestmark = pytest.mark.django_db


def get(client: Client, language: str = "ja") -> str:
    response = client.get("/", headers={"accept-language": language})
    assert response.status_code == 200
    return response.text


def test_open_calls_are_listed_soonest_closing_first(client: Client) -> None:
    later = make_call(closes_in=dt.timedelta(days=40))
    sooner = make_call(ward=13111, closes_in=dt.timedelta(days=3))
    closed = make_call(closes_in=dt.timedelta(seconds=-1))
    html = get(client)
    places = [html.index(f"/programs/{call.pk}/") for call in (sooner, later)]
    assert places == sorted(places)
    assert f"/programs/{closed.pk}/" not in html
    assert "（あと3日）" in html
    assert "大田区" in html


def test_visitor_costs_no_session_and_one_query_for_the_calls(
    client: Client, django_assert_max_num_queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(self: SessionBase) -> None:
        raise AssertionError("the session was read")

    monkeypatch.setattr(SessionBase, "_get_session", opened)
    for _ in range(3):
        make_call()
    # What editors add is drawn once a minute and remembered.
    with django_assert_max_num_queries(13):
        get(client)
    with django_assert_max_num_queries(8) as few:
        get(client)
    about_calls = [query for query in few.captured_queries if "subsidies_call" in query["sql"]]
    assert len(about_calls) == 1
    assert "session" not in client.cookies
