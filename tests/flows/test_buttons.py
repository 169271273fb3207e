"""What the stories press and follow has to lead to a page."""

from contextlib import nullcontext

import pytest

from tests.flows.story import follow, press


@pytest.mark.parametrize(
    ("status", "refused", "passes"),
    [
        *((200, False, True), (404, False, False), (422, False, False)),
        *((200, True, False), (409, True, True), (422, True, True)),
    ],
)
def test_a_button_leads_to_the_page_that_the_story_tells_of(page, status, refused, passes):
    page.route("**/sent/", lambda route: route.fulfill(status=status, body="…"))
    page.goto("/accessibility/")
    page.set_content('<form method="post" action="/sent/"><button>送る</button></form>')
    with nullcontext() if passes else pytest.raises(AssertionError, match=f"^{status}"):
        press(page, "送る", refused=refused)


def test_a_place_on_the_same_page_is_no_page(page):
    page.goto("/accessibility/")
    page.set_content('<a href="#here">ここ</a>')
    with pytest.raises(AssertionError, match="no page"):
        follow(page.get_by_role("link"))
