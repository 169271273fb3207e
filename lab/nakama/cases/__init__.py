"""仲間まわしの案件: from a firm's request through drawings, steps, teams and waves to delivery."""
