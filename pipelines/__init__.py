"""All that computes: tasks, models, runs, evaluation, reports, and the command line."""

__version__ = "0.1.0"
