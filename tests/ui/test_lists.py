"""Tables, pagers, filters, and the menu."""

import dataclasses
import uuid

import pytest
from django.http import QueryDict
from django.test import Client
from django.test.html import parse_html
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import hats
from portal.accounts.models import User
from portal.accounts.roles import HAT_OF, Role
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from portal.ui import checks, navigation
from portal.ui.navigation import Area, NavItem
from portal.ui.pages import page_links, page_numbers
from tests.support.people import make_person
from tests.ui.gallery.views import CASES, TODAY, CaseTable


@given(st.integers(1, 500), st.integers(1, 500))
def test_pager_shows_first_last_and_neighbours(number: int, last: int) -> None:
    number = min(number, last)
    shown = page_numbers(number, last)
    pages = [page for page in shown if page is not None]
    assert pages == sorted(set(pages))
    assert {1, number, last} <= set(pages)
    assert len(shown) <= 9
    for index, page in enumerate(shown):
        if page is None:
            assert shown[index + 1] - shown[index - 1] > 2  # a gap hides at least two pages


def test_pager_addresses_keep_filters() -> None:
    from django.core.paginator import Paginator

    page = Paginator(range(100), 10).page(2)
    links = page_links(QueryDict("q=大森&page=2&sort=-due_on"), page, "page")
    assert links.next == "?q=%E5%A4%A7%E6%A3%AE&page=3&sort=-due_on"
    assert links.previous.endswith("page=1&sort=-due_on")


@pytest.mark.usefixtures("gallery_site")
class TestQueue:
    def get(self, query: str = "") -> str:
        return Client().get(f"/gallery/queue/{query}", headers={"accept-language": "ja"}).text

    def test_cells_carry_labels_for_narrow_screens(self) -> None:
        html = self.get()
        assert '<td data-label="制度">はじめの一歩補助金</td>' in html
        assert '<td class="ui-num" data-label="申請額">500,000円</td>' in html
        assert '<th scope="row"><a href="?open=1">株式会社大森精機</a>' in html
        assert 'aria-label="株式会社大森精機（R8-0001）を選択"' in html
        parse_html(html)

    def test_order_is_announced_and_its_link_drops_the_page(self) -> None:
        html = self.get("?sort=-amount&page=2&q=x")
        assert 'aria-sort="descending"' in html
        assert 'href="?sort=amount&amp;q=x"' in html

    def test_pager_counts(self) -> None:
        html = self.get("?page=7")
        assert "54件中 49〜54件" in html
        assert 'href="?page=6" rel="prev"' in html

    def test_empty_list_says_so(self) -> None:
        html = self.get("?empty")
        assert "該当するものはありません" in html
        assert "<table" not in html

    def test_filter_tells_its_conditions_and_keeps_the_tab(self) -> None:
        html = self.get("?q=大森&tab=mine")
        assert "（1件の条件）" in html
        assert '<input type="hidden" name="tab" value="mine">' in html
        assert 'href="/gallery/queue/?tab=mine">条件を消す' in html
        assert 'value="大森"' in html


def test_cells_are_escaped() -> None:
    hostile = dataclasses.replace(
        CASES[0], firm="<script>alert(1)</script>", scheme="<i>", officer='"><b>'
    )
    (cells,) = CaseTable([hostile], today=TODAY).drawn_rows
    assert "<script>" not in cells
    assert "<i>" not in cells
    assert "&lt;i&gt;" in cells


def actor(hat: Hat, *roles: str) -> Actor:
    return Actor(user_id=1, name="x", hat=hat, roles=frozenset(roles))


def test_what_every_page_asks_follows_from_the_person_alone(monkeypatch) -> None:
    """The statements are built once and kept: no query may hold what a moment ago was true."""

    def read() -> None:
        raise AssertionError("a question that is kept reads the clock")

    monkeypatch.setattr(clock, "now", read)
    badges = [item for item in navigation.registered() if item.badge]
    assert len(badges) >= 6
    # Without the mark of a database: what reads one here fails.
    for item in badges:
        for role in Role:
            if HAT_OF[role] in item.hats:
                who = Actor(1, "x", HAT_OF[role], frozenset({role}), ward_id=13107, firm_id=1)
                item.badge(who)
    for source in (*hats._sources, *hats._lenders):
        source(1, TODAY)


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        NavItem("受信箱", "gallery_queue", hats={Hat.WARD}, order=10),
        NavItem("図", "gallery_charts", hats={Hat.WARD, Hat.POLICY}, order=30),
        NavItem("決裁", "gallery_parts", hats={Hat.WARD}, roles={"approver"}, order=20),
    )


@pytest.mark.usefixtures("gallery_site", "menu")
class TestMenu:
    def links(self, rf, path: str, who: Actor) -> list[navigation.NavLink]:
        return navigation.links_for(rf.get(path), who)

    def test_follows_hat_and_roles(self, rf) -> None:
        def labels(who: Actor) -> list[str]:
            return [link.label for link in self.links(rf, "/", who)]

        assert labels(actor(Hat.WARD, "approver")) == ["受信箱", "決裁", "図"]
        assert labels(actor(Hat.WARD, "reviewer")) == ["受信箱", "図"]
        assert labels(actor(Hat.POLICY)) == ["図"]
        assert labels(Actor.public()) == []

    def test_marks_where_one_is(self, rf) -> None:
        current = {
            link.label: link.current
            for link in self.links(rf, "/gallery/queue/17/", actor(Hat.WARD))
        }
        assert current == {"受信箱": True, "図": False}

    def test_a_page_below_no_entry_belongs_to_its_room(self, rf) -> None:
        navigation.register(
            NavItem("支援", "subsidies:call_list", hats={Hat.FIRM}, order=20),
            NavItem("手元", "gallery_form", hats={Hat.FIRM}, order=30, rooms={"subsidies"}),
            NavItem("受付", "subsidies:queue", hats={Hat.WARD}, order=5),
        )

        def current(path: str, who: Actor) -> list[str]:
            request = rf.get(path)
            request.resolver_match = resolve(path)
            return [link.label for link in navigation.links_for(request, who) if link.current]

        assert current("/staff/applications/R1/", actor(Hat.WARD)) == ["受付"]
        assert current("/programs/1/", actor(Hat.FIRM)) == ["支援"]
        assert current(f"/apply/{uuid.UUID(int=1)}/status/", actor(Hat.FIRM)) == ["手元"]

    def test_a_long_menu_opens_from_one_button_on_a_phone(self) -> None:
        few = Client().get("/gallery/charts/", headers={"accept-language": "ja"}).text
        assert "popovertarget" not in few
        navigation.register(
            *(
                NavItem(name, f"gallery_{name}", hats={Hat.WARD})
                for name in ("form", "confirm", "broken")
            )
        )
        many = Client().get("/gallery/charts/", headers={"accept-language": "ja"}).text
        assert 'popovertarget="main-menu">メニュー <b>図</b></button>' in many
        assert 'id="main-menu" popover>' in many

    @pytest.mark.django_db
    def test_page_shows_entries_with_counts(self) -> None:
        for name in "abc":
            make_person(f"{name}@example.jp")
        people = User.objects.filter(email__endswith="@example.jp")
        inbox = NavItem("受信箱", "gallery_queue", hats={Hat.WARD}, badge=lambda actor: people)
        nothing = NavItem(
            "入力", "gallery_form", hats={Hat.WARD}, badge=lambda actor: people.none()
        )
        navigation.register(inbox, nothing)
        html = Client().get("/gallery/charts/", headers={"accept-language": "ja"}).text
        assert '<a class="ui-nav__link" href="/gallery/charts/" aria-current="page">図</a>' in html
        assert '受信箱 <b class="ui-count">3</b>' in html
        assert html.count("ui-count") == 1

    def test_area_opens_while_one_is_inside(self) -> None:
        area = Area("案件", order=10)
        navigation.register(
            NavItem("受信箱", "gallery_queue", hats={Hat.WARD}, order=10, area=area),
            NavItem("図", "gallery_charts", hats={Hat.WARD, Hat.POLICY}, order=20, area=area),
        )
        html = Client().get("/gallery/charts/", headers={"accept-language": "ja"}).text
        assert '<a class="ui-nav__link" href="/gallery/queue/" aria-current="true">案件</a>' in html
        assert '<a class="ui-nav__link" href="/gallery/charts/" aria-current="page">図</a>' in html
        outside = Client().get("/gallery/parts/", headers={"accept-language": "ja"}).text
        assert ">案件</a>" in outside
        assert ">図</a>" not in outside

    def test_area_with_one_entry_is_that_entry(self, rf) -> None:
        area = Area("案件", order=10)
        navigation.register(
            NavItem("受信箱", "gallery_queue", hats={Hat.WARD}, order=10, area=area),
            NavItem("図", "gallery_charts", hats={Hat.WARD, Hat.POLICY}, order=20, area=area),
        )
        (link,) = self.links(rf, "/", actor(Hat.POLICY))
        assert (link.label, link.entries) == ("図", ())

    def test_entry_that_leads_nowhere_fails_the_check(self) -> None:
        assert checks.menu_entries_resolve() == []
        navigation.register(NavItem("迷子", "no_such_page", hats={Hat.WARD}))
        (error,) = checks.menu_entries_resolve()
        assert error.id == "ui.E001"
        assert "迷子" in error.msg
