"""Which pages stand for the portal's own policies (portal.ui.policies)."""

from wagtail.models import Page

from portal.cms.selectors import trails

SLUGS = {"accessibility": "accessibility-policy", "site_policy": "site-rules"}


def published(name: str) -> str:
    """The address of the page that editors have published, or "". One query."""
    path = f"{trails.ROOT}{SLUGS[name]}/"
    page = Page.objects.live().public().filter(url_path=path).only("url_path").first()
    return trails.address(page) if page else ""
