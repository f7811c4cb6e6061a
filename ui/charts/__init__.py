"""Charts that run with the language: in Arabic time goes from right to left, and so do bars."""
