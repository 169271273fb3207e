"""What became of the grants of the two years before the demonstration's, written directly and in bulk.

`subsidies.demo.history` writes the past up to the decision; this goes on with it to the report, the
inspection, the final amount, the payment, and what is owed for years afterwards. The rows are those
that the services would have written, worked out by the same rules; they are stored table by table.
As there, events are left out, and the audit trail says only that this was loaded.
"""

from subsidies.past.past import Past

__all__ = ["Past"]
