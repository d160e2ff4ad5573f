"""How busy nodes were: the course of a range, its sums, and who and what was asked for most."""
