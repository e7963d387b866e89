"""The page of images: bring a ZIP, learn its classes, open an image, see why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.image_sets import shapes_zip
from tests.pages import driver

SLUG = "images"
PAGE = "applications/images"


def brought(name: str, content: bytes) -> AppTest:
    """The page with a file of one's own."""
    at = driver.open_page(driver.visitor(), PAGE)
    at.get_by_key(f"{SLUG}-source").set_value("file")
    driver.fine(at.run())
    at.file_uploader(key=f"{SLUG}-upload").set_value([(name, content, "")]).run()
    return driver.fine(at)


def to_step(at: AppTest, name: str) -> AppTest:
    at.get_by_key(f"{SLUG}-step").set_value(name)
    return driver.fine(at.run())


@pytest.fixture(scope="module")
def ran() -> Iterator[AppTest]:
    """A session that learnt two classes of ten images each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.session._is_there", lambda session_id: True)
        at = brought("shapes.zip", shapes_zip())
        at.button(key=f"{SLUG}-run").click()
        driver.finish(driver.fine(at.run()), SLUG)
        assert driver.space(at, SLUG).trouble == ""
        yield at


def test_what_was_brought_is_said_in_one_line() -> None:
    at = brought("shapes.zip", shapes_zip(a_class=3))
    assert any("6 images · 2 classes of 3 each · 48 x 48 pixels" in each.value
               for each in at.markdown)
    assert at.button(key=f"{SLUG}-run").label == "Run 2 models"


def test_labels_of_ones_own_choose_the_model_that_learns_them(ran: AppTest) -> None:
    experiment = driver.space(ran, SLUG).experiment
    assert experiment is not None
    assert [run.card.id for run in experiment.runs] == ["majority", "own-classes"]
    assert experiment.favourite.card.id == "own-classes"
    assert experiment.outputs == ("bar across", "disc")


def test_gallery_opens_an_image_with_its_heat_and_neighbours(ran: AppTest) -> None:
    to_step(ran, "results")
    ran.button(key=f"{SLUG}-open-0").click()
    driver.fine(ran.run())
    assert ran.session_state[f"{SLUG}-opened"] == 0
    said = " ".join(driver.readable(each.value) for each in (*ran.markdown, *ran.caption))
    assert "bar across/000.png" in said
    assert "Grad-CAM" in said
    assert "most similar images" in said


def test_gallery_shows_only_what_is_asked_for(ran: AppTest) -> None:
    to_step(ran, "results")
    ran.multiselect(key=f"{SLUG}-called-own-classes").select("disc")
    driver.fine(ran.run())
    experiment = driver.space(ran, SLUG).experiment
    assert experiment is not None
    called = (experiment.run_of("own-classes").predictions.frame()["prediction"] == "disc").sum()
    shown = [each for each in ran.button if str(each.key).startswith(f"{SLUG}-open-")]
    assert len(shown) == called > 0
    ran.multiselect(key=f"{SLUG}-called-own-classes").set_value([])
    driver.fine(ran.run())


def test_every_view_of_the_evaluation_renders(ran: AppTest) -> None:
    to_step(ran, "evaluation")
    for view in ("Errors", "Curves", "Calibration", "Threshold", "Slices"):
        ran.get_by_key(f"{SLUG}-view").set_value(view)
        driver.fine(ran.run())
    assert not ran.error


def test_run_can_be_shipped(ran: AppTest) -> None:
    to_step(ran, "ship")
    commands = [code.value for code in ran.code]
    assert any("pipelines run images --data shapes.zip" in each for each in commands)


def test_a_file_that_is_no_image_is_refused_in_a_sentence() -> None:
    at = brought("shapes.zip", b"PK\x03\x04 not an archive")
    assert len(at.error) == 1
    assert at.button(key=f"{SLUG}-run").disabled
