"""Who may see one document: its access level, and leave for its file."""
