"""Tags of the follow-up's pages (`{% load followup %}`)."""

import datetime as dt

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dojo.followup.models import Survey
from dojo.followup.selectors import is_overdue
from portal.ui.markup import tag_html

register = template.Library()


@register.simple_tag
def survey_word(survey: Survey, today: dt.date) -> SafeString:
    """How a survey stands; one whose mails were all in vain asks for a call."""
    if is_overdue(survey, today):
        return tag_html(_("電話が必要"), "red")
    return tag_html(survey.state.label, survey.state.tone)
