"""From the JSON form of a version's rules to `SchemeRules`; finds all problems, not the first."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from fractions import Fraction
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from subsidies.rules.bonus import parse_bonus
from subsidies.rules.scheme import papers
from subsidies.rules.scheme.checks import cross_check
from subsidies.rules.scheme.problems import InvalidRules, RuleProblem
from subsidies.rules.scheme.rules import SchemeRules
from subsidies.rules.scheme.types import (
    ASSET_UNIT_YEN,
    RETENTION_CLASS,
    Category,
    Condition,
    Criterion,
    Document,
    MailText,
    PaperForm,
    Prerequisite,
    Question,
    QuoteRule,
    RateVariant,
    ReapplyBar,
    RecoveryRule,
    StackRule,
    Task,
)
from subsidies.rules.scoring import parse_scoring

Part = TypeVar("Part")
_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_PLAIN: tuple[type, ...] = (str, int, bool)


def parse(data: Mapping[str, Any]) -> SchemeRules:
    """Raises InvalidRules."""
    reader = _Reader(data)
    rules = reader.read()
    found = [*reader.found, *cross_check(rules)]
    if found:
        raise InvalidRules(found)
    return rules


class _Reader:
    """Reads key by key and collects what is wrong."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.found: list[RuleProblem] = []

    def read(self) -> SchemeRules:
        known = {item.name for item in fields(SchemeRules)} | set(papers.FORMER_KEYS)
        unknown = sorted(set(self.data) - known)
        for key in unknown:
            self._add(key, _("この名前の項目はありません。"))
        appeal_text = self._text("appeal_text")
        return SchemeRules(
            rate=self._rate("rate", self.data.get("rate")),
            cap_yen=self._whole("cap_yen", least=1),
            floor_yen=self._whole("floor_yen", least=0, default=0),
            tax_mode=self._one_of("tax_mode", ("excluded", "included")),
            round_unit_yen=self._whole("round_unit_yen", least=1, default=1000),
            round_point=self._one_of("round_point", ("total", "category"), default="total"),
            categories=self._items("categories", Category),
            criteria=self._items("criteria", Criterion),
            tasks=self._items("tasks", Task),
            questions=self._items("questions", Question),
            documents=self._items("documents", Document),
            conditions=self._texts("conditions"),
            quotes=self._part("quotes", QuoteRule),
            review_days=self._whole("review_days", least=1, default=14),
            correction_days=self._whole("correction_days", least=1, default=14),
            withdrawal_days=self._whole("withdrawal_days", least=1, default=15),
            appeal_text=appeal_text,
            appeal_on=self._flag("appeal_on", default=bool(appeal_text)),
            used_goods=self._one_of("used_goods", ("allowed", "excluded"), default="allowed"),
            guideline=self._text("guideline"),
            preparation=self._texts("preparation"),
            report_days=self._whole("report_days", least=1, default=30),
            report_latest=self._day("report_latest", default=""),
            claim_days=self._whole("claim_days", least=1, default=30),
            minor_change_percent=self._whole("minor_change_percent", least=0, default=20),
            follow_up_years=self._whole("follow_up_years", least=0, default=5),
            follow_up_by=self._day("follow_up_by", default="06-30"),
            retention_years=self._whole("retention_years", least=1, default=5),
            retention_class=self._text("retention_class", default=RETENTION_CLASS),
            rate_variants=self._rate_variants(),
            reapply=self._part("reapply", ReapplyBar),
            stacking=self._parts("stacking", StackRule),
            prerequisites=self._items("prerequisites", Prerequisite),
            forms=self._forms(),
            scoring=self._scoring(),
            bonus=self._bonus(),
            bonus_use=self._one_of("bonus_use", ("points", "tie_break"), default="points"),
            ties=self._texts("ties"),
            partial_grant=self._flag("partial_grant", default=False),
            blind_review=self._flag("blind_review", default=False),
            mails=self._named("mails", MailText),
            advance_payment=self._flag("advance_payment", default=False),
            advance_percent=self._whole("advance_percent", least=1, default=100),
            asset_unit_yen=self._whole("asset_unit_yen", least=1, default=ASSET_UNIT_YEN),
            recovery=self._part("recovery", RecoveryRule) or RecoveryRule(),
            unconfirmed=self._texts("unconfirmed"),
            arrival_days=self._whole("arrival_days", least=0, default=0),
            tax_credit_by=self._day("tax_credit_by", default="06-30"),
            hearing_days=self._whole("hearing_days", least=1, default=7),
            revoke_after_final=self._flag("revoke_after_final", default=True),
            office_checks=self._texts("office_checks"),
        )

    def _add(self, where: str, text: str) -> None:
        self.found.append(RuleProblem(where, text))

    def _rate(self, where: str, value: Any) -> Fraction:
        try:
            if isinstance(value, float):
                raise TypeError  # noqa: TRY301
            rate = Fraction(str(value))
        except (TypeError, ValueError, ZeroDivisionError):
            rate = Fraction(0)
        if not 0 < rate <= 1:
            self._add(where, _("0より大きく1以下の分数で入力してください。例：3/4"))
        return rate

    def _whole(self, key: str, *, least: int, default: int | None = None) -> int:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self._add(key, _("%(least)d以上の整数で入力してください。") % {"least": least})
            return least
        return value

    def _one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> Any:
        value = self.data.get(key, default)
        if value not in allowed:
            text = _("%(allowed)sのどれかにしてください。")
            self._add(key, text % {"allowed": " / ".join(allowed)})
        return value

    def _flag(self, key: str, *, default: bool) -> bool:
        value = self.data.get(key, default)
        if not isinstance(value, bool):
            self._add(key, _("はい（true）か、いいえ（false）にしてください。"))
        return bool(value)

    def _text(self, key: str, default: str = "") -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str):
            self._add(key, _("文章で入力してください。"))
        return str(value)

    def _texts(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key, ())
        if not isinstance(value, list | tuple) or not all(isinstance(line, str) for line in value):
            self._add(key, _("文章の一覧で入力してください。"))
            return ()
        return tuple(value)

    def _day(self, key: str, *, default: str) -> str:
        value = self._text(key, default)
        if value and not _DAY.fullmatch(value):
            self._add(key, _("月と日を「03-13」のように入力してください。"))
        return value

    def _items(self, key: str, kind: type[Part]) -> tuple[Part, ...]:
        """A list of parts that have codes of their own."""
        items, seen = [], set()
        for where, entry in self._entries(key):
            item = self._build(where, kind, entry)
            if item is None:
                continue
            code = getattr(item, "code", "")
            if code in seen:
                text = _("略号%(code)sが重なっています。") % {"code": code}
                self._add(where, text)
            seen.add(code)
            items.append(item)
        return tuple(items)

    def _parts(self, key: str, kind: type[Part]) -> tuple[Part, ...]:
        """A list of parts without codes."""
        built = [self._build(where, kind, entry) for where, entry in self._entries(key)]
        return tuple(item for item in built if item is not None)

    def _entries(self, key: str) -> Iterable[tuple[str, Any]]:
        value = self.data.get(key) or ()
        if not isinstance(value, list | tuple):
            self._add(key, _("一覧で入力してください。"))
            return
        for number, entry in enumerate(value, start=1):
            code = entry.get("code") if isinstance(entry, Mapping) else ""
            yield f"{key}.{code or number}", entry

    def _forms(self) -> tuple[PaperForm, ...]:
        """The scheme's own 様式, those that older versions name by keys of their own included."""
        for key in papers.FORMER_KEYS:
            self._text(key)
        given = self.data.get("forms") or {}
        value = papers.numbered(self.data) if isinstance(given, Mapping) else given
        return self._named("forms", PaperForm, value)

    def _named(self, key: str, kind: type[Part], value: Any = None) -> tuple[Part, ...]:
        """A mapping from code to the part's other fields."""
        value = value or self.data.get(key) or {}
        if not isinstance(value, Mapping):
            self._add(key, _("名前と内容の組で入力してください。"))
            return ()
        built = [
            self._build(
                f"{key}.{code}", kind, {**entry, "code": code} if isinstance(entry, Mapping) else 0
            )
            for code, entry in value.items()
        ]
        return tuple(item for item in built if item is not None)

    def _part(self, key: str, kind: type[Part]) -> Part | None:
        return self._build(key, kind, self.data[key]) if self.data.get(key) else None

    def _rate_variants(self) -> tuple[RateVariant, ...]:
        found = []
        for where, entry in self._entries("rate_variants"):
            item = self._build(where, RateVariant, entry)
            if item is not None:
                given = entry.get("rate") if isinstance(entry, Mapping) else None
                rate = self._rate(f"{where}.rate", given)
                found.append(RateVariant(item.name, rate, item.when, item.cap_yen))
        return tuple(found)

    def _scoring(self) -> Any:
        scoring, problems = parse_scoring(self.data.get("scoring"))
        for text in problems:
            self._add("scoring", text)
        return scoring

    def _bonus(self) -> Any:
        bonus, problems = parse_bonus(self.data.get("bonus"))
        for text in problems:
            self._add("bonus", text)
        return bonus

    def _build(self, where: str, kind: type[Part], entry: Any) -> Part | None:
        """One part, or None when it cannot be made."""
        if not isinstance(entry, Mapping):
            self._add(where, _("項目と値の組で入力してください。"))
            return None
        known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
        found = list(_mistakes(where, known, entry))
        self.found += found
        if found:
            return None
        given = {name: _frozen(value) for name, value in entry.items()}
        if entry.get("when") is not None and "when" in known:
            condition = self._build(f"{where}.when", Condition, entry["when"])
            if condition is None:
                return None
            given["when"] = condition
        return kind(**given)


def _mistakes(
    where: str, known: Mapping[str, Field[Any]], entry: Mapping[str, Any]
) -> Iterable[RuleProblem]:
    """Fields that do not exist, are missing, or hold something of the wrong kind."""
    for name in sorted(set(entry) - known.keys()):
        yield RuleProblem(f"{where}.{name}", _("この名前の項目はありません。"))
    for name, item in known.items():
        if name not in entry:
            if item.default is MISSING:
                yield RuleProblem(f"{where}.{name}", _("入力してください。"))
        elif item.type in _PLAIN and not _is(item.type, entry[name]):
            yield RuleProblem(f"{where}.{name}", _wrong(item.type))


def _wrong(kind: Any) -> str:
    if kind is str:
        return _("文章で入力してください。")
    return _("整数で入力してください。") if kind is int else _("はいかいいえで入力してください。")


def _is(kind: Any, value: Any) -> bool:
    """Whether the JSON value is of that type; true and false are no numbers."""
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value
