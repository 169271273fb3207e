"""Pages as visitors get them: found, framed, remembered, forgotten, kept from those they are not for."""

import pytest
from django.test import Client

from tests.factories import cms as make
from tests.factories import subsidies

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    return Client()


def body(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_every_ward_has_a_home_that_says_what_can_be_had(visitor):
    call = subsidies.make_call()
    make.make_news(title="窓口を広げました")
    page = body(visitor.get("/wards/sumida/"))
    assert "墨田区の町工場のための支援" in page
    assert call.version.scheme.name in page
    assert "窓口を広げました" in page
    assert "大田区" in body(visitor.get("/wards/"))
