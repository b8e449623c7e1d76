"""What we claim about speed and quality, as commands anyone can run: `make bench`, or `python -m benchmarks.NAME`."""
