"""Pages of the plan evaluation: the firm's, and the advisor's. No page lets an advisor write a plan."""
