"""The ward survey (実態調査): questionnaire, waves, answers, weights; 1-KSI."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "kpi.surveys"
    label = "surveys"
    verbose_name = _("実態調査")

    def ready(self) -> None:
        # The lists to take away; mails that come back.
        from kpi.areas import FIGURES
        from kpi.surveys import reports, services  # noqa: F401
        from kpi.surveys.instruments import CODE
        from kpi.surveys.mails import TOPIC
        from kpi.surveys.rules.questions import problems
        from portal.kernel.actor import Hat
        from portal.notices import topics
        from portal.ui.navigation import NavItem, register
        from programs.diagnosis import instruments

        instruments.register(CODE, problems)
        topics.register(TOPIC, _("区の実態調査のお願い"), digests=False)
        staff = {Hat.WARD, Hat.POLICY, Hat.AUDITOR}
        register(
            NavItem(_("実態調査"), "surveys:list", hats=staff, order=30, area=FIGURES),
            NavItem(_("区の実態調査"), "surveys:mine", hats={Hat.FIRM}, order=62),
        )
