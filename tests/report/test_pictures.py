"""The report of images shows the surest errors as small pictures, and speaks of images."""

from __future__ import annotations

import base64
import io
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from data.dataset import Dataset
from data.images.picture import Picture
from data.table import Table
from pipelines.experiment import Experiment, ModelRun
from pipelines.judging.classification import KIND
from pipelines.options import Options
from pipelines.pipeline import ClassPredictions, LoadConfig, Pipeline
from pipelines.registry import find_models, find_task
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.request import Request
from pipelines.split import whole

TASK = find_task("images")
CLASSES = ("cat", "dog")
HOSTILE = '"><script>alert(1)</script> onerror=x.png'
ROWS = 120


class _Idle(Pipeline):
    def predict(self, *_: object) -> ClassPredictions:  # type: ignore[override]
        raise AssertionError("a report never predicts")


def experiment(name: str = "{}.png", labelled: bool = True, side: int = 96) -> Experiment:
    """Every tenth image is called the wrong thing; the fiftieth with most confidence."""
    rng = np.random.default_rng(0)
    names = [name.format(row) for row in range(ROWS)]
    pictures = {}
    for each in names:
        pixels = rng.integers(0, 256, (side, side, 3), dtype=np.uint8)
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, "PNG")
        pictures[each] = Picture.of_bytes(each, content.getvalue())
    truth = pd.Series([CLASSES[row % 2] for row in range(ROWS)], dtype="str")
    frame = pd.DataFrame({"image": pd.Series(names, dtype="str"), "label": truth})
    table = Table("pets.zip", frame, "sha256:ab", (), ROWS, first_row=1, pictures=pictures)
    roles = {"image": "image", **({"label": "label"} if labelled else {})}
    dataset = Dataset(table, roles, image_roles=("image",))
    right = np.full(ROWS, 0.8)
    right[::10] = 0.3
    right[50] = 0.01
    chances = np.empty((ROWS, 2))
    codes = np.arange(ROWS) % 2
    chances[np.arange(ROWS), codes], chances[np.arange(ROWS), 1 - codes] = right, 1 - right
    cards = find_models(TASK, ["own-classes"])
    said = {
        cards[0].id: ClassPredictions(CLASSES, np.tile([0.5, 0.5], (ROWS, 1))),
        cards[1].id: ClassPredictions(CLASSES, chances),
    }
    runs = tuple(
        ModelRun(card=card, pipeline=_Idle(card, LoadConfig()), predictions=said[card.id],
                 seconds={}, rows_per_second=10.0, peak_memory_mb=1.0)
        for card in cards
    )
    tested = np.arange(ROWS) if labelled else np.zeros(0, dtype=int)
    judged = KIND.judge(
        truth, said, baseline=cards[0].id, batch=dataset.batch(), favourite=cards[1].id, seed=0,
    ) if labelled else None
    return Experiment(
        request=Request(task=TASK, dataset=dataset, models=cards, options=Options(TASK)),
        created=datetime(2026, 11, 22, tzinfo=UTC), outputs=CLASSES, split=whole(tested),
        rows=np.arange(ROWS), tested=tested, truth=truth if labelled else None, runs=runs,
        judged=judged,
    )


def images_of(page: str) -> list[tuple[str, str]]:
    """Name and address of each image of the page."""
    return [(alt, source) for source, alt in re.findall(r'<img src="([^"]*)" alt="([^"]*)"', page)]


def test_the_surest_error_comes_first_with_its_picture() -> None:
    found = images_of(report_page(experiment()))
    assert found[0][0] == "Image 51: 50.png"
    content = base64.b64decode(found[0][1].removeprefix("data:image/jpeg;base64,"))
    image = Image.open(io.BytesIO(content))
    assert max(image.size) == 96
    # It is that picture: as JPEG of noise the grey levels still go together.
    own = experiment().request.dataset.table.pictures["50.png"].open().convert("L")
    assert np.corrcoef(np.asarray(own).ravel(), np.asarray(image.convert("L")).ravel())[0, 1] > 0.9


def test_pictures_stay_small_together_and_those_left_out_keep_their_words() -> None:
    """Noise is the worst that JPEG can get."""
    page = report_page(experiment())
    addresses = [source for _, source in images_of(page)]
    assert len(addresses) >= 3
    assert sum(map(len, addresses)) <= 60_000
    wrong = page.split("Errors of Your own classes")[1].split("</section>")[0]
    assert wrong.count("<li") == 12
    assert "img-src data:" in page.split("<title>")[0]
    plain = report_page(experiment(side=8))
    assert len(images_of(plain)) == 12 + 2


def test_a_few_it_is_right_about_stand_below_one_of_each_class() -> None:
    right = report_page(experiment(side=8)).split("Images it is right about")[1].split("</section>")[0]
    assert right.count("<img") == 2
    assert set(re.findall(r"prediction <b><bdi>(\w+)", right)) == {"cat", "dog"}


def test_names_of_files_are_shown_and_never_obeyed() -> None:
    page = report_page(experiment("{}" + HOSTILE, side=8))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    found: list[tuple[str, list[str]]] = []
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: found.append(  # type: ignore[method-assign]
        (tag, [name for name, _ in attrs]))
    reader.feed(page)
    assert {tuple(names) for tag, names in found if tag == "img"} == {("src", "alt")}


@pytest.mark.parametrize("labelled", [True, False])
def test_it_speaks_of_images_and_not_of_rows(labelled: bool) -> None:
    page = report_page(experiment(labelled=labelled, side=8))
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert re.findall(r"[^.]{0,40}\b[Rr]ows?\b.{0,20}", text) == []
    assert ("On 120 labelled images Your own classes is right" in text) == labelled
    assert f"pets.zip, {ROWS} images" in text


def test_a_picture_that_is_gone_leaves_its_words() -> None:
    found = experiment(side=8)
    pictures = dict(found.request.dataset.table.pictures)
    pictures["50.png"] = Picture.of_bytes("50.png", b"gone")
    object.__setattr__(found.request.dataset.table, "pictures", pictures)
    names = [alt for alt, _ in images_of(report_page(found))]
    assert "Image 51: 50.png" not in names
    assert "50.png" in report_page(found)


def test_the_model_that_ran_as_the_default_is_said_to_be_it() -> None:
    runs = document(experiment(side=8))["runs"]
    assert {run["model"]: run["default"] for run in runs} == {"majority": False, "own-classes": True}
    unlabelled = document(experiment(labelled=False, side=8))["runs"]
    # Without labels the default is a model that needs none, and it did not run here.
    assert not any(run["default"] for run in unlabelled)
