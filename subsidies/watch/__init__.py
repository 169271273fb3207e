"""気になる点: duplicates, clusters, outliers and doubtful figures, found by the system, weighed by people."""
