"""Deployment checks (`manage.py check --deploy`) about files."""

from typing import Any, cast

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004


@register(Tags.security, deploy=True)
def scanner_is_configured(**_: Any) -> list[CheckMessage]:
    """Without a scanner only the structure of uploads is checked."""
    if settings.CLAMD_ADDRESS:
        return []
    return [
        Warning(
            "CLAMD_ADDRESS is not set: uploads are checked by structure but for no virus.",
            hint="Run clamd and set CLAMD_ADDRESS, e.g. unix:/run/clamav/clamd.ctl.",
            id="kernel.W001",
        )
    ]


@register(Tags.security, deploy=True)
def private_files_are_private(**_: Any) -> list[CheckMessage]:
    """The private storage must not hand out addresses of its own."""
    private = cast("dict[str, dict[str, Any]]", settings.STORAGES.get("private", {}))
    if private.get("OPTIONS", {}).get("base_url") is None:
        return []
    return [
        Warning(
            'STORAGES["private"] has a base_url: private files must have no public address.',
            id="kernel.W002",
        )
    ]
