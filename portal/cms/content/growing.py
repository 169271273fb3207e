"""Adds many pages to the tree in a few statements, and to the search index in one for each kind.

Wagtail adds a page with some twenty statements and indexes it by itself. A new installation, and
every load of the demonstration, begins with seventy pages.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import F
from wagtail.models import Locale, Page
from wagtail.search.backends import get_search_backends

# The common part of a page; its kind's own fields have a table beside it.
_COMMON = [field.attname for field in Page._meta.concrete_fields]


def grow(planned: Sequence[tuple[Page, Page]]) -> None:
    """Add each (page, parent); pages come in order, and a parent may be one that comes before.

    The pages are as an editor would have saved them: nothing is cleaned here.
    """
    pages = [page for page, _parent in planned]
    if not pages:
        return
    _find_places(planned)
    rows = [Page(**{name: getattr(page, name) for name in _COMMON}) for page in pages]
    for page, row in zip(pages, Page.objects.bulk_create(rows), strict=True):
        page.pk = page.id = row.pk
        page.save_base(raw=True, force_insert=True)
    _index(pages)


def _find_places(planned: Sequence[tuple[Page, Page]]) -> None:
    """Path, depth and address of each, and how many children each parent has then."""
    locale = Locale.get_default()
    last: dict[str, int] = {}
    born: dict[str, int] = defaultdict(int)
    for page, parent in planned:
        step = last.get(parent.path) or _last_step(parent)
        last[parent.path] = step + 1
        born[parent.path] += 1
        page.depth = parent.depth + 1
        page.path = Page._get_path(parent.path, page.depth, step + 1)
        page.set_url_path(parent)
        page.locale, page.draft_title = locale, page.title
        parent.numchild += 1
    for path, number in born.items():
        # A parent that is new itself is not there yet and brings its number along.
        Page.objects.filter(path=path).update(numchild=F("numchild") + number)


def _last_step(parent: Page) -> int:
    """The number of the last child's place, 0 where there is none."""
    newest = Page.objects.child_of(parent).order_by("path").values_list("path", flat=True).last()
    return Page._str2int(newest[-Page.steplen :]) if newest else 0


def _index(pages: Iterable[Page]) -> None:
    kinds: dict[type[Page], list[Page]] = defaultdict(list)
    for page in pages:
        kinds[type(page)].append(page)
    for backend in get_search_backends(with_auto_update=True):
        for kind, found in kinds.items():
            backend.add_bulk(kind, found)
