"""Pages: public (calls), the firm's (check, draft, budget, files, submit, status), the ward's."""
