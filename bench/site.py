"""`public_page` and `public_page_cached`: a measure's page drawn anew, and as it is remembered.

Before each request for the first what was remembered of it is thrown away; each request for the
second finds what the one before has left.
"""

from django.core.cache import cache

from bench import measure
from bench.cases import SUMIDA, SYSTEM
from portal.cms import memory
from portal.cms.models import MeasurePage, WardHome
from portal.kernel import clock
from portal.kernel.database import acting
from subsidies import selectors

SHOWS = "予算の残り"
BODY = [("heading", "使い方"), ("paragraph", "<p>はじめの一歩に使えます。</p>" * 20)]


def pages() -> list[measure.Target]:
    """Both. Raises RuntimeError where 墨田区 has no open call."""
    with acting(SYSTEM):
        call = selectors.open_calls(clock.now(), ward_id=SUMIDA).first()
        if call is None:
            raise RuntimeError("a seed without an open call of 墨田区")
        home = WardHome.objects.get(ward_id=SUMIDA)
        page = MeasurePage(
            title="計測の支援策",
            slug="bench-measure",
            kind=MeasurePage.Kind.SUBSIDY,
            scheme_code=call.version.scheme.code,
            summary="計測のためのページです。",
            body=BODY,
        )
        home.add_child(instance=page)
        page.save_revision().publish()
    path = "/wards/sumida/bench-measure/"
    return [_anew(path), measure.page("public_page_cached", path, SHOWS)]


def _anew(path: str) -> measure.Target:
    """The page, of a new generation with each request."""

    def send(connection: measure.Connection, headers: str) -> measure.Answer:
        cache.delete(memory.key_of(path.removeprefix("/"), "ja"))
        return connection.get(path, headers=headers)

    return measure.Target("public_page", send, SHOWS)
