"""How much better would it get with more images? Measured on parts of the user's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.charts.learning_curve import learning_curve
from dashboard.charts.show import show
from dashboard.components.images.opened import training_images
from dashboard.components.text import count
from dashboard.components.waiting import wait_for
from dashboard.session import Workspace, start_job
from pipelines.experiment import Experiment, ModelRun
from pipelines.progress import Progress

FEWEST = 20


def learning_view(experiment: Experiment, run: ModelRun, space: Workspace) -> None:
    """Draw the curve, computed when asked for, in the job pool."""
    slug = experiment.request.task.slug
    pictures, labels = training_images(experiment)
    if len(pictures) < FEWEST or len(set(labels)) < 2:
        st.info(
            f"This needs at least {FEWEST} labelled images of two classes to learn from, and a run of "
            "a model that learns.", icon=":material/school:",
        )
        return
    key = ("evidence", "learning curve", experiment.id)
    job = space.memo.get(key)
    if job is None:
        st.markdown(
            "Your own classes are learnt again from random parts of the training images, five times "
            "for each size, and judged on images that none of them saw."
        )
        if not st.button("Measure it", type="primary", key=f"{slug}-learning",
                         icon=":material/show_chart:"):
            return

        def measure(progress: Progress) -> object:
            from pipelines.vision.learning_curve import learning_curve as measured

            return measured(pictures, labels, seed=experiment.request.seed, progress=progress)

        job = space.memo[key] = start_job("Learning curve", measure)
    if not job.finished:
        wait_for(job)
        return
    if job.state != "done":
        st.error(job.sentence, icon=":material/error:")
        return
    found = job.result
    gain = found.mean[-1] - found.mean[-2] if len(found.mean) > 1 else 0.0
    unsure = np.max(found.high - found.low) / 2
    finding = (
        f"The last step to {count(found.sizes[-1], 'image')} brought {100 * gain:+.1f} points"
        + ("; more images should still help" if gain > unsure else
           "; more of the same will hardly help" if abs(gain) < 0.005 else "")
    )
    show(
        learning_curve(found.sizes, found.mean, found.low, found.high, found.chance),
        title=finding, key=f"{slug}-learning-curve", height=360,
        alt="Accuracy by number of training images, with its band",
        table=pd.DataFrame({
            "images": found.sizes, "accuracy": found.mean.round(4), "from": found.low.round(4),
            "to": found.high.round(4),
        }),
    )
    st.caption(
        f"Judged on {count(found.judged, 'image')} kept apart. The band holds the five repeats; it is "
        "no interval for new images."
    )
