"""All numbers of an evaluation's page as lines of a file: numbers as numbers, small counts withheld."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kpi.effect import page, plots, words
from kpi.effect.models import Evaluation, Question
from kpi.effect.rules.beside import may_tell_shares
from kpi.effect.rules.study import Group
from portal.exports.reports import Cell
from programs import small_cells

# Kind, which, estimate, error, low, high, firms.
Line = tuple[Cell, ...]


def table(row: Evaluation) -> list[Line]:
    """In the order of the page; estimates in points, errors as they are estimated (log or share)."""
    result = row.result
    more = result["verdict"].get("more")
    return [
        _line(_("判定"), words.headline(row.question, result)),
        *([_line(_("判定するのに、あと要る利用企業（約）"), firms=more)] if more else []),
        *_estimates(row),
        *_share_lines(row),
        *_jump_lines(result.get("rdd")),
        *_balance_lines(row),
        *_power_lines(result.get("power")),
        *_flow_lines(row),
    ]


def _line(kind: str, which: Cell = "", value: Cell = None, *, firms: Cell = None) -> Line:
    return (kind, which, value, None, None, None, firms)


def _estimates(row: Evaluation) -> Iterator[Line]:
    """Of a smaller question there is one estimate: its firms are followed over one year each."""
    result, treated = row.result, row.result.get("n", {}).get("treated")
    names = _overall() if row.question == Question.GRANT else [("simple", _("本推計"))]
    for name, label in names:
        if found := result.get("overall", {}).get(name):
            yield (_("推定"), label, *_numbers(found), treated)
    if found := result.get("two_way"):
        yield (_("推定"), _("固定効果"), *_numbers(found), treated)
    if (gap := result.get("gap")) and gap["points"] is not None:
        found = {"value": gap["points"], "low": gap["low"], "high": gap["high"]}
        yield (_("推定"), _("単純な差"), *_numbers(found), _firms(gap["users"]))
        yield _line(_("推定"), _("単純な差（DHS成長率）"), _points(gap["symmetric"]))
        yield _line(_("推定"), _("単純な差（中央値）"), _points(gap["median"]))
    if row.question != Question.GRANT:
        return
    if trend := result.get("trend"):
        yield _line(_("利用前の動きの違い（p値）"), "", _decimal(f"{trend['p']:.3f}"))
    for event in result.get("events", []):
        yield (_("利用からの年数"), event["after"], *_numbers(event), _firms(event["n"]))
    for cohort in result.get("cohorts", []):
        yield (_("開始年"), cohort["cohort"], *_numbers(cohort), _firms(cohort["n"]))


def _overall() -> list[tuple[str, str]]:
    return [
        ("group", _("利用企業の平均（本推計）")),
        ("simple", _("企業と年の平均")),
        ("dynamic", _("利用からの年数の平均")),
        ("calendar", _("暦年の平均")),
    ]


def _share_lines(row: Evaluation) -> Iterator[Line]:
    """How many applied in the year before and after, of the firms compared."""
    kind, names = _("申請した企業の数"), words.groups(row.question)
    heads = {
        "n": _("比べた企業"),
        "before": _("前の1年に申請した企業"),
        "after": _("後の1年に申請した企業"),
    }
    shares = row.result.get("shares", {})
    may_tell = may_tell_shares(shares.values())
    for side, one in shares.items():
        group = names[Group.USERS if side == "users" else Group.WAITING]
        for key, head in heads.items():
            firms = _firms(one[key]) if key == "n" or may_tell else _("非公表")
            yield _line(kind, f"{group} {head}", firms=firms)


def _jump_lines(jump: Mapping[str, Any] | None) -> list[Line]:
    """Why there is no estimate stands in its place; a band that was never found counts nobody."""
    if not jump:
        return []
    kind, found = _("点数の線の前後"), jump["points"]
    lines = [(_("線の下"), jump["below"]), (_("線の上"), jump["above"])]
    if found and "near" in jump:
        near = jump["near"]
        lines += [(_("線の下（帯の中）"), near["below"]), (_("線の上（帯の中）"), near["above"])]
    return [
        (kind, "" if found else plots.jump_words(jump), *_numbers(found or {}), None),
        *(_line(kind, side, firms=_firms(firms)) for side, firms in lines),
        _line(kind, _("帯の幅（点）"), _points(jump["bandwidth"])),
        *_bin_lines(jump.get("bins", [])),
    ]


def _bin_lines(bins: Iterable[Mapping[str, Any]]) -> Iterator[Line]:
    for one in bins:
        yield _line(
            _("線との差（点）ごとの伸び（対数）"),
            _decimal(f"{one['distance']:.1f}"),
            _decimal(f"{one['outcome']:.3f}"),
            firms=_firms(one["n"]),
        )


def _balance_lines(row: Evaluation) -> Iterator[Line]:
    users, others = words.groups(row.question)[Group.USERS], words.others(row.question)
    for one in row.result.get("balance", []):
        name = words.column(one["name"])
        for group, share in ((users, one["treated"]), (others, one["others"])):
            yield _line(_("もともとの割合（%）"), f"{name} {group}", _decimal(f"{100 * share:.0f}"))
        yield _line(_("標準化した差（前）"), name, _points(one["before"]))
        yield _line(_("標準化した差（後）"), name, _points(one["after"]))


def _power_lines(power: Mapping[str, Any] | None) -> Iterator[Line]:
    """Without a target no number of firms is asked for."""
    if not power:
        return
    yield _line(_("8割の確率で見つけられる効果"), "", _points(power["detectable"]))
    if power["needed"] is not None:
        yield _line(_("目標を見つけるのに要る企業"), firms=power["needed"])


def _flow_lines(row: Evaluation) -> Iterator[Line]:
    heads = [str(words.OUTS[name]) for name in page.outs(row.result["flow"])]
    for group, counts in page.flow(row.question, row.result["flow"]):
        for head, n in zip((*heads, _("計")), counts, strict=True):
            yield _line(_("企業の数"), f"{group} {head}", firms=_("非公表") if n is None else n)


def _numbers(found: Mapping[str, Any]) -> tuple[Cell, Cell, Cell, Cell]:
    error = found.get("se")
    return (
        _points(found.get("value")),
        None if error is None else _decimal(f"{error:.4f}"),
        _points(found.get("low")),
        _points(found.get("high")),
    )


def _points(value: float | None) -> Decimal | None:
    return None if value is None else _decimal(f"{value:.2f}")


def _decimal(text: str) -> Decimal:
    """Without a zero below zero."""
    return Decimal(text) + 0


def _firms(n: int) -> Cell:
    return _("非公表") if small_cells.is_small(n) else n
