"""HTTP answers for files: as attachment, or as a re-encoded image; nothing a browser could run."""

from typing import IO
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from portal.kernel.files import names
from portal.kernel.files.models import StoredFile

SANDBOX = "default-src 'none'; sandbox"


def file_response(stored: StoredFile, reader: IO[bytes]) -> HttpResponseBase:
    """The original as a download. `reader` comes from `services.open_for_download`."""
    return _respond(
        stored.storage_key,
        reader,
        content_type=stored.content_type,
        disposition=names.content_disposition(stored.original_name),
    )


def preview_response(stored: StoredFile, reader: IO[bytes]) -> HttpResponseBase:
    """The small image of a photograph, for a page. `reader` comes from `services.stored_derivative`."""
    return _respond(stored.preview_key, reader, content_type="image/jpeg", disposition="inline")


def _respond(
    key: str, reader: IO[bytes], *, content_type: str, disposition: str
) -> HttpResponseBase:
    response: HttpResponseBase
    if settings.X_ACCEL_PREFIX:
        reader.close()
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{quote(key)}"
    else:
        response = FileResponse(reader, content_type=content_type)
        response.block_size = 64 * 1024
    response["Content-Disposition"] = disposition
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
