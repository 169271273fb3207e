"""Pure rules of the cases: waves, order of steps, terms of payment, concentration."""
