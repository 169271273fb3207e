"""Why a sign-in is refused, in codes for the log and in words for the person."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Reason(StrEnum):
    """Codes as written to the log and the audit trail; none carries personal data."""

    STATE = "state"  # no sign-in of this browser is waiting for this answer, or too late
    UNREACHABLE = "unreachable"  # GビズID did not answer, or not as agreed
    PROVIDER_ERROR = "provider_error"  # GビズID itself reported an error
    ISSUER = "issuer"  # the answer names another provider (RFC 9207, discovery, id_token)
    TOKEN_RESPONSE = "token_response"  # noqa: S105 the code was not exchanged for tokens
    ID_TOKEN_MISSING = "id_token_missing"  # noqa: S105
    ID_TOKEN_MALFORMED = "id_token_malformed"  # noqa: S105
    ALGORITHM = "algorithm"  # none, HS256 or anything else than RS256 and ES256
    SIGNATURE = "signature"  # no published key verifies it
    AUDIENCE = "audience"  # issued to another client
    EXPIRED = "expired"  # too old, or from the future
    NONCE = "nonce"  # belongs to another sign-in
    SUBJECT = "subject"  # userinfo speaks of another person
    CLAIMS = "claims"  # account_type, corp_type or corporate_number make no sense
    REAUTHENTICATION = "reauthentication"  # another person, or no fresh authentication
    EMAIL_TAKEN = "email_taken"  # the e-mail belongs to an existing account; never merged
    CANCELLED = "cancelled"  # the person pressed cancel at GビズID


class Refused(Exception):
    """The sign-in ends here. `reason` is all that is ever logged of it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Advice:
    """What the page says: what happened, what to do next; and the HTTP status."""

    title: str | Promise
    happened: str | Promise
    next_step: str | Promise
    status: int = 403


_UNTRUSTED = Advice(
    _("GビズIDからの応答を確認できませんでした"),
    _("安全のため、サインインを中止しました。入力された情報は保存していません。"),
    _(
        "もう一度お試しください。繰り返し表示される場合は、この画面の時刻を添えて窓口へご連絡ください。"
    ),
)
_SPECIAL = {
    Reason.STATE: Advice(
        _("サインインの手続きが途中で切れました"),
        _("手続きから10分以上たったか、別の画面で手続きが行われました。"),
        _("はじめからもう一度サインインしてください。"),
        400,
    ),
    Reason.UNREACHABLE: Advice(
        _("GビズIDにつながりません"),
        _("GビズIDのサービスから応答がありません。"),
        _(
            "しばらく待ってから、もう一度お試しください。"
            "メールアドレスとパスワードをお持ちの方は、そちらでもサインインできます。"
        ),
        424,  # not a 5xx, which would roll the audit row back
    ),
    Reason.PROVIDER_ERROR: Advice(
        _("GビズIDでサインインできませんでした"),
        _("GビズIDの側で手続きが完了しませんでした。"),
        _("GビズIDのアカウントの状態をご確認のうえ、もう一度お試しください。"),
    ),
    Reason.REAUTHENTICATION: Advice(
        _("本人確認ができませんでした"),
        _("いまお使いのGビズIDとは別のアカウントか、パスワードの再入力を省いた応答でした。"),
        _("同じGビズIDで、もう一度本人確認をしてください。"),
    ),
    Reason.EMAIL_TAKEN: Advice(
        _("このメールアドレスはすでに登録されています"),
        _("同じメールアドレスのアカウントがあります。安全のため、自動ではつなぎません。"),
        _(
            "メールアドレスとパスワードでサインインしてから、"
            "設定の「GビズID」からつないでください。"
        ),
        409,
    ),
    Reason.CANCELLED: Advice(
        _("サインインを取りやめました"),
        _("GビズIDの画面で「キャンセル」が選ばれました。"),
        _("続けるときは、もう一度サインインしてください。"),
        200,
    ),
}


def advice(reason: Reason) -> Advice:
    """The words for a refusal. Faults of the answer itself share one text: an attacker learns
    nothing from it, and the person can do the same about each."""
    return _SPECIAL.get(reason, _UNTRUSTED)
