"""Fixtures that hand every model of every task to the contract tests."""

from __future__ import annotations

import pytest

from tests.contract.subjects import NAMES, SUBJECTS, Subject, subject_of


@pytest.fixture(params=SUBJECTS, ids=NAMES)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Every model that chooses among classes, with all classes of its task."""
    return subject_of(*request.param, False)


@pytest.fixture(
    params=[(*pair, ends) for pair in SUBJECTS for ends in (False, True)],
    ids=[f"{name}-{number}" for name in NAMES for number in ("all", "two")],
)
def classifier(request: pytest.FixtureRequest) -> Subject:
    """Every model that chooses among classes, with all of them and with the two ends."""
    slug, model, ends_only = request.param
    return subject_of(slug, model, ends_only)
