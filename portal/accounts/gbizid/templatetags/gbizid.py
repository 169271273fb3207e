"""What other pages show of GビズID; nothing of it where GビズID is not configured."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from django import template
from django.conf import settings

from portal.accounts.gbizid.selectors import account_of

register = template.Library()


@register.inclusion_tag("gbizid/button.html", takes_context=True)
def gbizid_button(context: dict[str, Any], process: str = "login") -> dict[str, Any]:
    """A form with one button; `process="connect"` on the settings page of a signed-in person."""
    request = context["request"]
    return {
        "configured": bool(settings.GBIZID_CLIENT_ID),
        "csrf_token": context.get("csrf_token"),
        "next": get_next_redirect_url(request) or "",
        "process": process,
    }


@register.inclusion_tag("gbizid/settings_row.html", takes_context=True)
def gbizid_settings_row(context: dict[str, Any]) -> dict[str, Any]:
    """A row of the settings page: what is connected, and the way to change it."""
    configured = bool(settings.GBIZID_CLIENT_ID)
    account = account_of(context["request"].user) if configured else None
    return {"configured": configured, "account": account}
