"""Where a grant stands, in the firm's words: the way to the money, the next step, what happened."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.kernel import clock
from portal.kernel.actor import Actor
from portal.ui.markup import era_date, yen_text
from portal.ui.navigation import rows_of
from portal.ui.parts import Crumb, Entry, Step
from portal.ui.parts import steps as numbered_steps
from subsidies import grant_states
from subsidies.grants import kinds, money_states, policies, states
from subsidies.grants.kinds import rulings
from subsidies.grants.kinds.claim import CLAIM
from subsidies.grants.kinds.completion import COMPLETION
from subsidies.grants.kinds.recovery import RECOVERY
from subsidies.grants.kinds.revocation import REVOCATION
from subsidies.grants.kinds.running import PROGRESS
from subsidies.grants.models import (
    Filing,
    Hearing,
    ProgressRequest,
    Recovery,
    Ruling,
    SiteVisit,
)
from subsidies.grants.selectors import GrantDetail
from subsidies.grants.selectors.asked import ASKED_OF_FIRMS
from subsidies.grants.services.recovery import account_of, overpaid_yen
from subsidies.models import Grant
from subsidies.progress import NextStep, letter_entry

# The current step of each state on the line below; while the project runs that is 発注, and once its
# last day is over 実績報告.
_REPORT = 4
_PLACES = {
    grant_states.IN_PROGRESS: 1,
    grant_states.REPORTED: 5,
    grant_states.FINALISED: 6,
    grant_states.CLAIMED: 7,
    grant_states.PAID: 8,
    grant_states.CLOSED: 9,
}
# Rulings that take from the firm.
_AGAINST = (REVOCATION, RECOVERY)
# What comes next is the firm's to do.
_FIRMS_TURN = (grant_states.IN_PROGRESS, grant_states.FINALISED)


def steps(grant: Grant) -> list[Step]:
    """交付決定 → … → 効果報告; empty where the grant has ended early."""
    if grant.status not in _PLACES:
        return []
    labels = [
        _("交付決定"),
        _("発注"),
        _("納品"),
        _("支払"),
        _("実績報告"),
        _("額の確定"),
        _("請求"),
        _("入金"),
        _("効果報告"),
    ]
    notes = {0: era_date(grant.decided_on)}
    if grant.status == grant_states.IN_PROGRESS:
        notes[3] = _("%(day)sまで") % {"day": era_date(grant.project_ends_on)}
        notes[4] = _("%(day)sまで") % {"day": era_date(grant.report_due_on)}
    line = numbered_steps(labels, _REPORT if _is_to_report(grant) else _PLACES[grant.status])
    return [Step(step.label, step.state, notes.get(index, "")) for index, step in enumerate(line)]


def _is_to_report(grant: Grant) -> bool:
    """The project's last day is over, and its report is not there yet."""
    return grant.status == grant_states.IN_PROGRESS and clock.today() > grant.project_ends_on


def filing_url(filing: Filing) -> str:
    """Where the firm goes on with a filing: its kind's own page, or the general one."""
    page = kinds.get(filing.kind).page or "grants:filing"
    return reverse(page, args=[filing.public_id])


def next_step(detail: GrantDetail) -> NextStep:
    """The one thing that comes next. What the ward waits for comes before the project's own dates."""
    asked = _asked(detail.filings, detail.requests, detail.visits)
    step = _owed(detail.grant) or asked or _stage(detail.grant)
    return _with_button(detail, step) if step.starts else step


def _with_button(detail: GrantDetail, step: NextStep) -> NextStep:
    """The step with the button that begins its filing, or goes on with the one that was begun."""
    kind = next((kind for kind in kinds.fileable(detail.grant) if kind.code == step.starts), None)
    if kind is None:
        return step
    mine = [filing for filing in detail.filings if filing.kind == kind.code]
    begun = next((filing for filing in mine if filing.status in states.GOING), None)
    if begun is not None:
        editable = begun.status in states.EDITABLE
        button = _("続きを入力する") if editable else _("内容を見る")
        return replace(step, url=filing_url(begun), button=button)
    begin = reverse("grants:begin", args=[detail.grant.application.public_id, kind.code])
    button = _("「%(name)s」を始める") % {"name": kind.name}
    return replace(step, url=begin, button=button, posts=True)


def _owed(grant: Grant) -> NextStep | None:
    """What comes before everything else: a hearing that waits, money to be given back."""
    hearings = [row for row in grant.hearing_set.all() if row.status == money_states.ASKED]
    hearing = min(hearings, key=lambda row: row.due_on, default=None)
    if hearing is not None:
        return NextStep(
            what=_("区があなたの説明を聞こうとしています。弁明を提出できます"),
            text=_("区は交付決定の取消を検討しています。"),
            until=hearing.due_on,
            url=reverse("grants:hearing", args=[hearing.pk]),
            button=_("理由を読んで弁明する"),
            tone="warn",
        )
    orders = [row for row in grant.recovery_set.all() if row.status == money_states.OWED]
    owed = min(orders, key=lambda row: row.due_on, default=None)
    if owed is None:
        return _overpaid(grant)
    left = account_of(owed, clock.today()).left_yen
    return NextStep(
        what=_("補助金を返還してください"),
        text=_("今日納めるときの残りは%(left)sです。納付の方法は返還命令書をご確認ください。")
        % {"left": yen_text(left)},
        until=owed.due_on,
        tone="warn",
    )


def _overpaid(grant: Grant) -> NextStep | None:
    """An advance beyond the final amount, before the ward has ordered it back."""
    over = overpaid_yen(grant)
    if not over:
        return None
    return NextStep(
        what=_("概算払の精算で、返還があります"),
        text=_("確定額より%(yen)s多く受け取っています。区から返還命令書が届くまでお待ちください。")
        % {"yen": yen_text(over)},
        tone="warn",
    )


def firm_tasks(actor: Actor) -> list[tuple[Grant, NextStep]]:
    """The next step of each of the firm's grants in which it is the firm's turn: at most nine queries.

    A grant that was revoked is over, but what is owed of it is not.
    """
    owed = Recovery.objects.filter(status=money_states.OWED)
    rows = policies.visible_grants(actor).filter(
        Q(status__in=grant_states.HOLDING) | Q(pk__in=owed.values("grant_id"))
    )
    rows = rows.prefetch_related("hearing_set", "recovery_set__ruling", "recovery_set__payments")
    asked_of_firm = [list(rows) for rows in rows_of(ASKED_OF_FIRMS, actor)]
    found = []
    for grant in rows.select_related("application").order_by("report_due_on", "id"):
        asked = _asked(*(_of(grant, rows) for rows in asked_of_firm))
        step = _owed(grant) or asked
        if step is None and grant.status in _FIRMS_TURN:
            step = _stage(grant)
        if step is not None:
            found.append((grant, step))
    return found


def _of(grant: Grant, rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.grant_id == grant.pk]


def _asked(
    filings: Iterable[Filing], requests: Iterable[ProgressRequest], visits: Iterable[SiteVisit]
) -> NextStep | None:
    """What the ward has asked the firm to do, if anything: mend, report, follow an instruction."""
    for filing in filings:
        if filing.status == states.RETURNED:
            return NextStep(
                what=_("「%(name)s」を直して、提出し直してください")
                % {"name": kinds.get(filing.kind).name},
                text=_("区から直してほしいところが届いています。"),
                url=filing_url(filing),
                button=_("理由を読んで直す"),
                tone="warn",
            )
    waiting = next((item for item in requests if item.status == states.OPEN_REQUEST), None)
    if waiting is not None:
        return NextStep(
            what=_("区に遂行状況を報告してください"),
            text=waiting.question,
            until=waiting.due_on,
            starts=PROGRESS,
            tone="warn",
        )
    visit = next((item for item in visits if item.status == states.INSTRUCTED), None)
    if visit is not None:
        return NextStep(
            what=_("現地調査で指示されたことに対応してください"),
            text=visit.instruction,
            until=visit.follow_up_on,
            tone="warn",
        )
    return None


def _stage(grant: Grant) -> NextStep:
    match grant.status:
        case grant_states.IN_PROGRESS if _is_to_report(grant):
            return NextStep(
                what=_("実績報告を提出してください"),
                text=_("事業の期限は%(day)sでした。かかった経費と証拠の書類をそろえて報告します。")
                % {"day": era_date(grant.project_ends_on)},
                until=grant.report_due_on,
                starts=COMPLETION,
                tone="warn",
            )
        case grant_states.IN_PROGRESS:
            return NextStep(
                what=_("発注・納品・支払を、事業の期限までに終えてください"),
                text=_(
                    "終わったら、%(day)sまでに実績報告を提出します。変更や遅れは先に届け出ます。"
                )
                % {"day": era_date(grant.report_due_on)},
                until=grant.project_ends_on,
                until_label=_("事業の期限"),
            )
        case grant_states.REPORTED:
            return NextStep(
                what=_("区の検査をお待ちください"),
                text=_("区が実績報告を確かめ、補助金の額を確定します。"),
            )
        case grant_states.FINALISED:
            return NextStep(
                what=_("補助金を請求してください"),
                text=_("額が確定しました。振込先の口座を入力して請求します。"),
                starts=CLAIM,
                tone="success",
            )
        case grant_states.CLAIMED:
            return NextStep(
                what=_("入金をお待ちください"), text=_("区が支払の手続を進めています。")
            )
        case grant_states.PAID:
            return NextStep(
                what=_("効果の報告と、取得した財産の管理を続けてください"),
                text=_("書類は捨てずに保管してください。"),
                url=reverse("obligations:mine"),
                button=_("これからの提出と期限を見る"),
                tone="success",
            )
        case grant_states.CLOSED:
            return NextStep(
                what=_("すべての手続が終わりました"),
                text=_("書類は保存の期間が終わるまで保管してください。"),
                tone="success",
            )
    return _ended(grant)


def _ended(grant: Grant) -> NextStep:
    """A project that ended early; what was paid before may have to come back."""
    what = _("この補助事業は「%(state)s」となりました")
    if not grant.paid_yen:
        text = _("補助金は支払われません。分からないことは区にお尋ねください。")
    elif grant.recovery_set.all():
        text = _("返還は終わっています。書類は保存の期間が終わるまで保管してください。")
    else:
        text = _("支払われた補助金の返還は、区から届く返還命令書で、額と納期日をお知らせします。")
    return NextStep(what=what % {"state": grant_states.GRANT.state(grant.status).label}, text=text)


def timeline(detail: GrantDetail) -> list[Entry]:
    """What happened, newest first; officials' inner steps stay out."""
    return sorted(_entries(detail), key=lambda entry: entry.at, reverse=True)


def _entries(detail: GrantDetail) -> Iterator[Entry]:
    decision = detail.decision
    if decision.approved_at:
        yield Entry(
            at=decision.approved_at,
            text=_("交付が決定しました：%(amount)s") % {"amount": yen_text(decision.amount_yen)},
            note=_("文書番号 %(number)s") % {"number": decision.document_no},
            tone="green",
            links=_file_link(
                decision.letter_id, _("決定通知書（PDF）"), route="subsidies:download"
            ),
        )
    for filing in detail.filings:
        yield from _filing_entries(filing)
    for ruling in detail.rulings:
        if ruling.approved_at:
            yield _ruling_entry(ruling)
    for request in detail.requests:
        yield Entry(
            at=request.requested_at,
            text=_("区から遂行状況の報告を求められました（期日 %(day)s）")
            % {"day": era_date(request.due_on)},
            note=request.question,
            tone="orange",
        )
    for visit in detail.visits:
        yield _visit_entry(visit)
    for letter in detail.letters:
        yield letter_entry(letter)
    yield from _against_entries(detail.grant)


def _against_entries(grant: Grant) -> Iterator[Entry]:
    """What was held against the firm, what it said, and what it gave back."""
    for hearing in grant.hearing_set.all():
        yield from _hearing_entries(hearing)
    for recovery in grant.recovery_set.all():
        for payment in recovery.payments.all():
            yield Entry(
                at=payment.recorded_at,
                text=_("返還を区が受け取りました：%(amount)s（%(day)s納付）")
                % {"amount": yen_text(payment.yen), "day": era_date(payment.paid_on)},
                tone="green",
            )


def _filing_entries(filing: Filing) -> Iterator[Entry]:
    name = kinds.get(filing.kind).name
    if filing.submitted_at is None:
        return
    yield Entry(
        at=filing.submitted_at,
        text=_("「%(name)s」を提出しました") % {"name": name},
        links=(Crumb(_("内容を見る"), reverse("grants:filing", args=[filing.public_id])),),
    )
    if filing.settled_at and filing.status == states.ACCEPTED:
        yield Entry(
            at=filing.settled_at,
            text=_("「%(name)s」が受理されました") % {"name": name},
            tone="green",
        )


def _ruling_entry(ruling: Ruling) -> Entry:
    assert ruling.approved_at is not None
    rejected = ruling.outcome == Ruling.Outcome.REJECT
    label = rulings.get(ruling.kind).name if ruling.kind in rulings.codes() else ruling.kind
    return Entry(
        at=ruling.approved_at,
        text=(
            _("「%(name)s」は承認されませんでした") if rejected else _("「%(name)s」が決定しました")
        )
        % {"name": label},
        note=_("文書番号 %(number)s") % {"number": ruling.document_no},
        tone="red" if rejected or ruling.kind in _AGAINST else "green",
        links=_file_link(ruling.letter_id, _("通知書（PDF）")),
    )


def _hearing_entries(hearing: Hearing) -> Iterator[Entry]:
    link = (Crumb(_("内容を見る"), reverse("grants:hearing", args=[hearing.pk])),)
    yield Entry(
        at=hearing.asked_at,
        text=_("交付決定の取消について、説明を求められました（期日 %(day)s）")
        % {"day": era_date(hearing.due_on)},
        tone="orange",
        links=link,
    )
    if hearing.stated_at:
        yield Entry(at=hearing.stated_at, text=_("弁明を提出しました"), links=link)


def _visit_entry(visit: SiteVisit) -> Entry:
    day = era_date(visit.visited_on or visit.planned_on)
    if visit.status == states.CALLED_OFF:
        text = _("現地調査（%(day)s）は取りやめになりました")
    elif visit.visited_on is None:
        text = _("現地調査の予定が入りました（%(day)s）")
    else:
        text = _("現地調査がありました（%(day)s）")
    return Entry(
        at=visit.created_at,
        text=text % {"day": day},
        note=visit.instruction or visit.purpose,
        tone="orange" if visit.status == states.INSTRUCTED else "",
    )


def _file_link(
    file_id: uuid.UUID | None, label: str, *, route: str = "grants:download"
) -> tuple[Crumb, ...]:
    return () if file_id is None else (Crumb(label, reverse(route, args=[file_id])),)
