"""The mail that asks a firm: who asks, how long it takes, until when, its link, and how to stop such mails."""

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from kpi.surveys.links import address_of
from kpi.surveys.models import Mail
from portal.notices.letters import headers
from portal.notices.services import mail_footer, mail_subject
from portal.ui.markup import era_date
from programs.diagnosis.rules.definition import built
from programs.selectors import ward_names


def message(mail: Mail, address: str, language: str) -> EmailMessage:
    """The mail in the reader's language; no name of a person or firm stands in it."""
    wave = mail.asked.wave
    with override(language):
        stop = address_of(mail.asked, "surveys:stop")
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
        lines = [
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
            address_of(mail.asked),
            "",
            _("このリンクは会社ごとのものです。ほかの会社に転送しないでください。"),
            _("答えは集計して公表し、会社の名前や1社ごとの答えは公表しません。"),
        ]
        return EmailMessage(
            subject=mail_subject(subject % values),
            body="\n".join(lines) + "\n\n" + mail_footer(stop),
            to=[address],
            headers=headers(f"wave-{mail.public_id}", stop=stop),
        )
