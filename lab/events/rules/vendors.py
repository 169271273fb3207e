"""出展者: which names are the same vendor."""

import unicodedata

# So many showcases of one ward a vendor may be at within a fiscal year: the lab is not its shop window.
MOST_A_YEAR = 4
_FORMS = (
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "一般社団法人",
    "(株)",
    "(有)",
    "(同)",
)


def key(name: str) -> str:
    """The name without the form of its company, width, case and spaces: 「（株）ＡＢＣ」 is 「株式会社abc」."""
    text = unicodedata.normalize("NFKC", name).casefold()
    for form in _FORMS:
        text = text.replace(form, "")
    return "".join(text.split())
