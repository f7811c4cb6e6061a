"""The network of the line reader: convolutions that look at the ink, two recurrent layers that read along the line."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from muni_archive.ocr.lines.alphabet import COUNT
from muni_archive.ocr.lines.strip import HEIGHT, STEP


class LineReader(nn.Module):
    """From strips (batch × 1 × HEIGHT × columns, ink 0..1) to log chances (batch × columns/STEP × COUNT).

    `width` scales the number of channels; 1.0 is what ships (2.6 million weights).
    """

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        few, some, many, deep, reading = (max(8, int(count * width)) for count in (32, 48, 96, 128, 224))
        self.look = nn.Sequential(
            _layer(1, few, (2, 1)), _layer(few, some, (1, 2)), _layer(some, many, (2, 2)), _layer(many, many, (1, 1)),
            _layer(many, deep, (2, 1)), _layer(deep, deep, (1, 1)),
            nn.Conv2d(deep, reading, (HEIGHT // 8, 1), bias=False), nn.BatchNorm2d(reading), nn.SiLU(),
        )  # fmt: skip
        self.rest = nn.Dropout(0.1)
        self.read = nn.LSTM(reading, reading, num_layers=2, bidirectional=True, dropout=0.1, batch_first=True)
        self.name = nn.Linear(2 * reading, COUNT)

    def forward(self, strips: Tensor) -> Tensor:
        seen = self.look(strips).squeeze(2).transpose(1, 2)
        read, _ = self.read(self.rest(seen))
        chances: Tensor = self.name(read)
        return nn.functional.log_softmax(chances.float(), dim=-1)


def _layer(before: int, after: int, stride: tuple[int, int]) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.SiLU())


def loss_of(chances: Tensor, columns: Tensor, numbers: Tensor, lengths: Tensor) -> Tensor:
    """CTC, a mean per sign. `columns` (batch): the strips' true widths; `numbers`: all signs of the batch in a row."""
    # The padding of a strip is paper: the network may look at it, but it is not asked what stands there.
    steps = torch.div(columns, STEP, rounding_mode="floor")
    return (
        nn.functional.ctc_loss(chances.transpose(0, 1), numbers, steps, lengths, reduction="sum", zero_infinity=True)
        / lengths.sum()
    )
