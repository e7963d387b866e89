"""Features in a batch never collide with roles and come back under the user's names."""

from __future__ import annotations

import pandas as pd

from pipelines.tabular.batch import as_features, features_of


def test_a_feature_named_like_a_role_is_kept_apart_from_it() -> None:
    features = pd.DataFrame({"target": [1, 2], "age": [30, 40]})
    batch = as_features(features).assign(target=[0, 1])
    assert batch["target"].tolist() == [0, 1]
    pd.testing.assert_frame_equal(features_of(batch), features)


def test_a_feature_whose_name_begins_like_the_prefix_survives() -> None:
    features = pd.DataFrame({"feature:age": [1]})
    assert list(features_of(as_features(features)).columns) == ["feature:age"]


def test_roles_are_no_features() -> None:
    assert features_of(pd.DataFrame({"target": [1], "exposure": [2.0]})).shape == (1, 0)
