"""Static files that live inside installed wheels (no CDN, no copy in the repository)."""

from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

# Public path → (package, path inside it). plotly.js is 4.8 MB: load it on dashboards only.
PACKAGE_FILES = {
    "plotly/plotly.min.js": ("plotly", "package_data/plotly.min.js"),
}


class PackageFinder(BaseFinder):
    """Serves exactly the files named in PACKAGE_FILES, and nothing else of those packages."""

    @cached_property
    def _files(self) -> dict[str, Path]:
        return {public: _locate(*place) for public, place in PACKAGE_FILES.items()}

    def check(self, **kwargs: Any) -> list:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:
        found = self._files.get(path)
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for public, file in self._files.items():
            yield file.name, _prefixed(file.parent, public)


def _locate(package: str, inside: str) -> Path:
    """The file on disk. Raises FileNotFoundError when the wheel no longer carries it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the package {package} is not installed")
    file = Path(spec.origin).parent / inside
    if not file.is_file():
        raise FileNotFoundError(file)
    return file


def _prefixed(directory: Path, public: str) -> FileSystemStorage:
    """A storage of `directory` that collectstatic copies below the public folder."""
    storage = FileSystemStorage(location=directory)
    storage.prefix = public.rpartition("/")[0]
    return storage
