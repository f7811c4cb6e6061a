"""The use cases, one a module: what clerks, staff and the program itself do with the archive."""
