"""A panel as anybody may bring it: what is wrong with it is said in words, nothing is dropped silently.

One row a unit and period: `cohort` is the first period under treatment, empty (or 0) for units that
are never treated. Numbers may be typed in full width and with commas.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

NEVER = 0
# What stands for "not known" in files of other programs.
BLANK = frozenset({"", "na", "n/a", "nan", "null", "none", "."})
ENDLESS = frozenset({"inf", "infinity", "+inf"})
SHOWN = 3


class BadPanel(Exception):
    """The panel cannot be evaluated like this; the text says what to mend.

    `code` is for what may happen to a panel that the portal builds itself.
    """

    def __init__(self, message: str | Promise, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


@dataclass(frozen=True, slots=True)
class Told:
    """Something the reader of a result must know; stored as it is, put into words when it is read."""

    kind: str
    n: int = 0
    text: str = ""

    @property
    def words(self) -> str:
        """The sentence in the reader's language."""
        if self.kind in _COUNTED:
            return _COUNTED[self.kind](self.n) % {"n": self.n}
        if self.kind in _SAID:
            return str(_SAID[self.kind]) % {"text": self.text}
        return self.text


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns in the file."""

    unit: str
    time: str
    cohort: str
    outcome: str
    covariates: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return (self.unit, self.time, self.cohort, self.outcome, *self.covariates)


@dataclass(frozen=True, slots=True)
class Observation:
    """One unit in one period; `cohort` is NEVER without treatment."""

    unit: str
    time: int
    cohort: int
    outcome: float
    covariates: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """Checked rows, each unit and period once, of units that can be compared."""

    rows: tuple[Observation, ...]
    covariates: tuple[str, ...] = ()
    warnings: tuple[Told, ...] = ()

    @property
    def periods(self) -> tuple[int, ...]:
        return tuple(sorted({row.time for row in self.rows}))

    @property
    def cohorts(self) -> dict[str, int]:
        """Unit → cohort."""
        return {row.unit: row.cohort for row in self.rows}

    @property
    def treated(self) -> int:
        return sum(cohort != NEVER for cohort in self.cohorts.values())

    @property
    def never(self) -> int:
        return sum(cohort == NEVER for cohort in self.cohorts.values())

    def frame(self) -> Any:
        """As the library wants it: unit, time, cohort, outcome and the covariates x0, x1 …"""
        import pandas as pd

        numbers = {unit: number for number, unit in enumerate(sorted(self.cohorts))}
        columns: dict[str, Any] = {
            "unit": [numbers[row.unit] for row in self.rows],
            "time": [row.time for row in self.rows],
            "cohort": [row.cohort for row in self.rows],
            "outcome": [row.outcome for row in self.rows],
        }
        for at, name in enumerate(self.names):
            columns[name] = [row.covariates[at] for row in self.rows]
        return pd.DataFrame(columns)

    @property
    def names(self) -> list[str]:
        """The covariates' names within `frame`."""
        return [f"x{at}" for at in range(len(self.covariates))]


def read(
    rows: Iterable[Mapping[str, str | None]],
    columns: Columns,
    header: Iterable[str],
    *,
    anticipation: int = 0,
) -> Panel:
    """The rows of a file, checked. Raises BadPanel."""
    found = list(header)
    missing = [name for name in columns.all if name not in found]
    if missing:
        raise BadPanel(
            _("列「%(missing)s」がありません。ファイルの列：%(found)s")
            % {"missing": _("、").join(missing), "found": _("、").join(found) or _("なし")}
        )
    kept: list[Observation] = []
    problems: list[str] = []
    unknown = 0
    for line, row in enumerate(rows, start=2):
        try:
            seen = _observation(row, columns)
        except _Unreadable as problem:
            problems.append(
                _("%(line)d行目の「%(column)s」：%(value)s")
                % {"line": line, "column": problem.column, "value": problem.value or _("空欄")}
            )
            continue
        if seen is None:
            unknown += 1
        else:
            kept.append(seen)
    if problems:
        raise BadPanel(
            ngettext(
                "数字でない値、または空欄が%(n)d行にあります。直してください。%(which)s",
                "数字でない値、または空欄が%(n)d行にあります。直してください。%(which)s",
                len(problems),
            )
            % {"n": len(problems), "which": _few(problems)}
        )
    warnings = [Told("unknown", unknown)] if unknown else []
    return checked(kept, columns.covariates, anticipation=anticipation, warnings=warnings)


def checked(
    rows: Iterable[Observation],
    covariates: tuple[str, ...] = (),
    *,
    anticipation: int = 0,
    warnings: Iterable[Told] = (),
) -> Panel:
    """The panel without what cannot be compared, each omission told. Raises BadPanel."""
    kept = sorted(rows, key=lambda row: (row.unit, row.time))
    told = list(warnings)
    if not kept:
        raise BadPanel(
            _("使える行がありません。成果の列に数字が入っているか確かめてください。"), "no_rows"
        )
    _refuse_doubles(kept)
    _refuse_changes(kept)
    periods = sorted({row.time for row in kept})
    if len(periods) < 2:
        raise BadPanel(
            _("期が1つ（%(time)d）しかありません。前後を比べるには、2期以上が必要です。")
            % {"time": periods[0]},
            "one_period",
        )
    kept = _later_is_never(kept, periods[-1] + anticipation, told)
    kept = _without_past(kept, periods[0] + anticipation, told)
    kept, names = _without_constants(kept, covariates, told)
    panel = Panel(tuple(kept), names, tuple(told))
    if not panel.treated:
        raise BadPanel(
            _("対象になった（処置を受けた）単位がありません。開始の期の列を確かめてください。"),
            "no_treated",
        )
    return panel


def require_controls(panel: Panel, control: str) -> None:
    """Raises BadPanel where nobody is left to compare with."""
    if panel.never:
        return
    if control == "never":
        raise BadPanel(
            _(
                "一度も対象にならない単位がないため、比べられません。"
                "まだ対象でない単位と比べる（not_yet）を選んでください。"
            ),
            "no_controls",
        )
    if len(set(panel.cohorts.values())) < 2:
        raise BadPanel(
            _(
                "全員が同じ期に対象になっているため、比べる相手がありません。対象外の単位を加えてください。"
            ),
            "no_controls",
        )


class _Unreadable(Exception):
    def __init__(self, column: str, value: str) -> None:
        super().__init__(column)
        self.column = column
        self.value = value


def _observation(row: Mapping[str, str | None], columns: Columns) -> Observation | None:
    """None where the outcome or a covariate is not known."""
    unit = _text(row.get(columns.unit))
    if not unit:
        raise _Unreadable(columns.unit, "")
    time = _number(row, columns.time)
    cohort = NEVER if _is_endless(row.get(columns.cohort)) else _number(row, columns.cohort) or 0
    values = [_number(row, name) for name in (columns.outcome, *columns.covariates)]
    if time is None:
        raise _Unreadable(columns.time, "")
    for name, value in ((columns.time, time), (columns.cohort, cohort)):
        if value != int(value):
            raise _Unreadable(name, str(value))
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return Observation(unit, int(time), int(cohort), known[0], tuple(known[1:]))


def _text(value: str | None) -> str:
    return unicodedata.normalize("NFKC", str(value if value is not None else "")).strip()


def _is_endless(value: str | None) -> bool:
    return _text(value).lower() in ENDLESS


def _number(row: Mapping[str, str | None], column: str) -> float | None:
    text = _text(row.get(column))
    if text.lower() in BLANK:
        return None
    try:
        value = float(text.replace(",", ""))
    except ValueError:
        raise _Unreadable(column, text[:40]) from None
    if value - value != 0:  # neither endless nor "not a number"
        raise _Unreadable(column, text[:40])
    return value


def _refuse_doubles(rows: list[Observation]) -> None:
    counts = Counter((row.unit, row.time) for row in rows)
    doubles = [f"{unit} {time}" for (unit, time), n in counts.items() if n > 1]
    if doubles:
        raise BadPanel(
            ngettext(
                "同じ単位と期の行が重なっています（%(n)d組）。1行ずつにしてください：%(which)s",
                "同じ単位と期の行が重なっています（%(n)d組）。1行ずつにしてください：%(which)s",
                len(doubles),
            )
            % {"n": len(doubles), "which": _few(doubles)}
        )


def _refuse_changes(rows: list[Observation]) -> None:
    known: dict[str, int] = {}
    changed = {row.unit for row in rows if known.setdefault(row.unit, row.cohort) != row.cohort}
    if changed:
        raise BadPanel(
            ngettext(
                "開始の期が途中で変わる単位があります（%(n)d件）。はじめの期に揃えてください：%(which)s",
                "開始の期が途中で変わる単位があります（%(n)d件）。はじめの期に揃えてください：%(which)s",
                len(changed),
            )
            % {"n": len(changed), "which": _few(sorted(changed))}
        )


def _later_is_never(rows: list[Observation], last: int, told: list[Told]) -> list[Observation]:
    later = {row.unit for row in rows if row.cohort > last}
    if not later:
        return rows
    told.append(Told("later", len(later)))
    return [
        Observation(row.unit, row.time, NEVER, row.outcome, row.covariates)
        if row.unit in later
        else row
        for row in rows
    ]


def _without_past(rows: list[Observation], first: int, told: list[Told]) -> list[Observation]:
    """Units that were treated from the first period on have nothing to be compared with."""
    early = {row.unit for row in rows if NEVER < row.cohort <= first}
    if not early:
        return rows
    told.append(Told("no_past", len(early)))
    left = [row for row in rows if row.unit not in early]
    if not any(row.cohort != NEVER for row in left):
        raise BadPanel(
            _(
                "対象になったどの単位にも、対象になる前の期がありません。前の期の行を加えてください。"
            ),
            "no_past",
        )
    return left


def _without_constants(
    rows: list[Observation], names: tuple[str, ...], told: list[Told]
) -> tuple[list[Observation], tuple[str, ...]]:
    moving = [at for at in range(len(names)) if len({row.covariates[at] for row in rows}) > 1]
    still = [name for at, name in enumerate(names) if at not in moving]
    if not still:
        return rows, names
    told.append(Told("constant", text=_("、").join(still)))
    kept = [
        Observation(
            row.unit, row.time, row.cohort, row.outcome, tuple(row.covariates[at] for at in moving)
        )
        for row in rows
    ]
    return kept, tuple(names[at] for at in moving)


def _few(items: list[str]) -> str:
    shown = _("、").join(items[:SHOWN])
    return shown + (_("ほか") if len(items) > SHOWN else "")


_COUNTED = {
    "unknown": lambda n: ngettext(
        "成果または共変量が空欄の%(n)d行を除きました。",
        "成果または共変量が空欄の%(n)d行を除きました。",
        n,
    ),
    "later": lambda n: ngettext(
        "開始が最後の期より後の%(n)d件は、この期間では対象になっていない単位として比べました。",
        "開始が最後の期より後の%(n)d件は、この期間では対象になっていない単位として比べました。",
        n,
    ),
    "no_past": lambda n: ngettext(
        "対象になる前の期がない%(n)d件を除きました。",
        "対象になる前の期がない%(n)d件を除きました。",
        n,
    ),
}
_SAID = {
    "constant": gettext_lazy("どの行でも同じ値の共変量を除きました：%(text)s"),
    "unbalanced": gettext_lazy(
        "すべての期が揃っていない単位があります。揃っている期の組だけで比べました。"
    ),
    "overlap": gettext_lazy("共変量に対して企業が少なく、似た相手を見つけにくい組があります。"),
    "rank": gettext_lazy("互いに重なる共変量があり、計算から除かれました。"),
    "no_never": gettext_lazy(
        "一度も対象にならない単位がないため、後から対象になる単位と比べました。"
    ),
    "columns": gettext_lazy("企業が少ないため、次の項目は揃えていません：%(text)s"),
    "library": gettext_lazy("計算の注意：%(text)s"),
}
