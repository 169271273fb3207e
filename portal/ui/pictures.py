"""A chart or a table as a picture (PNG, SVG), its finding, source and day inside; one way for every page.

A page gives each chart two links (`links`) and has one route that makes the same chart again and
answers with `response`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.kernel import documents
from portal.ui.charts import TileMap
from portal.ui.charts.alone import Chart, svg
from portal.ui.markup import era_date, moment_text
from portal.ui.parts import Crumb

TYPES = {"png": "image/png", "svg": "image/svg+xml"}
TEMPLATE = "picture"
Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a picture: its title says what it shows, `source` where from and of which day."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    source: str
    note: str = ""


def source(what: object, as_of: dt.date, updated_at: dt.datetime | None = None) -> str:
    """Where the figures are from, of which day, and when they were last counted."""
    values = {"what": what, "day": era_date(as_of)}
    if updated_at is None:
        return _("出典：%(what)s（%(day)s時点）") % values
    values["at"] = moment_text(updated_at)
    return _("出典：%(what)s（%(day)s時点、%(at)s更新）") % values


def links(address: Callable[[str], str]) -> tuple[Crumb, ...]:
    """The two links below a chart or table; `address` gives that of a form."""
    return tuple(
        Crumb(label, address(form))
        for label, form in ((_("PNGを保存"), "png"), (_("SVGを保存"), "svg"))
    )


def response(
    shown: Chart | Table | None, *, name: str, form: str, kept_seconds: int = 0
) -> HttpResponse:
    """The picture under `name`.`form`. Raises Http404 where there is nothing to draw or no such form.

    `kept_seconds`: of what everybody may ask for, so long the drawn picture is kept.
    """
    if shown is None or form not in TYPES:
        raise Http404
    answer = HttpResponse(_image(data(shown), form, kept_seconds), content_type=TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = (
        f"public, max-age={kept_seconds}" if kept_seconds else "private, no-store"
    )
    return answer


def data(shown: Chart | Table) -> Data:
    """What stands in the picture, for the Typst template."""
    found = {"lang": get_language() or "ja", "svg": "", "heads": [], "rows": []}
    if isinstance(shown, Table):
        return found | {
            "title": shown.title,
            "note": shown.note,
            "source": shown.source,
            "heads": [str(head) for head in shown.heads],
            "rows": [[str(cell) for cell in row] for row in shown.rows],
        }
    caption = shown.caption
    note = caption.note
    if isinstance(shown, TileMap):  # what the page says there is how to use it
        note = _("区の位置をおおまかに並べた図です。－は非公表、または値がありません。")
    return found | {
        "title": caption.title,
        "note": note,
        "source": caption.source,
        "svg": svg(shown),
    }


def _image(shown: Data, form: str, kept_seconds: int) -> bytes:
    kind = cast("Literal['png', 'svg']", form)
    if not kept_seconds:
        return documents.render_image(TEMPLATE, shown, form=kind)
    told = json.dumps([documents.sources(TEMPLATE), shown, form], sort_keys=True)
    key = f"picture:{hashlib.sha256(told.encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = documents.render_image(TEMPLATE, shown, form=kind)
        cache.set(key, found, kept_seconds)
    return bytes(found)
