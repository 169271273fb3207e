"""A StreamField whose pieces are no business of the database."""

from typing import Any

from wagtail.fields import StreamField


class BodyField(StreamField):
    """Stores JSON whatever its pieces are: a new piece, or a new word for one, needs no migration."""

    def __init__(self, block_types: Any = (), *args: Any, **kwargs: Any) -> None:
        super().__init__(
            list(block_types) if isinstance(block_types, tuple) else block_types, *args, **kwargs
        )

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
