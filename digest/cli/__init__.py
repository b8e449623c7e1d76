"""The command line: the only place that talks to a terminal. Each file holds one or a few commands."""

import atexit
import gc

# A short-lived program that makes many small values, and loads 115,000 of them before it does anything: by default the
# collector looks through them 33 times, in vain: 40 ms, a fifteenth of an hour's gather. It is told here, before the
# commands are loaded. At the end, too, Python would look for garbage in all that goes anyway: 150 ms.
gc.set_threshold(250_000, 20, 20)
atexit.register(gc.freeze)
