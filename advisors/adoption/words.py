"""What the rules found, in words: rates, grounds, and what to do next.

The advice follows 003 (three steps, three layers, follow-ups after 3, 6 and 12 months); the sentences
are ours.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from advisors.adoption import codes
from advisors.adoption.rules import patterns
from advisors.adoption.rules.patterns import Diagnosis, Finding, Ground
from advisors.adoption.rules.weeks import FRIDAY, TARGET_WEEK, target_of
from portal.ui.markup import short_date

SOURCE = gettext_lazy("003「DX定着化で中小企業の成功率を高める」")

MEANING: Mapping[str, str | Promise] = {
    patterns.TOOL_FIRST: gettext_lazy("ツールが仕事に合っておらず、入力が進んでいないようです。"),
    patterns.ALONE: gettext_lazy("使うのが一部の人に限られているようです。"),
    patterns.FLASH: gettext_lazy("導入の直後は使われましたが、元のやり方に戻っているようです。"),
}

ADVICE: Mapping[str, tuple[str | Promise, ...]] = {
    patterns.TOOL_FIRST: (
        gettext_lazy("入力する人と一緒に、対象の業務の流れを書き出します。"),
        gettext_lazy(
            "使われていない入力欄や二重の記入を減らします。ツールがなくてもできる改善が先です。"
        ),
        gettext_lazy(
            "「この機能だけ使えれば足りる」を決め、提供会社に設定の変更を頼みます。合わなければ、やめる判断もします。"
        ),
    ),
    patterns.ALONE: (
        gettext_lazy(
            "部署ごとにキーユーザーを1人以上決め、役割の名前と、手当や評価での扱いを決めます。"
        ),
        gettext_lazy(
            "経営者が月に1回、利用の状況を確かめる場に出て、「使ってほしい」と自分の言葉で伝えます。"
        ),
        gettext_lazy("設定と困ったときの手順を書き残し、推進の担当が替わっても続くようにします。"),
    ),
    patterns.FLASH: (
        gettext_lazy(
            "振り返りを開き、「使い方が分からない」「前のほうが早い」という声を集めます。"
        ),
        gettext_lazy("手順書を直し、困っている作業だけを短い時間で練習し直します。"),
        gettext_lazy("紙や表計算と二重にしている作業を、いつやめるかを決めます。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as the page shows it."""

    name: str
    meaning: str
    grounds: tuple[str, ...]
    advice: tuple[str, ...]


def percent(rate: Fraction) -> str:
    """7/10 → 70%. Cut off, so that 69.9 is not shown as the target."""
    return f"{int(rate * 100)}%"


def week_words(week: dt.date, today: dt.date) -> str:
    """11月16日〜22日の週, by its first and last day."""
    last = week + dt.timedelta(days=6)
    return _("%(first)s〜%(last)s") % {
        "first": short_date(week, today=today),
        "last": short_date(last, today=today),
    }


def use_words(found: Diagnosis) -> str:
    """Where the tool stands, in one sentence."""
    if found.use is None:
        return _("4週分の数字がそろうと、利用率と信号が出ます。")
    values = {"use": percent(found.use), "target": percent(target_of(found.last_number))}
    if found.last_number < TARGET_WEEK:
        return (
            _(
                "直近4週の利用率は%(use)sです。いまの週の目安は%(target)sで、3か月後に70%%以上を目指します。"
            )
            % values
        )
    if found.at_target:
        return _("直近4週の利用率は%(use)sで、目標の70%%に届いています。") % values
    short = codes.TARGET_PERCENT - int(found.use * 100)
    return ngettext(
        "直近4週の利用率は%(use)sです。目標の70%%まで、あと%(short)dポイントです。",
        "直近4週の利用率は%(use)sです。目標の70%%まで、あと%(short)dポイントです。",
        short,
    ) % {**values, "short": short}


def findings(found: Diagnosis) -> Iterator[Told]:
    """Each pattern with its grounds and what to do next."""
    for finding in found.findings:
        yield told(finding)


def told(finding: Finding) -> Told:
    return Told(
        name=str(codes.PATTERNS[finding.pattern]),
        meaning=str(MEANING[finding.pattern]),
        grounds=tuple(ground_text(ground) for ground in finding.grounds),
        advice=tuple(str(text) for text in ADVICE[finding.pattern]),
    )


def ground_text(ground: Ground) -> str:
    """The figures that a finding rests on."""
    return _GROUNDS[ground.code] % _values(ground)


_GROUNDS: Mapping[str, str | Promise] = {
    "best": gettext_lazy(
        "利用率は、いちばん良い4週でも%(first)sで、半分に届いたことがありません。"
    ),
    "completion": gettext_lazy("直近4週で入力されたのは、入力するはずだった件数の%(first)sです。"),
    "errors": gettext_lazy(
        "入力100件あたりのエラーが、初めの4週の%(first)sから直近4週の%(second)sへ、減っていません。"
    ),
    "unprepared": gettext_lazy("導入の前にしておく3つのことのうち、%(first)sがまだです。"),
    "few": gettext_lazy(
        "直近4週でログインしたのは%(first)sの人ですが、入力は%(second)sまで進んでいます。少ない人が全員の分を入力しています。"
    ),
    "broke_off": gettext_lazy(
        "第%(first)s週に%(second)sあった利用率が、次の週から%(third)sまで一度に落ちました。"
    ),
    "key_users": gettext_lazy("キーユーザーは%(first)s人です。"),
    "owner_away": gettext_lazy("経営者が月に1回確かめる場が、まだありません。"),
    "fell": gettext_lazy("利用率が、初めの4週の%(first)sから直近4週の%(second)sに下がりました。"),
    "peak": gettext_lazy("いちばん使われたのは第%(first)s週（%(second)s）です。"),
    "no_review": gettext_lazy("3か月の振り返りが、まだ記録されていません。"),
}
# What is a count, or a number in 100, and no rate.
_COUNTS = {"unprepared", "key_users", "errors"}
_FIRST_COUNTS = {"broke_off", "peak"}


def _values(ground: Ground) -> dict[str, str]:
    names = ("first", "second", "third")
    told = {}
    for at, (name, value) in enumerate(zip(names, ground.values, strict=False)):
        if ground.code in _COUNTS or (at == 0 and ground.code in _FIRST_COUNTS):
            told[name] = _number(Fraction(value))
        else:
            told[name] = percent(Fraction(value))
    return told


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):.1f}"


def next_friday(today: dt.date) -> dt.date:
    """From when on the next week can be recorded."""
    days = (FRIDAY - today.weekday()) % 7
    return today + dt.timedelta(days=days or 7)
