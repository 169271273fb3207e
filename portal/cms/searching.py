"""What the public search knows of the pages: those that are live and open to everybody."""

from collections.abc import Collection, Iterable, Iterator

from django.db import transaction
from django.utils.html import strip_tags
from wagtail.models import Page
from wagtail.rich_text import expand_db_html
from wagtail.search.index import SearchField

from portal.cms import models as cms
from portal.cms.selectors import trails
from portal.kernel import clock
from portal.search import services, sources
from portal.search.models import Kind
from portal.search.sources import PART, Entry

KINDS: dict[type[Page], Kind] = {
    cms.MeasurePage: Kind.MEASURE,
    cms.CallNotice: Kind.CALL,
    cms.FaqPage: Kind.FAQ,
    cms.CaseStory: Kind.CASE,
    cms.ArticlePage: Kind.ARTICLE,
    cms.ArticleSeries: Kind.ARTICLE,
    cms.FormsPage: Kind.FORM,
    cms.NewsPage: Kind.NEWS,
}
# Told apart from the text, and what a hit shows anyway.
_SHOWN = {"title", "title_en", "summary", "summary_en", "search_description", "lead", "lead_en"}
_ALSO = ("easy", "cost", "went_wrong", "helped_by", "contact")


def gather(keys: Collection[str] | None) -> Iterator[Entry]:
    """Live pages without a restriction on them or above them; one query a kind of page."""
    rows = Page.objects.live().public().filter(url_path__startswith=trails.ROOT, depth__gte=3)
    if keys is not None:
        rows = rows.filter(pk__in=[int(key) for key in keys])
    wards = {branch.path: branch.ward_id for branch in cms.Branch.objects.all()}
    for page in rows.order_by("path").specific():
        ward_id = wards.get(page.path[: 4 * trails.STEP])
        yield _entry(page, ward_id)
        if isinstance(page, cms.FaqPage):
            yield from _questions(page, ward_id)


def _questions(page: cms.FaqPage, ward_id: int | None) -> Iterator[Entry]:
    """Each question as a hit of its own that leads to its place on the page."""
    day = clock.to_date(page.last_published_at) if page.last_published_at else None
    for piece in page.items:
        if piece.block_type == "question":
            yield Entry(
                key=f"{page.pk}{PART}{piece.id.replace('-', '')}",
                kind=Kind.FAQ,
                title=piece.value["question"],
                body=strip_tags(expand_db_html(piece.value["answer"].source)),
                url=f"{trails.address(page)}#q-{piece.id}",
                ward_id=ward_id,
                on=day,
            )


def _entry(page: Page, ward_id: int | None) -> Entry:
    notice = page.call if isinstance(page, cms.CallNotice) else None
    day = getattr(page, "on", None) or page.last_published_at
    return Entry(
        key=str(page.pk),
        kind=KINDS.get(type(page), Kind.PAGE),
        title=page.title,
        title_en=page.title_en,
        summary=page.told,
        summary_en=getattr(page, "summary_en", "") or getattr(page, "lead_en", ""),
        body=_body(page),
        url=trails.address(page),
        ward_id=ward_id,
        on=clock.to_date(day) if hasattr(day, "tzinfo") else day,
        starts_at=notice.opens_at if notice else None,
        ends_at=notice.closes_at if notice else None,
    )


def _body(page: Page) -> str:
    if isinstance(page, cms.FaqPage):
        # Its questions are hits of their own; the page is found by what it says of itself.
        return page.easy
    fields = [field for field in page.get_search_fields() if isinstance(field, SearchField)]
    texts = [field.get_value(page) for field in fields if field.field_name not in _SHOWN]
    texts += [getattr(page, name, "") for name in _ALSO]
    parts = (part for text in texts for part in ([text] if isinstance(text, str) else text or ()))
    return "\n".join(dict.fromkeys(str(part) for part in parts if part))


SOURCE = sources.Source("page", gather, is_slow=True, has_parts=True)


def changed(pages: Iterable[int]) -> None:
    """Once the change is there for others to read, the search follows."""
    keys = {str(pk) for pk in pages}
    transaction.on_commit(lambda: services.refresh(SOURCE, keys), robust=True)


def below(page: Page) -> list[int]:
    """The page and everything under it: a move or a restriction is theirs too."""
    return list(Page.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True))
