"""What is drawn in Python in one pass: the week tables, a sign for each kind of machine, QR codes."""

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lab.booking.codes import Category
from lab.booking.models import Machine
from lab.booking.rules.hours import Span
from lab.booking.selectors.grid import CLOSED, FREE, PAST, TAKEN, Grid, Line
from portal.kernel import clock
from portal.ui.markup import Route

# Strokes on a field of 24 × 24.
_SIGNS = {
    Category.PRINTER: "M4 4h16v4H4zM7 8v12h10V8M12 8v4l-2 2h4l-2-2M9 18h6",
    Category.ROBOT: "M5 21h8M9 21v-6l-4-5 5-5 5 3M15 8l4 0M19 5v6M5 10a1.5 1.5 0 1 0 .1 0",
    Category.IOT: "M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
    Category.MEASURE: "M3 17L17 3l4 4L7 21zM7 13l2 2M10 10l3 3M13 7l2 2",
    Category.CUTTING: "M12 3v6M9 9h6l-1 5h-4zM12 14v3M4 20h16M6 17h12",
    Category.COMPUTER: "M3 4h18v12H3zM9 20h6M12 16v4M7 12l3-4 3 3 4-4",
    Category.ROOM: "M4 21V5l8-3 8 3v16zM10 21v-6h4v6M8 9h2M14 9h2",
}


def sign(machine: Machine) -> SafeString:
    """The kind of machine as a picture; its name stands beside it."""
    return format_html(
        '<svg class="lab-sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>',
        _SIGNS[Category(machine.category)],
    )


def picture(machine: Machine, *, large: bool = False) -> SafeString:
    """The machine's photo, in a list small and without words (its name stands beside it), else the
    sign of its kind. The machine comes with its photo (`with_photos`).
    """
    photo = getattr(machine, "photo", None)
    if photo is None:
        return sign(machine)
    return format_html(
        '<img class="lab-photo" src="{}" alt="{}" width="{}" height="{}"{}{}>',
        reverse("booking:photo", args=[machine.public_id, photo.digest]),
        photo.alt if large else "",
        photo.width,
        photo.height,
        SafeString(" data-large") if large else "",
        SafeString("") if large else SafeString(' loading="lazy"'),
    )


def qr_svg(text: str, label: str) -> SafeString:
    """A QR code as a picture inside the page: no request to anybody, sharp at every size."""
    import qrcode

    code = qrcode.QRCode(border=4, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make()
    rows = code.get_matrix()
    size = len(rows)
    dark = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on
    )
    return format_html(
        '<svg class="ui-qr" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{}v{}H0z"/>'
        '<path fill="#000" d="{}"/></svg>',
        label,
        size,
        size,
        size,
        size,
        SafeString(dark),
    )


def day_text(day: dt.date) -> str:
    """11月4日（水）."""
    return date_format(day, _("n月j日（D）"))


def span_text(span: Span) -> str:
    """11月4日（水）10:00–12:00."""
    begin, end = (at.astimezone(clock.TOKYO) for at in (span.start, span.end))
    return f"{day_text(begin.date())} {begin:%H:%M}–{end:%H:%M}"


def machine_grid(grid: Grid, machine: Machine) -> SafeString:
    """Days as rows, slots as columns; a free slot is a button that leads to the booking form.

    On a narrow screen each day becomes a list of its free times. The signs are told above the table.
    """
    words = {
        TAKEN: ("×", _("予約済み")),
        CLOSED: ("－", _("休み")),
        PAST: ("", _("受付終了")),
    }
    free = _("空き")
    none = _("空きはありません")
    parts = [
        (
            f'<form action="{escape(reverse("booking:book"))}" method="get" class="lab-grid__form">'
            f'<input type="hidden" name="machine" value="{machine.public_id}">'
            f'<p class="ui-note lab-grid__signs">{escape(_("○ 空き　× 予約済み　－ 休み"))}</p>'
            '<div class="ui-table__scroll" role="region" tabindex="0"'
            f' aria-label="{escape(_("1週間の空き（横に動かせます）"))}">'
            f'<table class="ui-table lab-grid"><caption class="ui-hidden">'
            f"{escape(_('%(name)sの1週間の空き') % {'name': machine.name})}</caption><thead><tr>"
            f'<th scope="col">{escape(pgettext("column", "日"))}</th>'
        )
    ]
    parts += [f'<th scope="col">{head:%H:%M}</th>' for head in grid.heads]
    parts.append("</tr></thead><tbody>")
    for row in grid.rows:
        day = escape(day_text(row.day))
        parts.append(f'<tr><th scope="row">{day}</th>')
        for cell in row.cells:
            time = f"{cell.start:%H:%M}"
            if cell.state == FREE:
                parts.append(
                    '<td class="lab-free"><button class="ui-button" data-size="sm" name="at"'
                    f' value="{cell.start:%Y-%m-%dT%H:%M}"><span class="ui-hidden">{day} </span>'
                    f'<span class="lab-free__time">{time}</span><span aria-hidden="true">○</span>'
                    f'<span class="ui-hidden">{free}</span></button></td>'
                )
            else:
                mark, word = words[cell.state]
                parts.append(
                    f'<td class="lab-{cell.state}"><span aria-hidden="true">{mark}</span>'
                    f'<span class="ui-hidden">{word}</span></td>'
                )
        if not row.has_free:
            parts.append(f'<td class="lab-none">{none}</td>')
        parts.append("</tr>")
    parts.append("</tbody></table></div></form>")
    return mark_safe("".join(parts))  # noqa: S308 - every text is escaped above


def lab_grid(lines: Sequence[Line], first: dt.date) -> SafeString:
    """Machines as rows, days as columns: the free stretches, each a link to the machine's week."""
    days = [first + dt.timedelta(days=number) for number in range(7)]
    heads = [escape(day_text(day)) for day in days]
    machine_url = Route("booking:machine", "00000000-0000-0000-0000-000000000000")
    stopped, none = escape(_("休止中")), escape(_("空きなし"))
    parts = [
        (
            f'<table class="ui-table lab-week" data-stack><caption class="ui-hidden">'
            f"{escape(_('1週間の空き'))}</caption><thead><tr>"
            f'<th scope="col">{escape(_("設備"))}</th>'
        )
    ]
    parts += [f'<th scope="col">{head}</th>' for head in heads]
    parts.append("</tr></thead><tbody>")
    query = f"?week={first:%Y-%m-%d}"
    for line in lines:
        url = f"{machine_url(line.machine.public_id)}{query}"
        parts.append(
            f'<tr><th scope="row"><div class="lab-row">{picture(line.machine)}'
            f'<a href="{url}">{escape(line.machine.name)}</a></div></th>'
        )
        is_stopped = line.machine.status != "in_service"
        for head, spans in zip(heads, line.days, strict=True):
            if is_stopped:
                text = stopped
            elif spans:
                text = "<br>".join(
                    f"{span.start.astimezone(clock.TOKYO):%H:%M}–{span.end.astimezone(clock.TOKYO):%H:%M}"
                    for span in spans
                )
            else:
                text = none
            mark = "" if spans and not is_stopped else ' class="ui-note"'
            parts.append(f'<td data-label="{head}"{mark}>{text}</td>')
        parts.append("</tr>")
    parts.append("</tbody></table>")
    return mark_safe("".join(parts))  # noqa: S308 - every text is escaped above
