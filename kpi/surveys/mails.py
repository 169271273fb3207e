"""The mail that asks a firm: who asks, how long it takes, until when, its link, and how to stop such mails."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kpi.surveys.links import address_of
from kpi.surveys.models import Mail
from portal.notices.models import SentMail
from portal.notices.services import mail_footer, mail_subject
from portal.ui.markup import era_date
from programs.diagnosis.rules.definition import built
from programs.selectors import ward_names

TOPIC = "surveys.ask"


class Reader(NamedTuple):
    """Whom the mail goes to; `user_id` where the address is an account's."""

    address: str
    language: str
    user_id: int | None = None


def mail_of(mail: Mail, reader: Reader, now: dt.datetime) -> tuple[SentMail, str, str]:
    """The copy, the text that leaves and the address that stops such mails, in the reader's language.

    In the copy the firm's secret link is the portal's page. No name of a person or firm stands in it.
    """
    with override(reader.language):
        stop = address_of(mail.asked, "surveys:stop")
        subject, lines = _words(mail)
        kept = SentMail(
            id=mail.public_id,
            recipient_id=reader.user_id,
            kind=SentMail.Kind.SURVEY,
            address=reader.address,
            subject=mail_subject(subject),
            body="\n".join(lines(settings.SITE_URL + reverse("surveys:mine"))),
            sent_at=now,
        )
        text = "\n".join(lines(address_of(mail.asked))) + "\n\n" + mail_footer(stop)
    return kept, text, stop


def _words(mail: Mail) -> tuple[str, Callable[[str], list[str]]]:
    """The subject, and the lines with the link that they are given."""
    wave = mail.asked.wave
    values = {
        "name": wave.name,
        "ward": ward_names()[mail.asked.ward_id],
        "minutes": built(wave.questionnaire.definition).minutes,
        "day": era_date(wave.ends_on),
    }
    subject = (
        _("まだ間に合います：%(ward)s「%(name)s」")
        if mail.number
        else _("%(ward)s「%(name)s」のお願い")
    )

    def lines(link: str) -> list[str]:
        return [
            _("%(ward)sから、区内の町工場のみなさまへの調査です。") % values,
            _(
                "デジタル化にどこまで取り組み、何につまずいているかを伺い、支援策を直すために使います。"
            ),
            "",
            _(
                "約%(minutes)d分、スマートフォンでも答えられます。途中で止めても、続きから答えられます。"
            )
            % values,
            _("サインインは要りません。%(day)sまでに、次のページからお答えください。") % values,
            "",
            link,
            "",
            _("このリンクは会社ごとのものです。ほかの会社に転送しないでください。"),
            _("答えは集計して公表し、会社の名前や1社ごとの答えは公表しません。"),
        ]

    return subject % values, lines
