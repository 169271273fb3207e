"""What all pages of the site have in common."""

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from portal.ui.markup import localized

SERVED_BY = "wagtail_serve"


class SitePage(Page):
    """A page of the public site. Its text is Japanese; what guides and names has English too.

    `title_en` is the name in English menus, "" where the page is only there in Japanese.
    """

    title_en = models.CharField(_("題名（英語）"), max_length=120, blank=True)

    fragment: ClassVar[str] = ""  # the template of what stands between the page's frame

    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            _("検索と共有"),
        ),
        MultiFieldPanel([FieldPanel("show_in_menus")], _("メニュー")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("title_en")]

    class Meta:
        abstract = True

    @property
    def display_title(self) -> str:
        """The title in the language of the page."""
        return localized(self.title, self.title_en)

    @property
    def told(self) -> str:
        """One or two sentences for lists, feeds and shared links."""
        return self.search_description or getattr(self, "summary", "") or getattr(self, "lead", "")

    @property
    def share_image(self) -> str:
        """The picture that goes with a shared link: a path, "" for the portal's own."""
        return ""

    def clean(self) -> None:
        """Refuses an address at the top of the site that a screen of the portal has already."""
        super().clean()
        # The parent of a new page is known to the form alone; that of a page at the top is the site.
        if self.slug and self.is_at_top() and not _is_free(f"/{self.slug}/"):
            raise ValidationError(
                {
                    "slug": _(
                        "このアドレスは、ポータルの別の画面が使っています。ほかの文字にしてください。"
                    )
                }
            )

    def is_at_top(self) -> bool:
        """Whether the page stands directly under the site's home (or has no place yet)."""
        return self.depth in {None, 3}

    def publish(self, revision: Any, user: Any = None, **kwargs: Any) -> Any:
        """Nobody publishes what they have written last (承認は別の人が行う). Raises PermissionDenied.

        Here and not in a form, because pages are published from lists, workflows and commands too.
        """
        if user is not None and revision is not None and revision.user_id == user.pk:
            raise PermissionDenied(
                str(_("ご自身が書いた版は公開できません。別の人に承認を依頼してください。"))
            )
        return super().publish(revision, user=user, **kwargs)

    def facts(self, now: dt.datetime) -> dict[str, Any]:
        """What the page's template shows besides the page itself; the same for every reader."""
        return {}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page in the portal's frame."""
        from portal.cms.serving import page_response

        return page_response(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page as it will look, inside the editor's own window."""
        from portal.cms.serving import preview_response

        return preview_response(request, self)


def _is_free(address: str) -> bool:
    """Whether no screen of the portal answers at this address."""
    try:
        return resolve(address).view_name == SERVED_BY
    except Resolver404:
        return True
