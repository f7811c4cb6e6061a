"""A simulated network scanner: a real eSCL server, fed from a folder of pictures, with faults on demand."""

from scanners.simulator.server import SimulatedScanner

__all__ = ["SimulatedScanner"]
