"""What a visitor opens besides the editors' pages: the guide, a diagnosis tried, the search."""

from django.test import Client
from django.urls import reverse

from portal.kernel.actor import Actor
from portal.kernel.database import acting


def screens() -> tuple[dict[str, str], dict[str, str]]:
    """(name → address, cookies): the guide and a diagnosis as somebody has answered them."""
    from programs.diagnosis.rules.path import walk
    from programs.diagnosis.selectors.versions import in_force
    from tests.factories import diagnosis, navi

    client = Client()
    for code, said in navi.GIVEN.items():
        client.post(reverse("navi:question", args=[code]), {"answer": said})
    client.post(reverse("navi:question", args=["own"]), {})
    with acting(Actor.system("test")):
        sheet = in_force()["phase"]
        answers = diagnosis.all_answers(sheet, 0)
    first = place = client.post(reverse("diagnosis:try_start", args=["phase"]))["Location"]
    for _page in walk(sheet, answers):
        place = client.post(place, answers)["Location"]
    addresses = {
        "home": "/",
        "navi": reverse("navi:start"),
        "navi-question": reverse("navi:question", args=["trouble"]),
        "navi-result": reverse("navi:result"),
        "diagnosis": reverse("diagnosis:try"),
        "diagnosis-page": first,
        "diagnosis-result": place,
        "search": "/search/?q=補助金",
    }
    return addresses, {key: cookie.value for key, cookie in client.cookies.items()}


def cookies_for(page, cookies: dict[str, str], url: str) -> None:
    """Have the page's browser bring them along."""
    page.context.add_cookies(
        [{"name": key, "value": value, "url": url} for key, value in cookies.items()]
    )
