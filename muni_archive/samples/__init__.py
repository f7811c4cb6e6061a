"""Makes the sample pages that the product ships."""
