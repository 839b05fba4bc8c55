"""Measures speed and size, as ratios within one run: `python -m benchmarks`, which writes docs/performance.md."""
