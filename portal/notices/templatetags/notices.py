"""What pages of a person say of their address."""

from typing import Any

from django import template

from portal.notices.selectors import dead_address

register = template.Library()


@register.inclusion_tag("notices/address_dead.html", takes_context=True)
def address_dead(context: dict[str, Any]) -> dict[str, Any]:
    """A banner where mail to the person comes back; nothing otherwise."""
    return {"dead": dead_address(context["request"].actor.user_id), "request": context["request"]}
