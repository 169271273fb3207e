"""Writing, mailing and reading notices; what a person wants by mail; addresses that are dead."""

from portal.notices.services.addresses import (
    address_alive,
    address_retry,
    bounce_take,
    came_back,
    notice_told,
    tidy,
)
from portal.notices.services.choosing import (
    all_read,
    mark_read,
    settings_save,
    unsubscribe,
    unsubscribe_read,
    unsubscribe_token,
    unsubscribe_url,
)
from portal.notices.services.digests import digest_next
from portal.notices.services.posting import mail_footer, mail_subject, send_next
from portal.notices.services.sending import (
    MOST_TRIES,
    account_mail_send,
    asked_again_at,
    keep,
    post,
    told,
)
from portal.notices.services.writing import notify

__all__ = [
    "MOST_TRIES",
    "account_mail_send",
    "address_alive",
    "address_retry",
    "all_read",
    "asked_again_at",
    "bounce_take",
    "came_back",
    "digest_next",
    "keep",
    "mail_footer",
    "mail_subject",
    "mark_read",
    "notice_told",
    "notify",
    "post",
    "send_next",
    "settings_save",
    "tidy",
    "told",
    "unsubscribe",
    "unsubscribe_read",
    "unsubscribe_token",
    "unsubscribe_url",
]
