"""All that computes: tasks, models, runs, evaluation, reports, and the command line."""

import os

__version__ = "0.1.0"

# Threads that wait for each other sleep instead of spinning, which keeps prediction quick while
# other processes use the same cores. Read once by OpenMP when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
