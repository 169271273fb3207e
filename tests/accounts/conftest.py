"""A client on the routes of accounts, with the tests' own probe pages."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.fixture
def client(settings: Settings, db: None) -> Client:
    settings.ROOT_URLCONF = "tests.accounts.urls"
    return Client()
