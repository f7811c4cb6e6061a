"""Pictures of pages: orientation, deskew, background, blank pages, separators, big sheets."""
