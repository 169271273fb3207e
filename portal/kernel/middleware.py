"""Gives each request an id that the audit rows carry; keeps NUL bytes out of keys."""

import uuid
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

NUL = "\x00"


class NulMiddleware:
    """No text of PostgreSQL holds a NUL byte: asking for a key with one would be an error of ours.

    A cookie with one (octal in quotes, as browsers never send it) is no cookie: the request is that
    of a visitor. A path with one leads nowhere. Forms refuse it by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(NUL in value for value in request.COOKIES.values()):
            request.COOKIES = {
                name: value for name, value in request.COOKIES.items() if NUL not in value
            }
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """Here and not before: the page that says so is drawn for the person who acts."""
        if NUL in request.path_info:
            raise Http404


class RequestIdMiddleware:
    """Sets `request.request_id` and the X-Request-Id header of the response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response
