"""What every model of every task has to keep; the registry says which there are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.pipeline import ClassPredictions
from pipelines.progress import Progress
from pipelines.registry import make_pipeline
from tests.contract.subjects import Subject, awkward

TOLERANCE = 0.02

def assert_same_answers(first: ClassPredictions, second: ClassPredictions) -> None:
    """Probabilities agree, and labels do wherever two classes do not tie within the tolerance."""
    np.testing.assert_allclose(first.probabilities, second.probabilities, atol=TOLERANCE)
    ordered = np.sort(first.probabilities, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] > 2 * TOLERANCE
    np.testing.assert_array_equal(first.labels[clear], second.labels[clear])


def test_order_is_kept(classifier: Subject) -> None:
    order = np.random.default_rng(3).permutation(len(classifier.batch))
    shuffled = classifier.batch.iloc[order].reset_index(drop=True)
    straight = classifier.predictions
    assert_same_answers(straight.take(order), classifier.pipeline.predict(shuffled))


def test_index_of_the_batch_does_not_matter(classifier: Subject) -> None:
    moved = classifier.batch.set_index(np.arange(len(classifier.batch))[::-1] + 1000)
    np.testing.assert_array_equal(
        classifier.pipeline.predict(moved).probabilities,
        classifier.predictions.probabilities,
    )


def test_a_row_gets_the_same_answer_alone_as_in_company(classifier: Subject) -> None:
    together = classifier.predictions
    for row in (0, 7, len(classifier.batch) - 1):
        alone = classifier.pipeline.predict(classifier.batch.iloc[[row]])
        assert_same_answers(alone, together.take(np.array([row])))


def test_empty_one_and_many_rows_give_one_type(classifier: Subject) -> None:
    many = classifier.predictions
    for rows in (0, 1):
        few = classifier.pipeline.predict(classifier.batch.iloc[:rows])
        assert type(few) is type(many) is ClassPredictions
        assert len(few) == rows
        assert few.probabilities.shape == (rows, len(classifier.classes))
        assert list(few.frame().columns) == list(many.frame().columns)
        assert few.labels.shape == few.confidence.shape == (rows,)


def test_awkward_rows_get_a_valid_answer(classifier: Subject) -> None:
    rows = awkward(classifier.task)
    found = classifier.pipeline.predict(rows)
    assert len(found) == len(rows) > 5
    assert np.isfinite(found.probabilities).all()
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-6)


def test_probabilities_sum_to_one_over_the_classes_asked_for(classifier: Subject) -> None:
    found = classifier.predictions
    assert found.classes == classifier.classes
    assert found.probabilities.shape == (len(classifier.batch), len(classifier.classes))
    assert ((found.probabilities >= 0) & (found.probabilities <= 1)).all()
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1, atol=1e-6)
    assert set(found.labels) <= set(classifier.classes)


def test_the_same_seed_gives_the_same_answers(subject: Subject) -> None:
    first, second = (subject.make(seed=5).predict(subject.batch).frame() for _ in range(2))
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_inputs_are_left_as_they_were(subject: Subject) -> None:
    # Images cannot be changed, and a deep copy would open their archive again.
    batch, truth = subject.batch.copy(), subject.truth.copy(deep=True)
    pipeline = make_pipeline(subject.card, subject.pipeline.config).load()
    pipeline.fit(batch, truth)
    pipeline.predict(pipeline.encode(batch))
    pd.testing.assert_frame_equal(batch, subject.batch)
    pd.testing.assert_series_equal(truth, subject.truth)


def test_encoded_rows_get_the_same_answer(classifier: Subject) -> None:
    encoded = classifier.pipeline.encode(classifier.batch)
    assert len(encoded) == len(classifier.batch)
    assert_same_answers(
        classifier.pipeline.predict(encoded), classifier.predictions
    )


def test_predicting_reports_each_row_once(subject: Subject) -> None:
    class Counting(Progress):
        rows = 0

        def advance(self, rows: int) -> None:
            self.rows += rows

    counting = Counting()
    encoded = subject.pipeline.encode(subject.batch, counting)
    subject.pipeline.predict(encoded, counting)
    assert counting.rows in (len(subject.batch), 2 * len(subject.batch))


def test_sessions_may_predict_at_the_same_time(classifier: Subject) -> None:
    expected = classifier.predictions
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(classifier.pipeline.predict, [classifier.batch] * 4):
            assert_same_answers(found, expected)


def test_explanations_belong_to_their_rows(classifier: Subject) -> None:
    batch = awkward(classifier.task).iloc[:3]
    targets = [classifier.classes[-1], classifier.classes[0], classifier.classes[-1]]
    found = classifier.pipeline.explain(batch, targets)
    assert len(found) in (0, len(batch))
    for each, target in zip(found, targets, strict=False):
        assert each.target == target
        assert len(each.pieces) == len(each.weights)
        assert np.isfinite(each.weights).all()


def test_terms_of_a_class_speak_for_it(classifier: Subject) -> None:
    terms = classifier.pipeline.class_terms()
    assert set(terms) <= set(classifier.classes)
    assert all(weight > 0 for found in terms.values() for _, weight in found)


def test_a_restored_bundle_predicts_the_same(classifier: Subject, tmp_path: Path) -> None:
    if not classifier.card.needs_labels:
        pytest.skip("nothing was learnt from the user's rows")
    classifier.pipeline.save(tmp_path / "bundle")
    files = sorted(path.suffix for path in (tmp_path / "bundle").iterdir())
    assert set(files) <= {".json", ".skops", ".safetensors"}
    fresh = make_pipeline(classifier.card, classifier.pipeline.config)
    restored = fresh.restore(tmp_path / "bundle")
    np.testing.assert_array_equal(
        restored.predict(classifier.batch).probabilities,
        classifier.predictions.probabilities,
    )
