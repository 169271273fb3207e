"""What was typed on a page, as it is kept: texts and lists of codes, too long ones cut far above any limit."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.kernel.texts import plain
from programs.diagnosis.rules.definition import MANY, Question
from programs.diagnosis.rules.path import MOST_TEXT

# More than any limit of a text: what is too long is kept, and said to be.
MOST_KEPT = 5 * MOST_TEXT


def kept(questions: Iterable[Question], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Question code → text, code or codes."""
    return {
        question.code: _codes(typed.get(question.code))
        if question.kind == MANY
        else _text(typed.get(question.code))
        for question in questions
    }


def _text(value: Any) -> str:
    return plain(str(value or "").replace("\r\n", "\n"), MOST_KEPT)


def _codes(value: Any) -> list[str]:
    return [_text(code)[:20] for code in value][:60] if isinstance(value, list) else []
