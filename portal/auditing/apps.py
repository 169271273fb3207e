"""What an auditor works with: samples, case bundles, traces, re-computations."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditingConfig(AppConfig):
    name = "portal.auditing"
    label = "auditing"
    verbose_name = _("監査")
