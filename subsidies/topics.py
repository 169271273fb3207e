"""Kinds of notices of the subsidies, from the first application to disposal."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from portal.notices.topics import Reader, register

DECISION = register(
    "subsidies.decision", _("採択・交付・額の確定・取消・返還などの決定と支払い"), urgent=True
)
CORRECTION = register("subsidies.correction", _("補正・差戻し・指示・弁明の求め"), urgent=True)
DEADLINE = register("subsidies.deadline", _("補助金の期限（近い・過ぎた）"), urgent=True)
PROGRESS = register("subsidies.progress", _("申請・報告の受付と進み具合"))
MESSAGE = register("subsidies.message", _("申請についての区からのメッセージ"))
PLAN = register("subsidies.plan", _("導入計画への助言と評価"))

OFFICE_DECIDE = register(
    "subsidies.office_decide", _("決裁のお願いとその結果"), reader=Reader.OFFICE
)
OFFICE_INCOMING = register(
    "subsidies.office_incoming", _("企業からの提出・補正・取下げ・メッセージ"), reader=Reader.OFFICE
)
OFFICE_DEADLINE = register(
    "subsidies.office_deadline",
    _("企業の義務の期限（近い・過ぎた）"),
    reader=Reader.OFFICE,
    urgent=True,
)
OFFICE_DONE = register(
    "subsidies.office_done", _("一括処理・廃棄が終わったこと"), reader=Reader.OFFICE
)
OFFICE_REVIEW = register(
    "subsidies.office_review", _("審査会の進み具合（事務局）"), reader=Reader.OFFICE
)
REVIEW = register("subsidies.review", _("審査のお願いと期限"), reader=Reader.SUPPORT, urgent=True)
ADVISED_PLAN = register(
    "subsidies.advised_plan", _("共有された計画の評価の依頼"), reader=Reader.SUPPORT
)

# What the firm hears of these events lets it lose time or rights; of all others it is progress.
_DECIDED = frozenset(
    {
        "subsidies.application_decided",
        "subsidies.grant_paid",
        "subsidies.advance_paid",
        "grants.ruled",
        "grants.recovery_charged",
        "grants.recovery_settled",
        "selection.approved",
        "selection.promoted",
        "selection.ended",
    }
)
_TO_MEND = frozenset(
    {
        "subsidies.correction_requested",
        "grants.filing_returned",
        "grants.hearing_asked",
        "grants.progress_requested",
        "grants.visit_instructed",
        "grants.visit_planned",
        "grants.visit_called_off",
    }
)
_TO_DECIDE: Collection[str] = frozenset(
    {
        "subsidies.application_decided",
        "subsidies.decision_proposed",
        "subsidies.proposal_returned",
        "grants.ruling_proposed",
        "grants.ruling_sent_back",
        "grants.ruled",
        "selection.proposed",
        "selection.returned",
        "selection.approved",
    }
)


def of_firm(event: str) -> str:
    """The kind of what the firm is told of an event."""
    if event in _DECIDED:
        return DECISION
    if event == "subsidies.message_posted":
        return MESSAGE
    return CORRECTION if event in _TO_MEND else PROGRESS


def of_office(event: str) -> str:
    """The kind of what officials are told of an event."""
    return OFFICE_DECIDE if event in _TO_DECIDE else OFFICE_INCOMING
