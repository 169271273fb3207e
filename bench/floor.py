"""The least a page of this portal can cost, and the counter of queries. Served by the bench only."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse

COUNT_HEADER, ANSWER_HEADER = "X-Bench-Count", "X-Bench-Queries"


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    """`select 1` through the whole middleware, as the visitor or the person who is signed in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return HttpResponse(str(cursor.fetchone()[0]), content_type="text/plain")


class CountingMiddleware:
    """Counts the statements of a request that asks for it; costs others one look at a header.

    BEGIN and COMMIT are no statements of Django's cursors and are not counted; the statement that
    sets the database role is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if COUNT_HEADER not in request.headers:
            return self.get_response(request)
        count = 0

        def counter(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*arguments)

        with connection.execute_wrapper(counter):
            response = self.get_response(request)
        response[ANSWER_HEADER] = str(count)
        return response
