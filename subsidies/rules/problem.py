"""What is wrong, where, and how to mend it: one shape for every check of the form."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`text` says what is wrong and how to mend it; `anchor` is the id of the field on `task`.

    Anchors: `answers.<question>`, `expenses` or `expenses.<line>.<field>` (lines count from 0),
    `quotes.<line>`, `quotes.<line>.<field>` or `quotes.<line>.<quote>.<field>`,
    `documents.<requirement>`, `eligibility.<criterion>`.
    """

    code: str
    text: str
    task: str
    anchor: str
    name: str = ""
