"""Lists to take away (CSV, XLSX): 相談員の名簿, 伴走支援, 阻害要因."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from advisors import codes, policies, states
from advisors.rules.barriers import Line
from advisors.selectors import barriers
from advisors.selectors.board import engagements
from advisors.selectors.registry import load_of
from advisors.templatetags.advisors import withheld
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.selectors import ward_names

CHUNK = 500
COLUMNS = (
    Column(_("氏名")),
    Column(_("役割")),
    Column(_("資格・経験")),
    Column(_("得意な分野")),
    Column(_("支援中の企業"), "number"),
    Column(_("1か月に訪問できる回数"), "number"),
    Column(_("契約の開始日"), "date"),
    Column(_("契約の終了日"), "date"),
)


def _may(actor: Actor) -> bool:
    return policies.is_office(actor) or actor.hat == Hat.AUDITOR


def _rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    rows = list(policies.visible_advisors(actor).order_by("user__name_kana", "pk"))
    load = load_of(actor, rows)
    for row in rows:
        yield [
            row.user.name,
            row.side_words,
            row.qualification_words,
            row.field_words,
            load[row.user_id],
            row.capacity,
            row.contract_from,
            row.contract_to,
        ]


register(
    Report(
        code="advisors",
        title=_("相談員の名簿"),
        columns=COLUMNS,
        rows=_rows,
        count=lambda actor, _params: policies.visible_advisors(actor).count(),
        may=_may,
    )
)

ENGAGEMENTS = (
    Column(_("区")),
    Column(_("企業")),
    Column(_("段階")),
    Column(_("チーム")),
    Column(_("開始日"), "date"),
    Column(_("終了日"), "date"),
    Column(_("記録した訪問"), "number"),
    Column(_("受理した訪問"), "number"),
    Column(_("最後の訪問"), "date"),
    Column(_("終えた日"), "date"),
    Column(_("途中で終えた理由")),
)


def _engagements(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """Every engagement that the actor sees, the newest first."""
    for row in engagements(actor).order_by("-starts_on", "-pk").iterator(chunk_size=CHUNK):
        yield [
            ward_names()[row.ward_id],
            row.firm_name,
            str(states.ENGAGEMENT.state(row.status).label),
            row.team,
            row.starts_on,
            row.ends_on,
            row.recorded,
            row.accepted,
            row.last_visit and clock.to_date(row.last_visit),
            row.closed_on,
            row.close_reason,
        ]


register(
    Report(
        code="engagements",
        title=_("伴走支援の一覧"),
        columns=ENGAGEMENTS,
        rows=_engagements,
        count=lambda actor, _params: policies.visible_engagements(actor).count(),
        may=_may,
    )
)

BARRIERS = (
    Column(_("区・規模")),
    Column(_("企業数"), "number"),
    *(Column(code, "number") for code in codes.BARRIERS),
)


def _barriers(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """The same counts as on the page; what is withheld there is withheld here."""
    found = barriers.barriers(actor, barriers.year_asked(params.get("year", "")))
    names = ward_names()
    for line in found.by_ward:
        yield _counts(names[int(line.key)], line)
    for line in found.by_size:
        yield _counts(str(codes.SIZES[line.key]), line)
    yield _counts(str(_("23区の計")), found.total)


def _counts(name: str, line: Line) -> list[Cell]:
    told = (line.firms, *line.cells)
    return [name, *(withheld(None) if count is None else count for count in told)]


register(
    Report(
        code="barriers",
        title=_("阻害要因"),
        columns=BARRIERS,
        rows=_barriers,
        count=lambda _actor, _params: barriers.LINES,
        may=policies.reads_barriers,
        filters=("year",),
    )
)
