"""States of a referral to a bank. The bank reads in `SHOWN` alone; only a status comes back."""

from django.utils.translation import gettext_lazy as _

from lab.consortium.states import FIRM, PARTNER, SYSTEM
from portal.accounts.roles import Role
from portal.kernel.transitions import State, Transition, TransitionTable

# What is shown to a bank binds the firm: its representative consents.
OWNER = frozenset({Role.FIRM_OWNER})
DRAFT, SENT, RECEIVED, TALKING = "draft", "sent", "received", "talking"
DECIDED, DECLINED = "decided", "declined"
REVOKED, EXPIRED, DISCARDED = "revoked", "expired", "discarded"
SHOWN = (SENT, RECEIVED, TALKING)

REFERRAL = TransitionTable(
    name="consortium.referral",
    states=(
        State(DRAFT, _("見せる内容を準備中"), tone="orange"),
        State(SENT, _("金融機関の受付待ち"), tone="blue"),
        State(RECEIVED, _("受付済み"), tone="blue"),
        State(TALKING, _("相談中"), tone="blue"),
        State(DECIDED, _("結論が出た"), tone="green", terminal=True),
        State(DECLINED, _("見送り"), tone="", terminal=True),
        State(REVOKED, _("同意を取り消した"), tone="", terminal=True),
        State(EXPIRED, _("見せる期限が過ぎた"), tone="", terminal=True),
        State(DISCARDED, _("紹介しなかった"), tone="", terminal=True),
    ),
    transitions=(
        Transition(
            "consent",
            (DRAFT,),
            SENT,
            OWNER,
            _("この内容を見せることに同意する"),
            primary=True,
            event="consortium.referral_sent",
        ),
        Transition("discard", (DRAFT,), DISCARDED, FIRM, _("紹介をやめる")),
        Transition(
            "receive",
            (SENT,),
            RECEIVED,
            PARTNER,
            _("受け付けた"),
            primary=True,
            event="consortium.referral_answered",
        ),
        Transition(
            "talk",
            (RECEIVED,),
            TALKING,
            PARTNER,
            _("相談を始めた"),
            primary=True,
            event="consortium.referral_answered",
        ),
        Transition(
            "decide",
            (TALKING,),
            DECIDED,
            PARTNER,
            _("結論が出た"),
            primary=True,
            event="consortium.referral_answered",
        ),
        Transition(
            "decline",
            SHOWN,
            DECLINED,
            PARTNER,
            _("見送る"),
            event="consortium.referral_answered",
        ),
        Transition(
            "revoke",
            SHOWN,
            REVOKED,
            FIRM,
            _("同意を取り消す"),
            event="consortium.referral_revoked",
        ),
        Transition(
            "expire",
            SHOWN,
            EXPIRED,
            SYSTEM,
            _("見せる期限を過ぎた"),
            event="consortium.referral_expired",
        ),
    ),
)
