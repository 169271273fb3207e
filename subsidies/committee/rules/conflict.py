"""What the portal knows by itself about a conflict of interest (除斥). Pure.

Source: issue «Review» and domain.md A6: same firm, vendor, an earlier declaration, or wrote the plan's
evaluation. Competitors and relatives only the member knows; they are asked.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

# A mail address at one of these says nothing about whom somebody works for.
COMMON_DOMAINS = frozenset(
    {
        "gmail.com", "yahoo.co.jp", "ymail.ne.jp", "outlook.com", "outlook.jp", "hotmail.com",
        "hotmail.co.jp", "icloud.com", "me.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com",
        "softbank.ne.jp", "i.softbank.jp", "nifty.com", "biglobe.ne.jp", "ocn.ne.jp", "so-net.ne.jp",
        "example.com", "example.org", "example.net", "example.jp", "example.co.jp",
    }
)  # fmt: skip
_RESERVED = (".example", ".test", ".invalid", ".localhost")
_ADDRESS = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[A-Za-z]{2,})")


@dataclass(frozen=True, slots=True)
class Applicant:
    """A case: who belongs to the firm, from whom it means to order, which addresses it names.

    `vendors` are bare names (`programs.rules.bare_name`), `mail_domains` in lower case.
    """

    firm: int
    people: frozenset[int] = frozenset()
    vendors: frozenset[str] = frozenset()
    mail_domains: frozenset[str] = frozenset()
    evaluators: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A member: user, address, firms they are tied to (bare names), firms declared earlier."""

    user: int
    email: str
    ties: frozenset[str] = frozenset()
    declared_firms: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One reason against one member, in words."""

    code: str
    reason: str


def conflicts(applicant: Applicant, reviewer: Reviewer) -> Iterator[Conflict]:
    """Every reason known, none of them a judgement: each can be looked up."""
    if reviewer.user in applicant.people:
        yield Conflict("same_firm", _("申請者の企業に登録されている、又はされていた人です。"))
    domain = telling_domain(reviewer.email)
    if domain and domain in applicant.mail_domains:
        yield Conflict(
            "mail_domain",
            _("申請者又は発注予定先と同じメールのドメイン（%(domain)s）です。")
            % {"domain": domain},
        )
    if shared := sorted(reviewer.ties & applicant.vendors):
        yield Conflict(
            "vendor",
            _("関係のある会社（%(names)s）が発注予定先です。") % {"names": _("、").join(shared)},
        )
    if applicant.firm in reviewer.declared_firms:
        yield Conflict("declared", _("以前の審査で、この企業との利益相反を申告しています。"))
    if reviewer.user in applicant.evaluators:
        yield Conflict("evaluator", _("この計画の妥当性評価をした、又は頼まれている人です。"))


def telling_domain(address: str) -> str:
    """The domain of a mail address if it tells where somebody works, else empty."""
    domain = address.rpartition("@")[2].strip().lower()
    if domain in COMMON_DOMAINS or domain.endswith(_RESERVED):
        return ""
    return domain


def domains_in(texts: Iterable[object]) -> frozenset[str]:
    """The telling domains of every mail address in the texts."""
    found = {
        telling_domain(match.group(0))
        for text in texts
        if isinstance(text, str)
        for match in _ADDRESS.finditer(text)
    }
    return frozenset(found - {""})
