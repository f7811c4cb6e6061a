"""What an archive is made of, in the standard library alone: records, readings, events, errors."""
