"""How far fingerprints of two scans of one page are apart, beside pages that differ.

python tests/benchmarks/fingerprints.py FOLDER_OF_JPEGS
"""

from __future__ import annotations

import sys
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np

from muni_archive.imaging.fingerprint import LOOKS_ALIKE, SIDE, fingerprint, fingerprint_distance


def scanned_again(grey: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """The same sheet through another scan: a little crooked, shifted, lighter, noisier, as JPEG."""
    height, width = grey.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-0.8, 0.8), chance.uniform(0.99, 1.01))
    turn[:, 2] += chance.uniform(-0.004, 0.004, 2) * width
    moved = cv2.warpAffine(grey, turn, (width, height), borderValue=250).astype(np.float32)
    noisy = np.clip(moved * chance.uniform(0.9, 1.0) + chance.normal(6, 8, moved.shape), 0, 255).astype(np.uint8)
    return cv2.imdecode(cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_GRAYSCALE)


def main(folder: Path) -> None:
    chance = np.random.default_rng(7)
    pages = [cv2.imread(str(path), cv2.IMREAD_REDUCED_GRAYSCALE_2) for path in sorted(folder.glob("*.jpg"))]
    prints = [fingerprint(page) for page in pages]
    again = [
        fingerprint_distance(print_, fingerprint(scanned_again(page, chance)))
        for page, print_ in zip(pages, prints, strict=True)
        for _ in range(3)
    ]
    apart = [fingerprint_distance(one, other) for one, other in combinations(prints, 2)]
    print(f"{SIDE * SIDE} bits, threshold {LOOKS_ALIKE}")
    print(f"scanned again   n={len(again):5d}  median {np.median(again):.0f}  p95 {np.percentile(again, 95):.0f}")
    print(f"different pages n={len(apart):5d}  median {np.median(apart):.0f}  p01 {np.percentile(apart, 1):.0f}")
    for threshold in sorted({LOOKS_ALIKE, 120, 150, 180, 210, 240, 270, 300}):
        found = np.mean([distance <= threshold for distance in again])
        false = np.mean([distance <= threshold for distance in apart])
        print(f"  <= {threshold}: found {found:6.1%}  falsely alike {false:6.2%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
