"""The mail that asks: the course's question, four links with an answer each, and how to stop such mails."""

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import override

from dojo.followup.links import address_of
from dojo.followup.models import SurveyMail
from portal.notices.letters import headers
from portal.notices.services import mail_footer, mail_subject, unsubscribe_url
from portal.ui.markup import era_date

TOPIC = "followup.survey"


def message(mail: SurveyMail) -> EmailMessage:
    """The mail in the person's language; no name of person or firm stands in it."""
    survey = mail.survey
    with override(survey.person.language):
        stop = unsubscribe_url(user_id=survey.person_id, topic=TOPIC)
        return EmailMessage(
            subject=mail_subject(_subject(mail)),
            body=_body(mail) + "\n" + mail_footer(stop),
            to=[survey.person.email],
            headers=headers(f"survey-{mail.public_id}", stop=stop),
        )


def _subject(mail: SurveyMail) -> str:
    values = {"course": mail.survey.cohort.course.display_name, "months": mail.survey.months}
    if mail.number:
        return _("まだ間に合います：%(course)s修了から%(months)dか月の調査") % values
    return _("%(course)s修了から%(months)dか月の調査（1分で終わります）") % values


def _body(mail: SurveyMail) -> str:
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
        lines += [f"■ {choice.label}", address_of(mail, choice), ""]
    lines.append(_("%(day)sまで回答でき、回答は何度でも変えられます。") % values)
    return "\n".join(lines) + "\n"
