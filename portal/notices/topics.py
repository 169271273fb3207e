"""Kinds of notices (通知の種類). Apps register theirs at start; each notice names one.

A person says per kind how its mail comes: at once, in the daily mail, or not at all; the notice
stands in the portal in any case. An urgent kind (a deadline, a request to mend something, a
decision, the safety of the account) always leaves at once. A notice without a kind belongs to a
procedure that has none of its own and is treated as urgent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reader(TextChoices):
    """Whose work the kind belongs to: the settings show each person the kinds of their hats."""

    EVERYBODY = "all", _("すべての方")
    FIRM = "firm", _("企業の方")
    OFFICE = "office", _("区と事務局の職員")
    SUPPORT = "support", _("支援する方（アドバイザー・講師・委員・ラボ・会員）")


STAFF = frozenset({Reader.OFFICE, Reader.SUPPORT})


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind. `digests`: its text may also come in the daily mail."""

    code: str
    label: str | Promise
    reader: Reader = Reader.FIRM
    urgent: bool = False
    digests: bool = True


_topics: dict[str, Topic] = {}


def register(
    code: str,
    label: str | Promise,
    *,
    reader: Reader = Reader.FIRM,
    urgent: bool = False,
    digests: bool = True,
) -> str:
    """Add a kind; returns its code. Raises ValueError when the code is taken."""
    if code in _topics:
        raise ValueError(f"two topics are called {code}")
    _topics[code] = Topic(code, label, reader, urgent, digests)
    return code


def topics() -> dict[str, str | Promise]:
    """code → label of the kinds whose mail one may do without, in the order of registration."""
    return {topic.code: topic.label for topic in _topics.values() if not topic.urgent}


def registered() -> list[Topic]:
    """All kinds, in the order of registration."""
    return list(_topics.values())


def topic_of(code: str) -> Topic | None:
    """The kind of that code; None for a notice without one, or of a kind that is no more."""
    return _topics.get(code)


def is_urgent(code: str) -> bool:
    """Whether nobody can put its mail off. What has no kind is."""
    topic = topic_of(code)
    return topic is None or topic.urgent


def label_of(code: str) -> str | Promise:
    """What the kind is called."""
    topic = topic_of(code)
    return topic.label if topic else _("手続のお知らせ")


def urgent_codes() -> Iterable[str]:
    """Codes of the urgent kinds, and the empty one."""
    return ["", *(topic.code for topic in _topics.values() if topic.urgent)]


def staff_codes() -> set[str]:
    """Codes of the kinds that tell of others' cases: to officials, and to those who support firms."""
    return {topic.code for topic in _topics.values() if topic.reader in STAFF}


ROLES = register("accounts.roles", _("役割の確認の期限"), reader=Reader.EVERYBODY, urgent=True)
SECURITY = register(
    "accounts.security",
    _("アカウントの安全（パスワード・2段階認証・メールアドレスの変更）"),
    reader=Reader.EVERYBODY,
    urgent=True,
)
PERSONAL_DATA = register(
    "accounts.personal_data",
    _("個人情報の持出しと削除の申出"),
    reader=Reader.EVERYBODY,
    urgent=True,
)
