"""The bundle of a fitted model loads back and answers the same."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from pipelines.bundle import pack
from pipelines.pipeline import LoadConfig
from pipelines.registry import make_pipeline
from tests.pages import driver


def test_bundle_loads_back_without_pickle_and_answers_the_same(tmp_path: Path) -> None:
    at = driver.with_file("mine.csv", driver.reviews(60))
    driver.step(at, "models")
    at.checkbox(key="sentiment-use-tfidf-logistic").check()
    driver.fine(at.run())
    driver.run_to_the_end(at)
    driver.step(at, "ship")
    experiment = driver.space(at).experiment
    assert experiment is not None
    run = experiment.run_of("tfidf-logistic")
    at.selectbox(key="sentiment-ship-model").select("tfidf-logistic")
    driver.fine(at.run())
    assert not [each for each in at.markdown if "Model card: " in each.value]
    at.session_state["sentiment-card-tfidf-logistic"] = True
    driver.fine(at.run())
    (card,) = [driver.readable(each.value) for each in at.markdown if "Model card: " in each.value]
    assert "fitted to mine.csv" in card and "What it must not be used for" in card
    with zipfile.ZipFile(io.BytesIO(pack(experiment, run))) as archive:
        assert not [name for name in archive.namelist() if name.endswith((".pkl", ".joblib"))]
        archive.extractall(tmp_path)
    config = LoadConfig(device="cpu", seed=0, classes=experiment.outputs)
    again = make_pipeline(run.card, config).restore(tmp_path)
    batch = experiment.request.dataset.batch()
    np.testing.assert_allclose(
        again.predict(again.encode(batch)).probabilities,
        run.pipeline.predict(run.pipeline.encode(batch)).probabilities,
    )
