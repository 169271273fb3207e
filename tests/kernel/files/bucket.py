"""A storage without paths, as S3 is one."""

import datetime as dt

from django.core.files.base import File
from django.core.files.storage import InMemoryStorage, Storage


class Bucket(Storage):
    """Keeps bytes by key; there is no file to point at, so `path` raises as Storage's does."""

    def __init__(self) -> None:
        self._kept = InMemoryStorage()

    def _open(self, name: str, mode: str = "rb") -> File:
        return self._kept.open(name, mode)

    def _save(self, name: str, content: File) -> str:
        return self._kept.save(name, content)

    def delete(self, name: str) -> None:
        self._kept.delete(name)

    def exists(self, name: str) -> bool:
        return self._kept.exists(name)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        return self._kept.listdir(path)

    def size(self, name: str) -> int:
        return self._kept.size(name)

    def get_modified_time(self, name: str) -> dt.datetime:
        return self._kept.get_modified_time(name)
