"""Marks over pages: laid, changed, taken away. The master stays as it is."""
