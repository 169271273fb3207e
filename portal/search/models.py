"""What the public search finds."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.markup import localized


class Kind(models.TextChoices):
    """What a document is; the order is that of hits that are otherwise equal."""

    MEASURE = "measure", _("支援策")
    CALL = "call", _("公募")
    COURSE = "course", _("講座")
    EVENT = "event", _("催し")
    FAQ = "faq", _("よくある質問")
    CASE = "case", pgettext_lazy("search", "事例")
    ARTICLE = "article", _("読み物")
    FORM = "form", _("様式と資料")
    NEWS = "news", _("お知らせ")
    PAGE = "page", _("案内")


class Document(models.Model):
    """One public page, call, cohort or event as the search knows it. Nothing else is ever written here.

    `source` and `key` name what it tells of. `grams` and `title_grams` are made by
    `portal.search.rules.grams`; `folded` is the whole text in its one spelling, `folded_title` that
    of the Japanese title. After `ends_at` it is over and comes last. `on` is its day, for the order.
    """

    source = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    kind = models.CharField(_("種類"), max_length=8, choices=Kind)
    place = models.PositiveSmallIntegerField(help_text="the kind's place in the order of hits")
    ward = models.ForeignKey(
        "programs.Ward", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    url = models.CharField(max_length=300)
    title = models.CharField(_("題"), max_length=300)
    title_en = models.CharField(_("英語の題"), max_length=300, blank=True)
    summary = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    body = models.TextField(blank=True)
    on = models.DateField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    folded_title = models.CharField(max_length=400)
    folded = models.TextField()
    title_grams = SearchVectorField()
    grams = SearchVectorField()
    digest = models.CharField(max_length=32, help_text="of everything above, to see a change by")

    class Meta:
        verbose_name = _("検索の項目")
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="search_document_once"),
        ]
        indexes = [
            GinIndex(fields=["grams"], name="search_document_grams", fastupdate=False),
            GinIndex(fields=["title_grams"], name="search_document_title_grams", fastupdate=False),
            models.Index(fields=["folded_title"], name="search_document_title"),
            models.Index(
                fields=["ends_at"],
                condition=models.Q(ends_at__isnull=False),
                name="search_document_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def display_title(self) -> str:
        """The title in the language of the page."""
        return localized(self.title, self.title_en)

    @property
    def display_summary(self) -> str:
        """The summary, likewise."""
        return localized(self.summary, self.summary_en)
