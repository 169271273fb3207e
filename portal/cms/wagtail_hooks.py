"""The editor as the wards use it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.cms import fence, reports, trail
from portal.kernel import clock
from portal.ui.markup import moment_text

# Publishing is what an approval does; nobody presses it alone.
ALONE = frozenset({"action-publish"})


@hooks.register("construct_page_action_menu")
def no_publishing_alone(items: list[Any], request: HttpRequest, context: Any) -> None:
    """「公開」 goes; 「承認を依頼」 stays."""
    items[:] = [item for item in items if item.name not in ALONE]


@hooks.register("before_publish_page")
def written_by_another(request: HttpRequest, page: Any) -> HttpResponse | None:
    """A form that asks to publish all the same is sent back with the reason."""
    _refuse(request, page)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def time_has_passed(request: HttpRequest, page: Any) -> None:
    """A time of before is no mistake, but nobody should wait for it: the form says what follows."""
    if page.go_live_at and page.go_live_at <= clock.now() and not page.live:
        messages.warning(
            request,
            _("公開の日時（%(when)s）は過ぎています。承認されると、待たずにすぐ公開します。")
            % {"when": moment_text(page.go_live_at)},
        )


@hooks.register("before_create_page")
def begun_as_draft(request: HttpRequest, parent: Any, kind: Any) -> None:
    """A new page that asks to be published is kept as a draft: Wagtail adds it live, then asks."""
    if "action-publish" in request.POST:
        request.POST = request.POST.copy()
        del request.POST["action-publish"]
        _refuse(request, parent)


def _refuse(request: HttpRequest, page: Any) -> None:
    why = _("公開には、書いた人とは別の人の承認が必要です。「承認を依頼」を使ってください。")
    trail.refused(request.user, page, why)
    messages.error(request, why)


@hooks.register("construct_page_chooser_queryset")
def own_drafts_alone(pages: Any, request: HttpRequest) -> Any:
    """Choosing a page names no draft of another ward."""
    return pages.filter(fence.seen_by(request.user))


@hooks.register("construct_reports_menu")
def without_other_wards(request: HttpRequest, items: list[Any]) -> None:
    """Which kinds of pages there are names the last page of each, whoever's it is."""
    items[:] = [item for item in items if item.name != "page-types-usage"]


@hooks.register("before_bulk_action")
def no_publishing_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Neither from a list."""
    if action_type != "publish":
        return None
    messages.error(request, _("公開には、ページごとに承認が必要です。"))
    return redirect("wagtailadmin_home")


@hooks.register("register_admin_urls")
def report_addresses() -> list[Any]:
    """Pages of ours inside the editor."""
    return [path("links/", reports.links, name="cms_links")]


@hooks.register("register_reports_menu_item")
def links_entry() -> MenuItem:
    """リンク切れ in the menu of reports."""
    return MenuItem(_("リンク切れ"), reverse("cms_links"), icon_name="link", order=800)


@hooks.register("construct_main_menu")
def without_foreign_help(request: HttpRequest, items: list[Any]) -> None:
    """The help of another site is no help here."""
    items[:] = [item for item in items if item.name != "help"]
