"""The seven kinds of worksheet, in the order in which a firm works through them."""

from dojo.worksheets.rules.sheet import Sheet
from dojo.worksheets.sheets.improvement import IMPROVEMENT
from dojo.worksheets.sheets.investment import INVESTMENT
from dojo.worksheets.sheets.plan import PLAN
from dojo.worksheets.sheets.problems import PROBLEMS
from dojo.worksheets.sheets.process import PROCESS
from dojo.worksheets.sheets.risks import RISKS
from dojo.worksheets.sheets.tools import TOOLS

SHEETS: dict[str, Sheet] = {
    sheet.code: sheet for sheet in (PROBLEMS, PROCESS, IMPROVEMENT, TOOLS, INVESTMENT, PLAN, RISKS)
}
KINDS = [(code, sheet.name) for code, sheet in SHEETS.items()]

__all__ = [
    "IMPROVEMENT",
    "INVESTMENT",
    "KINDS",
    "PLAN",
    "PROBLEMS",
    "PROCESS",
    "RISKS",
    "SHEETS",
    "TOOLS",
]
