"""Pure rules: who fits, which visit can be true, what may be counted."""
