"""What photocopiers and feeders do to paper: grey ground, specks, a slight turn, uneven light."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter


def photocopy(
    image: Image.Image, *, seed: int, skew: float = 0.0, noise: float = 6.0, shade: float = 14.0
) -> Image.Image:
    """The page as it comes back from a copier; the same seed gives the same page. `skew` in degrees."""
    rng = np.random.default_rng(seed)
    turned = image.rotate(skew, resample=Image.Resampling.BICUBIC, fillcolor=255) if skew else image
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.8)), dtype=np.float32)
    height, width = soft.shape
    across = np.linspace(-1.0, 1.0, width, dtype=np.float32)[None, :]
    down = np.linspace(-1.0, 1.0, height, dtype=np.float32)[:, None]
    light = 246.0 - shade * (across * rng.uniform(-1, 1) + down**2 * rng.uniform(0, 1))
    copied = soft * (light / 255.0) + rng.normal(0.0, noise, soft.shape).astype(np.float32)
    specks = rng.integers(0, (height - 3, width - 3), size=(int(20 * noise), 2))
    for y, x in specks:
        copied[y : y + 2, x : x + int(rng.integers(1, 4))] *= 0.45
    return Image.fromarray(np.clip(copied, 0, 255).astype(np.uint8))
