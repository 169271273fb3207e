"""The editor's own search, in the spelling of the public one: めっき finds メッキ, and parts of words.

PostgreSQL's parser takes a run of Japanese for one word. Here what is indexed, and what is asked, are
the grams of `portal.search.rules`, so that both searches find alike. After a change of the rules:
`manage.py wagtail_update_index`.
"""

from collections.abc import Iterable
from copy import copy
from functools import reduce
from typing import Any

from django.contrib.postgres.search import SearchQuery
from modelsearch.backends.database.postgres.postgres import (
    PostgresAutocompleteQueryCompiler,
    PostgresIndex,
    PostgresSearchBackend,
    PostgresSearchQueryCompiler,
)
from modelsearch.backends.database.postgres.query import Lexeme
from wagtail.search.index import RelatedFields
from wagtail.search.query import Phrase, PlainText

from portal.search.rules import asking
from portal.search.rules.folding import fold
from portal.search.rules.grams import LONGEST, grams, wanted

CONFIG = "simple"
# Longer than any gram: what is asked by signs alone finds nothing, where Wagtail would show all.
NOTHING = "0" * (LONGEST + 1)


class _Spelled:
    """An object whose fields tell their grams, for the indexer."""

    def __init__(self, obj: Any) -> None:
        self.pk = obj.pk
        self._obj = obj

    def get_search_fields(self) -> list[Any]:
        return [_spelled(field, self._obj) for field in self._obj.get_search_fields()]


def _spelled(field: Any, obj: Any = None) -> Any:
    twin = copy(field)
    if isinstance(field, RelatedFields):
        twin.fields = [_spelled(inner) for inner in field.fields]
        twin.get_value = lambda _spelled_obj: field.get_value(obj)
    else:
        twin.get_value = lambda given: " ".join(grams(*_texts(field.get_value(obj or given))))
    return twin


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return _texts(list(value.values()))
    return [str(value)] if value is not None else []


class GramIndex(PostgresIndex):
    """Writes grams in the place of texts."""

    def add_items(self, model: type, objs: Iterable[Any]) -> None:
        super().add_items(model, [_Spelled(obj) for obj in objs])


class _AskingGrams:
    """Asks for the grams of what was typed."""

    def build_tsquery_content(self, query: Any, config: Any = None, invert: bool = False) -> Any:
        if not isinstance(query, (PlainText, Phrase)):
            return super().build_tsquery_content(query, config=config, invert=invert)  # type: ignore[misc]
        typed = fold(query.query_string[: asking.MOST_SIGNS]).split()
        words = [
            Lexeme(gram, prefix=begins, invert=invert)
            for word in typed
            for gram, begins in wanted(word)
        ]
        words = words or [Lexeme(NOTHING, invert=invert)]
        return SearchQuery(
            reduce(lambda one, other: one & other, words), search_type="raw", config=config
        )


class GramQueryCompiler(_AskingGrams, PostgresSearchQueryCompiler):
    """The editor's search."""


class GramAutocompleteQueryCompiler(_AskingGrams, PostgresAutocompleteQueryCompiler):
    """The editor's search while one types."""


class SearchBackend(PostgresSearchBackend):
    """Named in WAGTAILSEARCH_BACKENDS."""

    query_compiler_class = GramQueryCompiler
    autocomplete_query_compiler_class = GramAutocompleteQueryCompiler
    index_class = GramIndex

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__({"SEARCH_CONFIG": CONFIG} | params)
