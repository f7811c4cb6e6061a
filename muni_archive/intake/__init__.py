"""Opening files that come from outside: images, TIFF, PDF; what cannot be taken is refused with a reason."""
