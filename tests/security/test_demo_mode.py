"""The demonstration mode, left on by mistake behind a proxy that adds no header of its own."""

import pytest
from django.test import Client

from portal.accounts import demo

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong", [{"SITE_URL": "http://portal.example.lg.jp"}, {"HTTPS": True}], ids=["site", "https"]
)
def test_a_public_address_in_the_settings_closes_it(settings, wrong):
    """nginx without proxy_set_header sends Host: 127.0.0.1:8000 and no X-Forwarded-For."""
    settings.DEMO_MODE = True
    settings.SITE_URL, settings.HTTPS = "http://127.0.0.1:8000", False
    demo.ensure_demo_people()
    visitor = Client(headers={"host": "127.0.0.1:8000"})
    assert visitor.get("/accounts/login/").status_code == 200
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert visitor.get("/accounts/login/").status_code == 403
    assert visitor.post("/accounts/demo/", {"person": "sysadmin"}).status_code == 403
    assert "_auth_user_id" not in visitor.session
