"""Pages of ours inside the editor."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.permissions import page_permission_policy

from portal.cms.models import PageLink


def links(request: HttpRequest) -> HttpResponse:
    """リンク切れ: of the pages that the editor may change; other sites with the last look at them."""
    own = page_permission_policy.instances_user_has_any_permission_for(
        request.user, {"change", "publish"}
    )
    rows = PageLink.objects.filter(page__in=own).select_related("page")
    found = list(rows)
    context = {
        "broken": [row for row in found if row.is_broken],
        "outside": [row for row in found if row.is_outside and not row.is_broken],
        "checked_at": max((row.checked_at for row in found if row.checked_at), default=None),
    }
    return TemplateResponse(request, "cms/admin/links.html", context)
