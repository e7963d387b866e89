"""The errors a user can cause.

LitmusError
├── DataError        the file, its content or its columns
├── OptionError      a model, option or role that does not exist or does not fit
└── (defined beside what raises them: WeightsError, HubError, CancelledRun)
"""

from __future__ import annotations


class LitmusError(Exception):
    """Something a user can put right; its text is one sentence or two, shown as it is."""


class DataError(LitmusError):
    """The data cannot be used: says what was found, what is needed and what to do."""


class OptionError(LitmusError):
    """A choice that does not exist or does not fit the data."""
