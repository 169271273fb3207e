"""目標件数: how many grants a year the policy's targets ask of each stage.

The targets belong to the room of the indicators, which stands above this one. It hands its reader in
when the portal starts, so that the budgets' page and the dashboard never name different figures.
"""

from collections.abc import Callable, Mapping

# Fiscal year → (stage → grants of all wards together).
Reader = Callable[[int], Mapping[int, int]]
_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Take this reader from now on."""
    _readers[:] = [reader]


def grants(fiscal_year: int) -> Mapping[int, int]:
    """Stage → grants; {} where no indicators are installed."""
    return _readers[0](fiscal_year) if _readers else {}
