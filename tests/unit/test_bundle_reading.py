"""What is no bundle, or a hostile one, is refused before it costs anything."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError
from pipelines.bundle import ABOUT, pack, unpack
from pipelines.bundle_about import CARD, digests
from pipelines.classifiers import skops_file
from pipelines.classifiers.linear import logistic
from pipelines.classifiers.skops_file import SKOPS_FILE, read_skops
from pipelines.commands import RunCommand, run_command
from pipelines.scoring import score_file

ROWS = [("I love it, great", "positive"), ("Awful, I hate it", "negative")]
MEGABYTE = 2**20


@cache
def bundle() -> bytes:
    return _packed()


def _packed() -> bytes:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        rows = [(f"{text} {number}", label) for number in range(12) for text, label in ROWS]
        pd.DataFrame(rows, columns=["text", "label"]).to_csv(path, index=False)
        done = run_command(RunCommand(task="sentiment", data=(path,), models=("tfidf-logistic",)))
        return pack(done, done.run_of("tfidf-logistic"))


def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_model(skops: bytes) -> bytes:
    """The bundle with another model.skops, and nothing said of what was packed."""
    about = {**json.loads(parts()[ABOUT]), "files": None}
    return zipped({**parts(), ABOUT: json.dumps(about).encode(), SKOPS_FILE: skops})


def changed_skops(change: Callable[[dict[str, bytes]], None], how: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(parts()[SKOPS_FILE])) as archive:
        inner = {name: archive.read(name) for name in archive.namelist()}
    change(inner)
    return zipped(inner, how)


def test_a_model_that_unfolds_past_its_own_size_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import skops.io

    def zeros(inner: dict[str, bytes]) -> None:
        inner[next(name for name in inner if name.endswith(".npy"))] = bytes(40 * MEGABYTE)

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("it was opened")

    monkeypatch.setattr(skops.io, "loads", fail)
    bomb = with_model(changed_skops(zeros, zipfile.ZIP_DEFLATED))
    assert len(bomb) < MEGABYTE / 10
    with pytest.raises(DataError, match=r"^b\.zip .* would unfold to more than it is"):
        unpack(bomb, "b.zip")


def test_an_archive_within_the_model_may_not_unfold_either(tmp_path: Path) -> None:
    def nested(inner: dict[str, bytes]) -> None:
        inner["matrix.npz"] = zipped({"data.npy": bytes(30 * MEGABYTE)})

    path = tmp_path / SKOPS_FILE
    path.write_bytes(changed_skops(nested, zipfile.ZIP_STORED))
    with pytest.raises(DataError, match="would unfold"):
        read_skops(path)


def test_an_array_that_claims_to_be_huge_is_damaged() -> None:
    def huge(inner: dict[str, bytes]) -> None:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
        )
        inner[next(name for name in inner if name.endswith(".npy"))] = header.getvalue()

    with pytest.raises(DataError, match="damaged"):
        unpack(with_model(changed_skops(huge, zipfile.ZIP_STORED)), "b.zip")


def test_types_that_no_bundle_has_are_named_with_the_file_and_never_opened(tmp_path: Path) -> None:
    def other(inner: dict[str, bytes]) -> None:
        text = inner["schema.json"].decode()
        text = text.replace('"LogisticRegressionCV"', '"system"')
        inner["schema.json"] = text.replace('"sklearn.linear_model._logistic"', '"os"').encode()

    with pytest.raises(DataError, match=r"^mine\.zip cannot be opened: .* holds types that no"):
        unpack(with_model(changed_skops(other, zipfile.ZIP_STORED)), "mine.zip")
    path = tmp_path / SKOPS_FILE
    path.write_bytes(b"\x80\x04}\x94\x8c\x01a\x94K\x01s.")
    with pytest.raises(DataError, match="damaged"):
        skops_file.read_skops(path)


def test_a_model_that_lacks_what_it_learnt_or_is_another_is_refused() -> None:
    import skops.io
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    labels = ["x", "y"] * 10
    unfitted = make_pipeline(TfidfVectorizer(), logistic(pd.Series(labels), 0))
    other = make_pipeline(TfidfVectorizer(), logistic(pd.Series(labels), 0)).fit(
        ["one lamp", "two chairs"] * 10, labels
    )
    refusal = r"^b\.zip cannot be opened: the model\.skops of the bundle is of another"
    for model in ("text", [1, 2], Ridge(), unfitted, other, other[-1]):
        with pytest.raises(DataError, match=refusal):
            unpack(with_model(skops.io.dumps(model)), "b.zip")


def test_another_file_is_not_called_a_damaged_archive() -> None:
    for content in (b"", b"text,label\n", b"\x89PNG\r\n", b"PAR1"):
        with pytest.raises(DataError, match=r"^rev\.csv is no model bundle, which is a ZIP archive"):
            unpack(content, "rev.csv")
    with pytest.raises(DataError, match="damaged or cut short"):
        unpack(bundle()[:300], "rev.zip")
    with pytest.raises(DataError, match=f"has no {ABOUT}"):
        unpack(zipped({"a.txt": b"x"}), "a.zip")


def test_a_bundle_says_what_its_files_were(tmp_path: Path) -> None:
    files = parts()
    said = json.loads(files.pop(ABOUT))["files"]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert said == digests(tmp_path) and set(said) == {SKOPS_FILE, "bundle.json", CARD}


def scored(tmp_path: Path, table: pd.DataFrame) -> pd.DataFrame:
    data, place = tmp_path / "new.csv", tmp_path / "b.zip"
    table.to_csv(data, index=False)
    place.write_bytes(bundle())
    return score_file(place, data, {})


def test_a_new_file_needs_no_labels_whatever_its_label_column_holds(tmp_path: Path) -> None:
    for label in ("positive", "", "never heard of"):
        found = scored(tmp_path, pd.DataFrame({"text": ["I love it, great"], "label": [label]}))
        assert found["prediction"].tolist() == ["positive"]


def test_no_name_is_ever_doubled(tmp_path: Path) -> None:
    taken = ["prediction", "litmus_prediction", "litmus_prediction_2", "confidence"]
    rows = pd.DataFrame({"text": ["great", "awful"], **{name: ["mine", "own"] for name in taken}})
    found = scored(tmp_path, rows)
    assert found.columns.is_unique
    assert list(found.columns[:7]) == ["text", *taken, "litmus_prediction_3", "litmus_confidence"]
    for name in taken:
        assert found[name].tolist() == ["mine", "own"]
    assert set(found["litmus_prediction_3"]) == {"positive", "negative"}
