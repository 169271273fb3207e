"""Writing notices."""

from collections.abc import Collection, Iterable

from django.utils.functional import Promise
from django.utils.translation import override

from portal.accounts.models import User
from portal.kernel import clock
from portal.notices import topics
from portal.notices.models import APP, AT_ONCE, Notice, OptOut
from portal.notices.services.sending import SUBJECT_LENGTH


def notify(
    *,
    event_key: str,
    recipients: Iterable[int],
    subject: str | Promise,
    body: str | Promise,
    url: str,
    topic: str = "",
) -> None:
    """Write one notice per recipient (user ids). Writing it again changes nothing.

    Lazy texts are written out in each recipient's language. `topic` names the kind: unless it is
    urgent, the recipient may have said that its mail comes once a day or not at all; the notice
    stands in the portal all the same.

    The e-mail leaves later, from `send_waiting`: a mail server that is down delays mail, never
    the act that the notice is about.
    """
    who = set(recipients)
    spoken = User.objects.filter(pk__in=who).order_by("pk")
    ways = _ways(topic, who)
    notices = []
    for user_id, language in spoken.values_list("pk", "language"):
        way = ways.get(user_id, AT_ONCE)
        with override(language):
            notices.append(
                Notice(
                    recipient_id=user_id,
                    event_key=event_key,
                    subject=str(subject)[:SUBJECT_LENGTH],
                    body=str(body),
                    url=url,
                    topic=topic,
                    way=way,
                    mailed_at=clock.now() if way == APP else None,
                    outcome=Notice.Outcome.UNWANTED if way == APP else "",
                )
            )
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _ways(topic: str, who: Collection[int]) -> dict[int, str]:
    """Who wants the mail of this kind in another way than at once."""
    if topics.is_urgent(topic):
        return {}
    return dict(OptOut.objects.filter(topic=topic, user__in=who).values_list("user_id", "way"))
