"""The mail that asks: the course's question, four links with an answer each, and how to stop such mails."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from dojo.followup.links import address_of
from dojo.followup.models import Survey, SurveyMail
from portal.notices.models import SentMail
from portal.notices.services import mail_footer, mail_subject, unsubscribe_url
from portal.ui.markup import era_date

TOPIC = "followup.survey"


def mail_of(mail: SurveyMail, now: dt.datetime) -> tuple[SentMail, str, str]:
    """The copy, the text that leaves and the address that stops such mails, in the person's language.

    In the copy the secret links are those of the portal. No name of person or firm stands in it.
    """
    survey = mail.survey
    with override(survey.person.language):
        stop = unsubscribe_url(user_id=survey.person_id, topic=TOPIC)
        kept = SentMail(
            id=mail.public_id,
            recipient_id=survey.person_id,
            kind=SentMail.Kind.SURVEY,
            address=survey.person.email,
            subject=mail_subject(_subject(mail)),
            body=_body(mail, lambda choice: f"{settings.SITE_URL}{page_of(survey)}?a={choice}"),
            sent_at=now,
        )
        text = _body(mail, lambda choice: address_of(mail, choice)) + "\n" + mail_footer(stop)
    return kept, text, stop


def page_of(survey: Survey) -> str:
    """Where the person answers when signed in."""
    return reverse("followup:survey", args=[survey.public_id])


def _subject(mail: SurveyMail) -> str:
    values = {"course": mail.survey.cohort.course.display_name, "months": mail.survey.months}
    if mail.number:
        return _("まだ間に合います：%(course)s修了から%(months)dか月の調査") % values
    return _("%(course)s修了から%(months)dか月の調査（1分で終わります）") % values


def _body(mail: SurveyMail, link: Callable[[str], str]) -> str:
    survey = mail.survey
    values = {
        "course": survey.cohort.course.display_name,
        "months": survey.months,
        "day": era_date(survey.closes_on),
    }
    lines = [
        _("%(course)sの修了から%(months)dか月がたちました。") % values,
        "",
        str(survey.question.text),
        *([str(survey.question.hint)] if survey.question.hint else []),
        "",
        _("近いものを1つ押してください。"),
        _("開いたページの「送る」を押すと、回答になります。サインインは要りません。"),
        "",
    ]
    for choice in survey.question.answers:
        lines += [f"■ {choice.label}", link(str(choice)), ""]
    lines.append(_("%(day)sまで回答でき、回答は何度でも変えられます。") % values)
    return "\n".join(lines) + "\n"
