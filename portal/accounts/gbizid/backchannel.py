"""Requests from our server to GビズID: JSON only, short, no redirect, one reason for any failure."""

import json
from typing import Any

import requests

from portal.accounts.gbizid.refusals import Reason, Refused

TIMEOUT_SECONDS = (3, 8)  # connect, read
MAX_BYTES = 256 * 1024


class BackchannelError(Exception):
    """The provider answered with something else than the JSON object asked for."""


def fetch_json(method: str, url: str, **options: Any) -> dict[str, Any]:
    """The JSON object of a 200 answer.

    Raises Refused(UNREACHABLE) if there is no answer or the server fails, BackchannelError for
    any other answer.
    """
    try:
        with requests.request(
            method,
            url,
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
            stream=True,
            **options,
        ) as response:
            body = response.raw.read(MAX_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise Refused(Reason.UNREACHABLE) from error
    if response.status_code >= 500:
        raise Refused(Reason.UNREACHABLE)
    if response.status_code != 200 or len(body) > MAX_BYTES:
        raise BackchannelError(str(response.status_code))
    try:
        data = json.loads(body)
    except ValueError as error:
        raise BackchannelError("not JSON") from error
    if not isinstance(data, dict):
        raise BackchannelError("not an object")
    return data
