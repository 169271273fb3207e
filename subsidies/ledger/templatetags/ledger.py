"""Where a call is published as open data."""

from django import template
from django.urls import reverse

from subsidies.ledger import jgrants
from subsidies.models import Call

register = template.Library()


@register.filter
def json_url(call: Call) -> str:
    """The address of the call in the shape of jGrants."""
    return reverse("ledger:call_json", args=[jgrants.call_id(call)])
