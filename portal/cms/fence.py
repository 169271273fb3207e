"""What the editor's pages keep back: drafts of other branches, and ways round the approval.

Wagtail asks for permission where something is changed; some of its pages name a draft to whoever
knows its number, and its inner API publishes without asking who wrote.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

# Arguments of routes that are the number of a page.
PAGES = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")
# Lists of every ward's pages and files, and publishing, copying, moving without the forms.
CLOSED = (
    "wagtailadmin_api:pages:action",
    "wagtailadmin_api:images:",
    "wagtailadmin_api:documents:",
    "wagtailadmin_reports:page_types_usage",
)
CHOSEN, BULK = "wagtailadmin_choose_page_chosen_multiple", "wagtail_bulk_action"
LONGEST = 18  # digits of a number that the database takes


def seen_by(user: Any) -> Q:
    """The pages whose names the person may read: what is public, and the own branches' drafts."""
    own = page_permission_policy.explorable_instances(user)
    return Q(live=True) | Q(pk__in=own.values("pk"))


def fenced(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, not found where it would say or do more than it should."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            name = request.resolver_match.view_name if request.resolver_match else ""
            numbers = set(_numbers(request, name, kwargs))
            asked = Page.objects.filter(pk__in=numbers, live=False) if numbers else None
            if name.startswith(CLOSED) or (
                asked is not None and asked.exclude(seen_by(request.user)).exists()
            ):
                raise Http404
        return view(request, *args, **kwargs)

    return inside


def _numbers(request: HttpRequest, name: str, kwargs: Mapping[str, Any]) -> Iterator[int]:
    """The pages that a request names."""
    given = [kwargs[key] for key in PAGES if key in kwargs]
    if name.startswith("wagtailadmin_pages:") and "pk" in kwargs:
        given.append(kwargs["pk"])
    if name == CHOSEN or (name == BULK and kwargs.get("model_name") == "page"):
        given += request.GET.getlist("id") + request.GET.getlist("childOf")
    for one in given:
        if str(one).isdecimal() and len(str(one)) <= LONGEST:
            yield int(one)
