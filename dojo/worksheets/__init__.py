"""ワークシート: what a firm works out for itself in the courses, step by step."""
