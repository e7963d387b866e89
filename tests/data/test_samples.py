from __future__ import annotations

import pytest

from data.errors import OptionError
from data.samples import load, samples


def test_every_sample_loads_and_is_marked_as_written() -> None:
    for sample in samples():
        table = load(sample.id)
        assert set(sample.mapping.values()) <= set(table.frame.columns)
        assert "written" in table.written


def test_an_unknown_sample_is_said() -> None:
    with pytest.raises(OptionError, match="product-reviews"):
        load("none")
    assert samples("none") == ()
