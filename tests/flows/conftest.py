"""What the stories share: signing a person in, in a browser context of their own.

Firms and committee members hold a telephone (390 px), officials sit at a desk (1280 px); the first
story is told at both widths by everybody.
"""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def signed_in(new_page: Callable[..., Any], live_app: Any) -> Callable[..., Any]:
    """`signed_in(user, width=390)` opens a page in which `user` has signed in with two factors.
    `hat` ("support:13107") says as what, for those who are several things.

    Signing in itself is told in tests/accounts; here it would only slow the story down.
    """
    from django.test import Client

    from tests.support.people import sign_in

    def open_page(user: Any, hat: str = "", **options: Any) -> Any:
        client = Client()
        sign_in(client, user, hat=hat)
        page = new_page(**options)
        name = client.session.session_key and next(
            key for key in client.cookies if key.endswith("session")
        )
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_app.url}]
        )
        return page

    return open_page
