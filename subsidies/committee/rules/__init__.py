"""Pure rules of the review: who may review what, what a blind reader sees, what scores tell."""
