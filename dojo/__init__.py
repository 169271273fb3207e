"""支援策①: DX道場 cohorts for owners and leader courses."""
