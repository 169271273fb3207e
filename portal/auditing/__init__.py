"""What an auditor works with: samples, case bundles, traces, re-computations."""
