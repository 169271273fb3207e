"""Writing, mailing and reading notices; what a person wants by mail; addresses that are dead."""

from portal.notices.services.addresses import address_retry, bounce_take, notice_told
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
from portal.notices.services.writing import notify, security_mail_kept

__all__ = [
    "address_retry",
    "all_read",
    "bounce_take",
    "digest_next",
    "mail_footer",
    "mail_subject",
    "mark_read",
    "notice_told",
    "notify",
    "security_mail_kept",
    "send_next",
    "settings_save",
    "unsubscribe",
    "unsubscribe_read",
    "unsubscribe_token",
    "unsubscribe_url",
]
