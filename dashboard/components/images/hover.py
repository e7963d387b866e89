"""The image of a point beside the pointer: a Plotly tooltip holds text alone.

A small component listens to the chart that it stands beside. It runs fixed code; what is the user's
(addresses of images and names) reaches the page as attributes of one `img`, never as markup.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

NAME = "litmus-image-on-hover"
HTML = '<img alt="" hidden>'
CSS = """
img {
  position: fixed; z-index: 999; width: 112px; height: 112px; object-fit: contain;
  pointer-events: none; border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color);
}
img[hidden] { display: none; }
"""
# The chart may be drawn after the component, so it is looked for until it is there.
JS = """
export default function ({ data, parentElement }) {
  const image = parentElement.querySelector("img");
  let chart = null;
  const show = (event) => {
    const place = event.points[0]?.customdata?.[1];
    const address = data.pictures[place];
    if (!address || !event.event) return;
    image.src = address;
    image.alt = data.names[place];
    const side = 112, gap = 18;
    const left = event.event.clientX + gap, top = event.event.clientY + gap;
    image.style.left = `${Math.min(left, window.innerWidth - side - gap)}px`;
    image.style.top = `${Math.min(top, window.innerHeight - side - gap)}px`;
    image.hidden = false;
  };
  const hide = () => { image.hidden = true; };
  const find = () => {
    const box = document.getElementsByClassName(`st-key-${data.chart}`)[0];
    chart = box?.querySelector(".js-plotly-plot") ?? null;
    if (!chart?.on) { chart = null; return; }
    clearInterval(timer);
    chart.on("plotly_hover", show);
    chart.on("plotly_unhover", hide);
  };
  const timer = setInterval(find, 300);
  find();
  // A chart that is gone already has no listeners any more.
  return () => {
    clearInterval(timer);
    chart?.removeListener?.("plotly_hover", show);
    chart?.removeListener?.("plotly_unhover", hide);
    hide();
  };
}
"""


def images_on_hover(chart: str, pictures: Sequence[str], names: Sequence[str]) -> None:
    """Show an image beside the pointer while it is on a point of a chart.

    Args:
        chart: key of the chart; the second of a point's ``customdata`` is a position in `pictures`.
        pictures: addresses that hold the images themselves.
        names: of the images, for those who do not see them.
    """
    mount = st.components.v2.component(NAME, html=HTML, css=CSS, js=JS)
    mount(
        data={"chart": chart, "pictures": list(pictures), "names": list(names)},
        key=f"{chart}-hover", height=1,
    )
