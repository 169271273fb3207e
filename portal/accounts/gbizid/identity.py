"""What GビズID says about the account and, more lastingly, about its organisation. Pure.

The account dies with a change of the representative (代表者変更); the organisation stays. So a
firm is found by its corporate number (法人番号), never by the account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.jp import cn

from portal.accounts.gbizid.refusals import Reason, Refused


class AccountType(IntEnum):
    """`account_type` of GビズID."""

    ENTRY = 1  # gBizIDエントリー: made online at once, nobody checked the organisation
    PRIME = 2  # gBizIDプライム: the representative, checked by documents or マイナンバーカード
    MEMBER = 3  # gBizIDメンバー: an employee, made by the prime account


class CorpType(IntEnum):
    """`corp_type` of GビズID."""

    CORPORATION = 1  # 法人
    SOLE_PROPRIETOR = 2  # 個人事業主


class Level(StrEnum):
    """How far the organisation behind the account is proven."""

    DECLARED = "declared"  # the person says so
    PROVEN = "proven"  # GビズID examined it


@dataclass(frozen=True, slots=True)
class GbizIdentity:
    """One GビズID account and its organisation.

    `corporate_number` (法人番号, 13 digits) is filled only where GビズID examined it, so whoever
    finds one may rely on it; "" for entry accounts and sole proprietors. `parent_id` is the prime
    account of a member.
    """

    subject: str
    account_type: AccountType
    corp_type: CorpType
    corporate_number: str = ""
    parent_id: str = ""

    @property
    def level(self) -> Level:
        return Level.DECLARED if self.account_type == AccountType.ENTRY else Level.PROVEN

    @property
    def organisation(self) -> str:
        """A key of the organisation: its corporate number, else its prime account."""
        return self.corporate_number or f"gbizid:{self.parent_id or self.subject}"

    def stored(self) -> dict[str, Any]:
        """All that is kept of the person's data at GビズID."""
        return {
            "account_type": int(self.account_type),
            "corp_type": int(self.corp_type),
            "corporate_number": self.corporate_number,
            "parent_id": self.parent_id,
        }


def read(subject: str, claims: Mapping[str, Any]) -> GbizIdentity:
    """The identity in userinfo claims or in what `stored()` kept.

    Raises Refused(CLAIMS) for an unknown type, and for an examined corporation whose number is
    missing or has a wrong check digit.
    """
    account_type = _member(AccountType, claims.get("account_type"))
    corp_type = _member(CorpType, claims.get("corp_type"))
    examined = account_type != AccountType.ENTRY and corp_type == CorpType.CORPORATION
    parent = claims.get("parent_id")
    return GbizIdentity(
        subject=subject,
        account_type=account_type,
        corp_type=corp_type,
        corporate_number=_number(claims.get("corporate_number")) if examined else "",
        parent_id=str(parent) if parent and account_type == AccountType.MEMBER else "",
    )


def may_submit(identity: GbizIdentity | None) -> bool:
    """Whether this way of sign-in allows to submit what leads to money.

    Entry accounts may draft only. None is a person without GビズID: their right to act for a firm
    rests on the firm's membership alone, and is asked elsewhere.
    """
    return identity is None or identity.level == Level.PROVEN


def _member[Kind: IntEnum](kind: type[Kind], value: object) -> Kind:
    """GビズID sends "2"; JSON numbers are taken as well."""
    try:
        return kind(int(str(value)))
    except ValueError as error:
        raise Refused(Reason.CLAIMS) from error


def _number(value: object) -> str:
    try:
        return cn.validate(str(value))
    except ValidationError as error:
        raise Refused(Reason.CLAIMS) from error
