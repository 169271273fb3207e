"""Numbers out of addresses and buttons, which anybody may write by hand."""

# What a bigint holds in any case; Python refuses to read thousands of digits (ValueError).
MOST_DIGITS = 15


def posted_number(text: str) -> int | None:
    """The whole number in `text`, None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
