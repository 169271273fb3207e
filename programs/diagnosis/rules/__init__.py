"""Pure rules of the diagnosis: a questionnaire as data, its path, its score, its figures."""
