"""Lists: django-tables2 with our markup (sortable heads, stacked rows on a narrow screen)::

    class QueueTable(UiTable):
        select = SelectColumn(label=lambda a: f"{a.firm_name}（{a.receipt_no}）")
        firm = TitleColumn(verbose_name=_("申請者"), url=application_url, sub="receipt_no")
        due_on = DueColumn(verbose_name=_("期限"))

        caption = _("申請の一覧")
        row_header = "firm"

Rows are drawn in Python in one pass: the cell's tags are made once per column, not per cell.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django_tables2.utils import Accessor

from portal.kernel import clock
from portal.ui import markup

MOST_ROWS = 100


class SelectColumn(tables.Column):
    """A checkbox per row (name `pk`). `label(record)` names the row for a screen reader."""

    def __init__(self, *, label: Callable[[Any], str], name: str = "pk", **kwargs: Any) -> None:
        kwargs.setdefault("accessor", "pk")
        super().__init__(verbose_name="", orderable=False, **kwargs)
        self.row_label, self.input_name = label, name

    def render(self, value: Any, record: Any) -> SafeString:
        return format_html(
            '<label class="ui-check"><input type="checkbox" name="{}" value="{}" aria-label="{}">'
            "</label>",
            self.input_name,
            value,
            _("%(row)sを選択") % {"row": self.row_label(record)},
        )


class TitleColumn(tables.Column):
    """What the row is about: a link, with a second line of small text below."""

    def __init__(
        self, *, url: Callable[[Any], str] | None = None, sub: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.url, self.sub = url, Accessor(sub) if sub else None

    def render(self, value: Any, record: Any) -> SafeString:
        title = format_html('<a href="{}">{}</a>', self.url(record), value) if self.url else value
        sub = self.sub.resolve(record, quiet=True) if self.sub else None
        if sub in (None, ""):
            return conditional_escape(title)
        return format_html('{}<span class="ui-table__sub">{}</span>', title, sub)


class StateColumn(tables.Column):
    """A status as a tag; the cell's value is a transition table's State (label and tone)."""

    def render(self, value: Any) -> SafeString:
        return markup.tag_html(value.label, value.tone)


class DueColumn(tables.Column):
    """A due date in words. An empty one says so."""

    empty_values = ()

    def render(self, value: Any, table: "UiTable") -> SafeString:
        return markup.due_html(markup.to_day(value), today=table.today)


class DateColumn(tables.Column):
    """A date, with the year only where it is not this one."""

    def render(self, value: Any, table: "UiTable") -> str:
        return markup.short_date(markup.to_day(value), today=table.today)


class NumberColumn(tables.Column):
    """A count, right-aligned, with thousands separators."""

    numeric = True

    def render(self, value: int) -> str:
        return f"{value:,}"


class YenColumn(NumberColumn):
    """Whole yen, right-aligned."""

    def render(self, value: int) -> str:
        return markup.yen_text(value)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head as drawn. `sort` is ascending, descending or none (sortable)."""

    label: str
    select: bool
    numeric: bool
    sort: str
    order_by: str


class UiTable(tables.Table):
    """Base of all lists. `today` comes from the view; without it, the clock's at drawing.

    RequestConfig takes `?per_page=` from the address: a page holds MOST_ROWS whatever it says.
    """

    caption: str = ""
    row_header: str = ""
    empty_title: str = ""
    empty_hint: str = ""
    keyboard: bool = False  # J/K/X shortcuts (static/ui.js)
    dense: bool = False  # short facts share a line where rows are stacked

    def __init__(self, *args: Any, today: dt.date | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("template_name", "ui/table.html")
        super().__init__(*args, **kwargs)
        self._today = today

    def paginate(self, *args: Any, per_page: int = MOST_ROWS, **kwargs: Any) -> None:
        super().paginate(*args, per_page=min(max(per_page, 1), MOST_ROWS), **kwargs)

    @cached_property
    def today(self) -> dt.date:
        return self._today or clock.today()

    @property
    def selectable(self) -> bool:
        return any(isinstance(column.column, SelectColumn) for column in self.columns)

    def heads(self) -> Iterator[Head]:
        for column in self.columns:
            yield Head(
                label=column.header,
                select=isinstance(column.column, SelectColumn),
                numeric=getattr(column.column, "numeric", False),
                sort=_direction(column) if column.orderable else "",
                order_by=str(column.order_by_alias.next),
            )

    @cached_property
    def drawn_rows(self) -> list[SafeString]:
        """Each row's cells as HTML."""
        frames = {column.name: self._frame(column) for column in self.columns}
        return [self._cells(row, frames) for row in self.paginated_rows]

    def _cells(self, row: Any, frames: dict[str, tuple[str, str]]) -> SafeString:
        parts = []
        for column, content in row.items():
            opening, closing = frames[column.name]
            text = content if isinstance(content, str) else localize(content)
            parts.append(f"{opening}{conditional_escape(text)}{closing}")
        return mark_safe("".join(parts))  # noqa: S308 (cells escaped above, frames below)

    def _frame(self, column: Any) -> tuple[str, str]:
        """Opening and closing tag of the column's cells."""
        if isinstance(column.column, SelectColumn):
            return '<td class="ui-table__select">', "</td>"
        if column.name == self.row_header:
            return '<th scope="row">', "</th>"
        numeric = getattr(column.column, "numeric", False)
        css = mark_safe(' class="ui-num"') if numeric else ""
        return format_html('<td{} data-label="{}">', css, column.header), "</td>"


def _direction(column: Any) -> str:
    if not column.is_ordered:
        return "none"
    return "descending" if column.order_by_alias.is_descending else "ascending"
