"""`python -m tests.faults [--full]`: the tests of faults with their counts as a table."""
