"""Reading: recognisers, Arabic text, fields, worker processes."""
