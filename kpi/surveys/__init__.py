"""The ward survey (実態調査): questionnaire, waves, answers, weights; 1-KSI."""
