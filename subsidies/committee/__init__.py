"""審査会: committee members score the applications of a round."""
