"""What editors add to the portal's first page (portal.desk draws it)."""

from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.cms import memory
from portal.cms.selectors import homes
from portal.kernel.actor import Actor
from portal.kernel.database import acting

KEY = "@front-page"


class Front(NamedTuple):
    """The editors' first sentence ("" for the portal's own), the same in plain Japanese, and their pages
    and news as HTML."""

    lead: str
    easy: str
    html: SafeString


def front() -> Front:
    """Drawn as for a visitor and remembered: nothing of the person who asks is in it."""
    found = memory.recall(KEY, get_language())
    if found.value is None:
        with acting(Actor.public()):
            site = homes.of_site()
            home = site["home"]
            lead, easy = (home.display_lead, home.easy) if home else ("", "")
            value = (lead, easy, str(render_to_string("cms/front.html", site)))
        memory.keep(KEY, get_language(), value, found.generation)
        found = memory.Recalled(value, found.generation)
    assert found.value is not None
    lead, easy, html = found.value
    return Front(lead, easy, mark_safe(html))  # noqa: S308 (drawn by our template)
