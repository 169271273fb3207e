"""Which kinds of notices concern a person: those of all the hats they may wear."""

from django.http import HttpRequest

from portal.kernel.actor import Hat
from portal.notices.topics import Reader

_OF_HAT = {
    Hat.FIRM: Reader.FIRM,
    Hat.PUBLIC: Reader.FIRM,
    Hat.WARD: Reader.OFFICE,
    Hat.POLICY: Reader.OFFICE,
    Hat.AUDITOR: Reader.OFFICE,
    Hat.ADMIN: Reader.OFFICE,
    Hat.SUPPORT: Reader.SUPPORT,
}


def readers_of(request: HttpRequest) -> set[Reader]:
    """Everybody's kinds, and those of the hats; whoever has none will be a firm's."""
    hats = {option.hat for option in request.hats} or {request.actor.hat}
    return {Reader.EVERYBODY, *(_OF_HAT.get(hat, Reader.FIRM) for hat in hats)}
