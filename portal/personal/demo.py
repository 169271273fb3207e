"""The demonstration: mails that came back, and a request to delete personal data. Nobody is mailed."""

import datetime as dt
from collections.abc import Sequence

from portal.accounts.demo import DOMAIN, SUMIDA
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kernel.actor import Actor
from portal.kernel.database import acting
from portal.notices import topics
from portal.notices.models import Notice, SentMail
from portal.notices.services import bounce_take, keep, marking
from portal.notices.services.posting import mail_of
from portal.personal.services import deletion_ask
from programs.models import Firm, FirmMembership

# Notices that came back, and firms whose address on the register is gone.
PEOPLE, FIRMS = 2, 1
WISH = "3月に退職しました。登録した名前と電話番号を消してください。"
_REPORT = """\
To: bounce+{token}@{domain}
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
--b--
"""


def load(*, firms: Sequence[Firm], now: dt.datetime, scale: float) -> str:
    """What officials find on 届かない通知, and administrators among the requests."""
    here = Firm.objects.filter(wards__ward_id=SUMIDA).exclude(pk=firms[0].pk).order_by("pk")
    owners = FirmMembership.objects.filter(firm__in=here, valid_to=None)
    urgent = Notice.objects.filter(
        recipient__in=owners.values("user_id"), topic__in=topics.urgent_codes(), read_at=None
    )
    told = 0
    # One for each person.
    for notice in urgent.order_by("recipient_id", "-created_at").distinct("recipient_id")[:PEOPLE]:
        mail, _stop = mail_of(notice, now)
        _came_back(mail, now)
        told += 1
    for firm in here.exclude(email="").filter(memberships=None)[:FIRMS]:
        mail = SentMail(
            kind=SentMail.Kind.SURVEY,
            address=firm.email,
            subject="実態調査のお願い",
            body="区の実態調査への回答をお願いします。",
            sent_at=now,
        )
        _came_back(mail, now)
        told += 1
    _asked(owners.order_by("firm_id").select_related("firm")[0].firm)
    Notice.objects.filter(mailed_at=None, event_key__startswith="personal.").update(mailed_at=now)
    return f"届かなかったメール {told}件、個人情報の削除の申出 1件"


def _came_back(mail: SentMail, now: dt.datetime) -> None:
    """It left, and its report was taken."""
    keep([mail])
    Notice.objects.filter(pk=mail.pk).update(mail=mail)
    token = marking.token_of(mail.pk)
    report = _REPORT.format(token=token, domain=DOMAIN, address=mail.address)
    bounce_take(raw=report.encode(), now=now)


def _asked(firm: Firm) -> None:
    """Somebody who has left a firm that others look after."""
    person = User.objects.create_user(f"left@{DOMAIN}", name="元木 翔", language="ja")
    FirmMembership.objects.create(
        user=person, firm=firm, role=Role.FIRM_MEMBER, valid_from=firm.wards.all()[0].since
    )
    actor = Actor.public(user_id=person.pk, name=person.name)
    with acting(actor):
        deletion_ask(actor=actor, wish=WISH)
