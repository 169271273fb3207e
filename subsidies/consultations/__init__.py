"""事前相談: what a ward advised a firm before it applied; on record for the case that follows."""
