"""Training itself: step by step from a seed, saved as it goes, and taken up again where it stopped."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from rapidfuzz.distance import Levenshtein
from torch import Tensor

from muni_archive.ocr.lines.alphabet import GAP, read_out
from muni_archive.ocr.lines.strip import STEP
from muni_archive.training.batches import POOL, Batch, measuring_batches, training_batches
from muni_archive.training.halves import half_precision
from muni_archive.training.network import LineReader, loss_of

_DIGITS = re.compile(r"[0-9٠-٩۴-۶]{2,}")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`steps` of training: the rate rises over `warm_up`, stays, and falls to nothing over the last `cool_down`."""

    folders: tuple[Path, ...]
    folder: Path
    steps: int
    seed: int = 1
    rate: float = 1.5e-3
    warm_up: int = 300
    cool_down: int = 3000
    width: float = 1.0
    corrections: Path | None = None
    """What clerks have corrected, as it was exported."""
    look_every: int = 500
    save_every: int = 200

    def rate_at(self, step: int) -> float:
        rise = min(1.0, (step + 1) / self.warm_up)
        fall = min(1.0, max(0.0, (self.steps - step) / max(1, self.cool_down)))
        return self.rate * rise * fall


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of lines in faces held back: errors per 100 signs, and how many numbers came out exact, in percent."""

    sign_errors: float
    numbers_exact: float

    def __str__(self) -> str:
        return f"{self.sign_errors:.2f} errors in 100 signs, {self.numbers_exact:.1f} % of numbers exact"


def train(plan: Plan, say: Callable[[str], None]) -> LineReader:
    """Train until `plan.steps`, from the last saved step if there is one in `plan.folder`."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    network: LineReader = LineReader(plan.width).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    learner = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98))
    start = _take_up(plan.folder / "state.pt", network, learner)
    # A step is met again from the start of its pool, so that the lines are the same as without the stop.
    start -= start % POOL
    say(f"{sum(p.numel() for p in network.parameters()) / 1e6:.2f} million weights, from step {start} to {plan.steps}")
    batches = training_batches(plan.folders, seed=plan.seed, start=start, corrections=plan.corrections)
    known = measuring_batches(plan.folders, seed=99, lines=256, strange=False)
    strange = measuring_batches(plan.folders, seed=98, lines=128, strange=True)
    began, seen, losses = time.monotonic(), 0, []
    for step in range(start, plan.steps):
        batch = next(batches)
        for group in learner.param_groups:
            group["lr"] = plan.rate_at(step)
        losses.append(_learn(network, learner, batch))
        seen += len(batch.lengths)
        done = step + 1
        if done % 100 == 0 or done == plan.steps:
            say(f"step {done}: loss {sum(losses) / len(losses):.3f}, {seen / (time.monotonic() - began):.0f} lines/s")
            losses.clear()
        if done % plan.save_every == 0 or done == plan.steps:
            _save(plan.folder / "state.pt", network, learner, done)
        if done % plan.look_every == 0 or done == plan.steps:
            for name, lines in (("held-back faces", known), ("and held-back damage", strange)):
                score = measure(network, lines)
                say(f"  {name}: {score}")
    network.eval()
    return network


def measure(network: LineReader, batches: list[Batch]) -> Score:
    """Read the batches greedily and compare with what was printed."""
    wrong = signs = exact = numbers = 0
    for batch in batches:
        for text, truth in zip(read_batch(network, batch), batch.visual, strict=True):
            wrong += Levenshtein.distance(text, truth)
            signs += len(truth)
            found = _DIGITS.findall(text)
            for number in _DIGITS.findall(truth):
                numbers += 1
                if number in found:
                    found.remove(number)
                    exact += 1
    return Score(sign_errors=100 * wrong / max(1, signs), numbers_exact=100 * exact / max(1, numbers))


def read_batch(network: LineReader, batch: Batch) -> Iterator[str]:
    """Visual texts: the likeliest sign of each step, repeats and gaps taken out."""
    network.eval()
    with torch.no_grad(), half_precision():
        best = network(batch.strips).argmax(dim=-1)
    for row, columns in zip(best, batch.columns, strict=True):
        yield read_out(_signs(row[: int(columns) // STEP]))


def _signs(steps: Tensor) -> list[int]:
    unique = torch.unique_consecutive(steps)
    return [int(number) for number in unique if number != GAP]


def _learn(network: LineReader, learner: torch.optim.Optimizer, batch: Batch) -> float:
    network.train()
    with half_precision():
        chances = network(batch.strips.to(memory_format=torch.channels_last))
    loss = loss_of(chances, batch.columns, batch.numbers, batch.lengths)
    learner.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
    learner.step()
    return float(loss.detach())


def _save(path: Path, network: LineReader, learner: torch.optim.Optimizer, step: int) -> None:
    """Whole or not at all: a kill leaves the state before."""
    draft = path.with_suffix(".part")
    torch.save({"network": network.state_dict(), "learner": learner.state_dict(), "step": step}, draft)
    draft.replace(path)


def _take_up(path: Path, network: LineReader, learner: torch.optim.Optimizer) -> int:
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    learner.load_state_dict(state["learner"])
    return int(state["step"])
