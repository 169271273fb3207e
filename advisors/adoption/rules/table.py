"""A pasted or uploaded table of weeks: every cell is read, every fault says its line and how to mend it.

Nothing is taken when anything is wrong. Comma, tab and semicolon separate; digits may be full-width.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from advisors.adoption.rules.columns import NAMES, SEPARATORS, WEEK
from advisors.adoption.rules.entry import MOST, Entry, faults
from advisors.adoption.rules.weeks import monday
from portal.ui.dates import NotADate, parse_date

MOST_LINES = 300
MOST_SHOWN = 30  # characters of a wrong value that a message repeats
DIGITS = re.compile(r"[0-9]{1,7}", re.ASCII)
NEEDED = (WEEK, "logged_in")


def headings() -> dict[str, str]:
    """Column → its heading, in the order of the template."""
    return {
        WEEK: _("週の日付"),
        "logged_in": _("ログインした人数"),
        "entered": _("入力した件数"),
        "expected": _("入力するはずだった件数"),
        "errors": _("エラーの件数"),
    }


@dataclass(frozen=True, slots=True)
class Frame:
    """Mondays of the first and last week that can be recorded, and how many people should use it.

    `was` is how many should have used it in weeks that are recorded already.
    """

    first: dt.date
    last: dt.date
    people: int
    was: Mapping[dt.date, int] = field(default_factory=dict)

    def people_in(self, week: dt.date) -> int:
        return max(self.people, self.was.get(week, 0))


@dataclass(frozen=True, slots=True)
class Row:
    """One week as read; `week` is its Monday."""

    line: int
    week: dt.date
    entry: Entry


@dataclass(frozen=True, slots=True)
class LineFault:
    """`line` counts from 1 with the heading; 0 is the table as a whole."""

    line: int
    column: str
    text: str


@dataclass(slots=True)
class Table:
    """What was read. `rows` are to be used only where there is no fault."""

    rows: list[Row] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


def read(text: str, frame: Frame) -> Table:
    """The table in `text`, which may begin with a byte order mark."""
    found = Table()
    lines = _lines(text, found.faults)
    if not lines:
        if not found.faults:
            found.faults.append(
                LineFault(0, "", _("表が空です。見出しの行と、週ごとの数字の行を入れてください。"))
            )
        return found
    order = _columns(lines[0][1], found.faults)
    if found.faults:
        return found
    if len(lines) == 1:
        found.faults.append(LineFault(0, "", _("見出しの下に、週ごとの数字の行がありません。")))
    if len(lines) - 1 > MOST_LINES:
        values = {"most": MOST_LINES, "lines": len(lines) - 1}
        too_many = _(
            "一度に取り込めるのは%(most)d行までです（%(lines)d行あります）。分けてください。"
        )
        found.faults.append(LineFault(0, "", too_many % values))
        return found
    seen: dict[dt.date, int] = {}
    for number, cells in lines[1:]:
        _read_line(found, number, cells, order, frame, seen)
    return found


def _lines(text: str, wrong: list[LineFault]) -> list[tuple[int, list[str]]]:
    """(line, cells) of every line that is not empty."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head = next((line for line in plain.split("\n") if line.strip()), "")
    mark = next((mark for mark in SEPARATORS if mark in head), ",")
    reader = csv.reader(io.StringIO(plain), delimiter=mark, strict=True)
    lines = []
    try:
        for cells in reader:
            trimmed = [_plain(cell) for cell in cells]
            if any(trimmed):
                lines.append((reader.line_num, trimmed))
    except csv.Error:
        told = _('引用符（"）の組が合っていません。引用符を消すか、閉じてください。')
        wrong.append(LineFault(reader.line_num, "", told))
        return []
    return lines


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _columns(heads: Sequence[str], wrong: list[LineFault]) -> list[str]:
    """The code of each column; faults where one is unknown, missing or doubled."""
    names = _names()
    known = headings()
    while heads and not heads[-1]:
        heads = heads[:-1]
    order = [names.get(_folded(head), "") for head in heads]
    if not any(order):
        values = {"known": ",".join(known.values())}
        told = _("1行目が見出しになっていません。いちばん上に、次の行を足してください：%(known)s")
        wrong.append(LineFault(1, "", told % values))
        return order
    unknown = [_shown(head) for head, code in zip(heads, order, strict=True) if not code]
    if unknown:
        values = {"heads": _("、").join(unknown), "known": _("、").join(known.values())}
        told = _("1行目に、この表にない見出しがあります（%(heads)s）。使える見出し：%(known)s")
        wrong.append(LineFault(1, "", told % values))
        return order
    for code in NEEDED:
        if code not in order:
            told = _("1行目に「%(name)s」の見出しがありません。足してください。")
            wrong.append(LineFault(1, "", told % {"name": known[code]}))
    for code in known:
        if order.count(code) > 1:
            told = _("「%(name)s」の列が2つあります。1つにしてください。")
            wrong.append(LineFault(1, "", told % {"name": known[code]}))
    return order


def _names() -> Mapping[str, str]:
    """Every name by which a column is known, folded."""
    names = {_folded(name): code for code, every in NAMES.items() for name in every}
    return names | {_folded(name): code for code, name in headings().items()}


def _folded(text: str) -> str:
    return re.sub(r"[\s_]|[（(].*[)）]", "", unicodedata.normalize("NFKC", text)).casefold()


def _read_line(
    found: Table,
    number: int,
    cells: Sequence[str],
    order: Sequence[str],
    frame: Frame,
    seen: dict[dt.date, int],
) -> None:
    wrong: list[LineFault] = []
    known = headings()
    if any(cells[len(order) :]):
        told = _("見出しより多い列があります。桁区切りのコンマが入っていないか、確かめてください。")
        wrong.append(LineFault(number, "", told))
    values = dict(zip(order, [*cells, *[""] * len(order)], strict=False))
    if not any(values.get(code) for code in known if code != WEEK):
        return  # a line of the template that nobody has filled in: a holiday week
    week = _week(values[WEEK], frame, wrong, number)
    figures = {
        code: _figure(values.get(code, ""), code, wrong, number) for code in known if code != WEEK
    }
    if week is not None:
        if week in seen:
            told = _("%(line)d行目と同じ週です。どちらか1行にしてください。")
            wrong.append(LineFault(number, known[WEEK], told % {"line": seen[week]}))
        seen.setdefault(week, number)
    logged_in = figures["logged_in"]
    if not wrong and logged_in is not None and week is not None:
        entry = Entry(logged_in, figures["entered"], figures["expected"], figures["errors"])
        wrong += [
            LineFault(number, known[fault.field], fault.text)
            for fault in faults(entry, frame.people_in(week))
        ]
        found.rows.append(Row(number, week, entry))
    found.faults += wrong


def _week(text: str, frame: Frame, wrong: list[LineFault], number: int) -> dt.date | None:
    """The Monday of the week in which the day lies."""
    column = headings()[WEEK]
    try:
        week = monday(parse_date(text))
    except NotADate:
        told = _(
            "「%(text)s」は日付として読めません。その週の月曜日を 2026/11/16 のように書いてください。"
        )
        wrong.append(LineFault(number, column, told % {"text": _shown(text)}))
        return None
    for text_ in _outside(week, frame):
        wrong.append(LineFault(number, column, text_))
        return None
    return week


def _outside(week: dt.date, frame: Frame) -> Iterator[str]:
    if week < frame.first:
        told = _("%(day)sの週は、使い始める前です。週か、ツールの利用開始日を直してください。")
        yield told % {"day": slashed(week)}
    elif week > frame.last:
        told = _("%(day)sの週は、まだ記録できません。週の金曜日から記録できます。")
        yield told % {"day": slashed(week)}


def slashed(day: dt.date) -> str:
    """2026/11/16, as the template writes it."""
    return f"{day.year}/{day.month}/{day.day}"


def _figure(text: str, code: str, wrong: list[LineFault], number: int) -> int | None:
    """A count; empty is None, where it may be."""
    column = headings()[code]
    plain = re.sub(r"[,\s]|[人件]$", "", text)
    if not plain and code != "logged_in":
        return None
    if not plain:
        wrong.append(
            LineFault(number, column, _("空欄です。だれも使わなかった週は0と書いてください。"))
        )
        return None
    if not DIGITS.fullmatch(plain) or int(plain) > MOST:
        told = _("「%(text)s」は0以上の整数で書いてください（100万まで）。")
        wrong.append(LineFault(number, column, told % {"text": _shown(text)}))
        return None
    return int(plain)


def _shown(text: str) -> str:
    plain = re.sub(r"\s+", " ", text)
    return plain if len(plain) <= MOST_SHOWN else f"{plain[:MOST_SHOWN]}…"
