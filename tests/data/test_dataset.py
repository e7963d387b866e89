from __future__ import annotations

import pytest

from data.dataset import build
from data.errors import OptionError
from data.readers import read_table
from data.roles import Role

ROLES = (Role("text", "Text", "text", required=True), Role("label", "Label", "category"))
TABLE = read_table(b"body,y\ngood one,1.0\n,0\nbad one,\nodd one,7\n", "a.csv")
MAPPING = {"text": "body", "label": "y"}


def test_texts_are_text_and_truth_is_mapped() -> None:
    data = build(TABLE, ROLES, MAPPING, {"1": "positive", "0": "negative"})
    assert data.batch()["text"].tolist() == ["good one", "", "bad one", "odd one"]
    truth = data.truth()
    assert truth is not None
    assert truth.isna().tolist() == [False, False, True, True]
    assert data.usable("text").tolist() == [True, False, True, True]
    assert data.column("time") is None


def test_labels_are_their_own_where_none_are_mapped() -> None:
    truth = build(TABLE, ROLES, MAPPING).truth()
    assert truth is not None and truth.dropna().tolist() == ["1", "0", "7"]


def test_the_fingerprint_follows_mapping_and_labels_not_their_order() -> None:
    one = build(TABLE, ROLES, MAPPING, {"1": "positive", "0": "negative"})
    same = build(TABLE, ROLES, dict(reversed(MAPPING.items())), {"0": "negative", "1": "positive"})
    assert one.fingerprint == same.fingerprint
    assert one.fingerprint != build(TABLE, ROLES, MAPPING).fingerprint
    assert one.fingerprint != build(TABLE, ROLES, {"text": "body"}).fingerprint


def test_a_wrong_mapping_is_refused() -> None:
    with pytest.raises(OptionError):
        build(TABLE, ROLES, {"text": "bod"})
