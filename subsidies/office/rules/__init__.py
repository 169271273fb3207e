"""Pure rules of the office: rules in words, what differs, trials, volumes."""
