"""What whoever approves should have looked at: figures that are incomplete or unlikely."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi.releases import words
from kpi.releases.models import Release
from kpi.releases.rules import WARDS, Column
from kpi.releases.selectors.changes import breaks
from kpi.releases.selectors.figures import columns_of
from kpi.releases.subjects import subject_of, subjects
from kpi.services.undelivered import counted_events
from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.kernel.models import OutboxEvent
from programs.selectors import ward_names

# A running year's count that grows more than that against the release before is looked at.
JUMP = 2


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is unlikely, and what to do about it."""

    text: str
    hint: str


def doubts(actor: Actor, row: Release, before: Release | None) -> list[Doubt]:
    """All that was found, the gravest first."""
    stored = columns_of(row)
    return [
        *_waiting(actor, row),
        *_broken(row, before),
        *_missing(stored),
        *_silent(row, stored),
        *(_jumps(row, stored, columns_of(before)) if before is not None else ()),
    ]


def _waiting(actor: Actor, row: Release) -> Iterator[Doubt]:
    """Events of before the watermark that are to become facts and are none yet."""
    with acting(actor.elevated()):
        waiting = OutboxEvent.objects.filter(
            closed_at=None, created_at__lte=row.watermark, name__in=counted_events()
        ).count()
    if waiting:
        text = ngettext(
            "作った時点で、まだ数えていない出来事が%(n)d件あります",
            "作った時点で、まだ数えていない出来事が%(n)d件あります",
            waiting,
        )
        yield Doubt(
            text % {"n": waiting}, _("数分待って、取りやめてから作り直すと、数に入ります。")
        )


def _broken(row: Release, before: Release | None) -> Iterator[Doubt]:
    for code, was, now in breaks(before.definitions, row.definitions) if before else ():
        subject = subject_of(code)
        yield Doubt(
            _("%(name)sの定義が第%(was)s版から第%(now)s版に変わりました")
            % {"name": subject.name if subject else code, "was": was, "now": now},
            _("前の値とは比べられません。公表の説明に、変わったことを書いてください。"),
        )


def _missing(stored: Sequence[Column]) -> Iterator[Doubt]:
    known = {column.indicator for column in stored}
    missing = [str(item.name) for item in subjects() if not known.intersection(item.codes)]
    if missing:
        yield Doubt(
            _("値のない指標があります：%(names)s") % {"names": _("、").join(missing)},
            _("統計や調査をまだ取り込んでいない指標は、値なしで公表されます。"),
        )


def _silent(row: Release, stored: Sequence[Column]) -> Iterator[Doubt]:
    """Wards of which the year has nothing at all."""
    year = clock.fiscal_year_bounds(row.fiscal_year)[0]
    own = [column for column in stored if column.period == year]
    silent = [
        ward_names()[ward]
        for place, ward in enumerate(WARDS)
        if not any(column.numerators[place] for column in own)
    ]
    if own and silent:
        yield Doubt(
            _("この年度の値が1つもない区があります：%(names)s") % {"names": _("、").join(silent)},
            _("本当に実績がないか、登録が遅れていないか、区に確かめてください。"),
        )


def _jumps(row: Release, stored: Sequence[Column], old: Sequence[Column]) -> Iterator[Doubt]:
    """Totals of years that were over which fell, and running ones that more than doubled."""
    was = {column.key: _total(column) for column in old if column.denominators is None}
    for column in stored:
        before, now = was.get(column.key), _total(column)
        if column.denominators is not None or before is None or before == now:
            continue
        subject = subject_of(column.indicator)
        values = {
            "name": subject.name if subject else column.indicator,
            "period": words.period_text(column.indicator, column.period),
            "was": f"{before:,.0f}",
            "now": f"{now:,.0f}",
        }
        if now < before:
            yield Doubt(
                _("%(name)s（%(period)s）が%(was)sから%(now)sに減りました") % values,
                _("取消や訂正によるものか、「変わった値」で事実を確かめてください。"),
            )
        elif before >= 10 and now > JUMP * before:
            yield Doubt(
                _("%(name)s（%(period)s）が%(was)sから%(now)sに大きく増えました") % values,
                _("二重の登録や日付の誤りがないか、「変わった値」で事実を確かめてください。"),
            )


def _total(column: Column) -> int:
    return int(sum(value or 0 for value in column.numerators))
