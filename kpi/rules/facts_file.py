"""A file of facts: CSV with the columns of docs/kpi_facts.md. What cannot be read says why, and how to mend it."""

import csv
import datetime as dt
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from kpi.rules.compute import EFFECT, EFFECT_KIND, PROCESS
from kpi.rules.figure import WARDS
from kpi.rules.firms import MERGED
from kpi.rules.row import Row
from kpi.rules.told import ACCOUNTS, COMPLETED, DECIDED, RESPONSE, STATISTIC
from portal.kernel.clock import TOKYO

NEEDED = ("fact_id", "event_type", "ward_code", "occurred_on", "recorded_at")
COLUMNS = (
    *NEEDED,
    *("event_key", "firm_id", "person_id", "stage", "qty", "source_table", "source_pk"),
    *("source_rev", "reverses_fact_id", "part", "employees", "weight", "note"),
)
# What is counted once where `event_key` is left empty: made of these columns.
KEYS: Mapping[str, tuple[str, ...]] = {
    "grant.submitted": ("source_pk",),
    DECIDED: ("source_pk",),
    "grant.refused": ("source_pk",),
    COMPLETED: ("source_pk",),
    EFFECT: ("source_pk",),
    EFFECT_KIND: ("source_pk",),
    "dojo.completed": ("person_id",),
    "leader.completed": ("person_id",),
    "advisor.visit_accepted": ("firm_id",),
    "investment.reported": ("fact_id",),
    "survey.answered": ("firm_id",),
    "lab.visited": ("person_id", "occurred_on"),
    "lab.on_duty": ("person_id", "occurred_on"),
    "event.held": ("source_pk",),
    "member.published": ("firm_id",),
    "member.withdrawn": ("firm_id",),
    "member.acted": ("firm_id",),
    "match.concluded": (),
    "match.claimed": (),
    "match.other": (),
    "collab.contracted": ("source_pk",),
    "collab.other": ("source_pk",),
    PROCESS: ("source_pk",),
    "univ.agreement_signed": ("source_pk",),
    "univ.agreement_other": ("source_pk",),
    MERGED: (),
    STATISTIC: ("fact_id",),
    RESPONSE: (),
    ACCOUNTS: ("firm_id", "occurred_on"),
}
# Another name for the same event.
ALSO = {"lab.checkin": "lab.visited"}
_STAGED = ("grant.submitted", DECIDED, "grant.refused", COMPLETED)
_OF_FIRMS = (
    *("dojo.completed", "investment.reported", "survey.answered", COMPLETED, EFFECT),
    *("firm.merged", RESPONSE, ACCOUNTS),
)
MOST_DIGITS = 18
# The calendar has a year before and after each of these.
YEARS = range(1900, 2200)
_STATES = ("done", "considering", "none", "unknown")


@dataclass(frozen=True, slots=True)
class Bad:
    """What is wrong in a line (1 is the heading), and what would be right."""

    line: int
    text: str


class _Unreadable(ValueError):
    """Says why a value cannot be read."""


def read(lines: Iterable[str]) -> tuple[list[Row], list[Bad]]:
    """All rows, or all that is wrong. Rows with a mistake are left out of the first."""
    table = csv.DictReader(lines)
    names = [str(name).strip().lstrip("\ufeff") for name in table.fieldnames or ()]
    table.fieldnames = names
    if bad := list(_headings(names)):
        return [], bad
    rows: dict[int, Row] = {}
    found: list[Bad] = []
    places: dict[int, int] = {}
    for raw in _lines(table, found):
        line = table.line_num
        given = {
            name: unicodedata.normalize("NFKC", value or "").strip()
            for name, value in raw.items()
            if isinstance(name, str) and not isinstance(value, list)
        }
        if not any(given.values()):
            continue
        try:
            row = _row(given, rows, is_longer=None in raw)
        except _Unreadable as why:
            found.append(Bad(line, str(why)))
            continue
        rows[row.number], places[row.number] = row, line
    found += _reversals(rows, places)
    return list(rows.values()), sorted(found, key=lambda bad: bad.line)


def _lines(table: csv.DictReader, found: list[Bad]) -> Iterator[dict[str, str]]:
    """The lines until one that is none: an open quotation mark, a value of more than 131,072 characters."""
    try:
        yield from table
    except csv.Error as error:
        text = _("CSVとして読めません（%(error)s）。引用符を確かめてください。")
        found.append(Bad(table.line_num + 1, text % {"error": error}))


def _headings(names: list[str]) -> Iterator[Bad]:
    for name in NEEDED:
        if name not in names:
            yield Bad(
                1, _("列「%(name)s」がありません。1行目に見出しを書いてください。") % {"name": name}
            )
    for name in names:
        if name not in COLUMNS:
            text = _("列「%(name)s」は知らない名前です。使える列：%(known)s")
            yield Bad(1, text % {"name": name, "known": ", ".join(COLUMNS)})


def _row(given: Mapping[str, str], known: Mapping[int, Row], *, is_longer: bool) -> Row:
    if is_longer:
        raise _Unreadable(_("列が見出しより多くあります。値の中のコンマは引用符で囲んでください。"))
    number = _whole(given, "fact_id")
    if number in known:
        raise _Unreadable(
            _("fact_id %(number)d は前の行にもあります。別の番号にしてください。")
            % {"number": number}
        )
    reverses = _whole(given, "reverses_fact_id") if given.get("reverses_fact_id") else None
    kind = ALSO.get(given["event_type"], given["event_type"])
    if kind not in KEYS:
        text = _("event_type「%(kind)s」は知らない出来事です。使えるもの：%(known)s")
        raise _Unreadable(text % {"kind": kind, "known": ", ".join(KEYS)})
    stage = _whole(given, "stage") if given.get("stage") else 0
    if not 0 <= stage <= 3 or (kind in _STAGED and not stage):
        raise _Unreadable(_("stage は、補助金の出来事では1〜3、ほかでは空か0にしてください。"))
    ward = _whole(given, "ward_code")
    if ward not in WARDS:
        text = _("ward_code %(ward)d は23区のコードではありません。13101〜13123にしてください。")
        raise _Unreadable(text % {"ward": ward})
    if kind in _OF_FIRMS and not given.get("firm_id"):
        raise _Unreadable(_("%(kind)s には firm_id が要ります。") % {"kind": kind})
    part = given.get("part", "")
    if kind == RESPONSE and part not in _STATES:
        text = _("part には回答を %(states)s のどれかで入れてください。")
        raise _Unreadable(text % {"states": ", ".join(_STATES)})
    return Row(
        number=number,
        event_type=kind,
        event_key=_key(kind, given),
        ward_id=ward,
        occurred_on=_day(given, "occurred_on"),
        recorded_at=moment(given["recorded_at"]),
        firm=given.get("firm_id", ""),
        stage=stage,
        part=part,
        quantity=_quantity(kind, given, reverses),
        source=(given.get("source_table", ""), given.get("source_pk") or str(number)),
        reverses=reverses,
        employees=_number(given, "employees") if kind == STATISTIC else None,
        weight=_number(given, "weight") if given.get("weight") else None,
    )


def _key(kind: str, given: Mapping[str, str]) -> str:
    known = {**given, "occurred_on": _day(given, "occurred_on").isoformat()}
    key = given.get("event_key") or ":".join(known.get(name, "") for name in KEYS[kind])
    empty = not given.get("event_key") and not all(known.get(name) for name in KEYS[kind])
    if empty or not key:
        wanted = ", ".join(("event_key", *KEYS[kind]))
        raise _Unreadable(
            _("%(kind)s は何を1件と数えるかが分かりません。%(wanted)s のどれかを入れてください。")
            % {"kind": kind, "wanted": wanted}
        )
    if kind == RESPONSE:
        try:
            dt.date.fromisoformat(key)
        except ValueError:
            text = _("event_key には調査の回の初日（例：2026-09-01）を入れてください。")
            raise _Unreadable(text) from None
    return key


def _quantity(kind: str, given: Mapping[str, str], reverses: int | None) -> Decimal:
    if not given.get("qty"):
        if kind in (STATISTIC, ACCOUNTS):
            raise _Unreadable(_("%(kind)s には付加価値額（qty）が要ります。") % {"kind": kind})
        return Decimal(1)
    found = _number(given, "qty")
    if found < 0 and reverses is None and kind not in (STATISTIC, ACCOUNTS):
        text = _(
            "qty が負です。取り消すときは、reverses_fact_id に取り消す行の番号を入れてください。"
        )
        raise _Unreadable(text)
    return found


def _reversals(rows: Mapping[int, Row], places: Mapping[int, int]) -> Iterator[Bad]:
    """What a reversal takes back must be there, once, told before it and no reversal itself."""
    taken: dict[int, int] = {}
    for row in rows.values():
        if row.reverses is None:
            continue
        line, of = places[row.number], rows.get(row.reverses)
        values = {"number": row.reverses}
        if of is None:
            text = _("取り消す fact_id %(number)d がファイルにありません。番号を確かめてください。")
            yield Bad(line, text % values)
        elif of.reverses is not None:
            text = _(
                "fact_id %(number)d は取消です。取消は取り消せません。新しい行を足してください。"
            )
            yield Bad(line, text % values)
        elif row.reverses in taken:
            text = _("fact_id %(number)d は前に取り消されています。この行を消してください。")
            yield Bad(line, text % values)
        elif row.recorded_at < of.recorded_at:
            text = _(
                "fact_id %(number)d が記録される前に取り消しています。recorded_at を確かめてください。"
            )
            yield Bad(line, text % values)
        taken[row.reverses] = line


def _whole(given: Mapping[str, str], name: str) -> int:
    found = _number(given, name)
    if found != int(found):
        raise _Unreadable(_("%(name)s は整数にしてください。") % {"name": name})
    return int(found)


def _number(given: Mapping[str, str], name: str) -> Decimal:
    text = given.get(name, "").replace(",", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    # 1E+999999 is a number of a million digits for whoever makes an integer of it.
    if not found.is_finite() or abs(found.adjusted()) > MOST_DIGITS:
        raise _Unreadable(
            _("%(name)s「%(text)s」は数ではありません。数字だけを入れてください。")
            % {"name": name, "text": given.get(name, "")}
        )
    return found


def _day(given: Mapping[str, str], name: str) -> dt.date:
    text = given[name]
    try:
        return dt.date.fromisoformat(_in_years(text))
    except ValueError:
        raise _Unreadable(
            _("%(name)s「%(text)s」は日付ではありません。2026-04-01 の形にしてください。")
            % {"name": name, "text": text}
        ) from None


def _in_years(text: str) -> str:
    """With hyphens. Raises ValueError where the year is none of YEARS."""
    plain = text.replace("/", "-")
    if int(plain[:4]) not in YEARS:
        raise ValueError(text)
    return plain


def moment(text: str) -> dt.datetime:
    """A time of Tokyo unless it says otherwise; a day alone is its first moment. Raises ValueError."""
    try:
        found = dt.datetime.fromisoformat(_in_years(text))
    except ValueError:
        raise _Unreadable(
            _("recorded_at「%(text)s」は時刻ではありません。2026-04-01T09:00 の形にしてください。")
            % {"text": text}
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=TOKYO)
