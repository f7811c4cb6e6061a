"""Who saw, searched, printed, took out and signed in: recorded, shown, and provable to others."""
