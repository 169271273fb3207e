"""支援策①: six-month advisor dispatch (伴走派遣) with visit logs."""
