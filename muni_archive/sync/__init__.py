"""Working together with other places: what a station sends, and how."""
