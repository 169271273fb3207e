"""月次報告と謝金の請求: what an advisor did in a month, and what the ward pays for it."""
