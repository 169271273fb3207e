"""The acts of the follow-up; each is one transaction, with the actor as an argument.

Rows are written as the system, after the policy has said yes: see docs/adr/0035-followup.md.
"""

from dojo.followup.services.answering import answer_by_link, answer_by_phone, answer_own
from dojo.followup.services.asking import mails_send, surveys_ask, surveys_close, surveys_remind
from dojo.followup.services.investments import (
    Figures,
    investment_accept,
    investment_correct,
    investment_report,
    investment_return,
    investment_undo,
    investment_withdraw,
)
from dojo.followup.services.planning import surveys_catch_up, surveys_plan, surveys_void

__all__ = [
    "Figures",
    "answer_by_link",
    "answer_by_phone",
    "answer_own",
    "investment_accept",
    "investment_correct",
    "investment_report",
    "investment_return",
    "investment_undo",
    "investment_withdraw",
    "mails_send",
    "surveys_ask",
    "surveys_catch_up",
    "surveys_close",
    "surveys_plan",
    "surveys_remind",
    "surveys_void",
]
