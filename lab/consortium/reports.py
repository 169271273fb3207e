"""Lists of the room to take away (CSV, XLSX)."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from lab.consortium import policies
from lab.consortium.selectors import collabs, counts, members, projects
from portal.exports.reports import Cell, Column, Params, Report, register
from portal.kernel import clock
from portal.kernel.actor import Actor, Hat
from programs.selectors import ward_names


def _reads(actor: Actor) -> bool:
    return policies.is_staff(actor) or actor.hat == Hat.AUDITOR


def _counts(actor: Actor) -> bool:
    return _reads(actor) or policies.is_official(actor) or actor.hat == Hat.POLICY


def _lines(actor: Actor) -> list[counts.WardLine]:
    first, last = clock.fiscal_year_bounds(clock.fiscal_year(clock.today()))
    return counts.by_ward(actor, first, last)


def _count_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    """No names."""
    names = ward_names()
    for line in _lines(actor):
        yield [
            names[line.ward_id],
            line.running,
            line.agreed,
            line.referred,
            line.answered,
            line.developed,
        ]


def _collab_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in collabs.listed(actor):
        yield [
            row.title,
            str(row.state.label),
            str(_("、")).join(party.name for party in row.parties.all()),
            row.contract_no,
            row.contracted_on,
            row.delivered_on,
            row.reason,
        ]


def _project_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    names = ward_names()
    for row in projects.listed(actor, "all").select_related("member", "side"):
        yield [
            row.title,
            str(row.get_kind_display()),
            names[row.ward_id],
            row.side.firm_name,
            row.member.name if row.member else "",
            str(row.state.label),
            row.open_until,
            row.agreed_on,
            row.ends_on,
            row.counted_on,
            row.took_part,
            str(row.get_outcome_display()),
        ]


def _member_rows(actor: Actor, params: Params) -> Iterator[Sequence[Cell]]:
    for row in members.listed(actor):
        yield [row.name, str(row.get_kind_display()), row.strengths, row.joined_on, row.signing_in]


register(
    Report(
        code="consortium-projects",
        title=_("産学連携の課題"),
        columns=(
            Column(_("企業の課題")),
            Column(_("種類")),
            Column(_("区")),
            Column(_("企業名")),
            Column(_("学校・機関")),
            Column(_("状態")),
            Column(_("募集の期限"), "date"),
            Column(_("合意日"), "date"),
            Column(_("終了予定日"), "date"),
            Column(_("3-OP3に数える日"), "date"),
            Column(_("参加した学生の人数"), "number"),
            Column(_("企業がしたこと")),
        ),
        rows=_project_rows,
        count=lambda actor, _params: policies.visible_projects(actor).count(),
        may=_reads,
    )
)
register(
    Report(
        code="consortium-members",
        title=_("コンソーシアムの会員"),
        columns=(
            Column(_("名称")),
            Column(_("種類")),
            Column(_("得意な分野・できること")),
            Column(_("入会日"), "date"),
            Column(_("サインインする人"), "number"),
        ),
        rows=_member_rows,
        count=lambda actor, _params: members.listed(actor).count(),
        may=_reads,
    )
)
register(
    Report(
        code="consortium-joint",
        title=_("共同開発"),
        columns=(
            Column(_("何を開発するか")),
            Column(_("状態")),
            Column(_("企業")),
            Column(_("契約番号")),
            Column(_("契約日"), "date"),
            Column(_("初回の納品日"), "date"),
            Column(_("理由")),
        ),
        rows=_collab_rows,
        count=lambda actor, _params: policies.visible_collabs(actor).count(),
        may=_reads,
    )
)
register(
    Report(
        code="consortium-counts",
        title=_("コンソーシアムの件数"),
        columns=(
            Column(_("区")),
            Column(_("動いている課題"), "number"),
            Column(_("合意（3-OP3）"), "number"),
            Column(_("紹介（相談中まで）"), "number"),
            Column(_("紹介（結論・見送り）"), "number"),
            Column(_("共同開発（3-KGI）"), "number"),
        ),
        rows=_count_rows,
        count=lambda actor, _params: len(_lines(actor)),
        may=_counts,
    )
)
