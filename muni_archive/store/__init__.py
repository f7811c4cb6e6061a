"""The journal, the tables, the vault: the only package that speaks SQL."""
