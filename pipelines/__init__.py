"""All that computes: tasks, models, runs, evaluation, reports, and the command line."""

import os

__version__ = "0.1.0"

# Threads that wait for each other sleep instead of spinning. Read once by OpenMP when torch loads;
# with another process busy on one of two cores, prediction is twice as fast.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
