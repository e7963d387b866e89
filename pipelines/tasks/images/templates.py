"""What images are sorted for, which decides what is looked at first."""

from __future__ import annotations

from pipelines.task import Template

TEMPLATES = (
    Template(
        id="product-photos",
        title="Product photos",
        summary="Every class counts the same: accuracy first.",
    ),
    Template(
        id="defects",
        title="Defects",
        summary="Finding what is broken: sensitivity and specificity first, and a threshold that finds "
        "a wanted share of the defects.",
        first=("sensitivity", "specificity"),
        positive=("defect", "fault", "flaw", "broken", "break", "scratch", "dent", "crack", "damage",
                  "hole", "stain", "bent", "missing", "rust", "bad", "reject", "fail", "anomal",
                  "nok", "kaputt", "defekt", "fehler", "riss", "kratzer", "defecto", "défaut",
                  "缺陷", "不良", "不合格", "破损"),
        absent=("good", "ok", "okay", "fine", "pass", "passed", "perfect", "clean", "intact", "normal",
                "whole", "undamaged", "flawless", "gut", "bueno", "bon", "合格", "正常", "无缺陷"),
        caution="A class of defects that is not among your images will not be found: keep a person in "
        "the line for what is new.",
        wanted=0.95,
    ),
    Template(
        id="medical-scans",
        title="Medical scans",
        summary="Finding what is ill: sensitivity and specificity first, and a threshold that finds a "
        "wanted share of the ill.",
        first=("sensitivity", "specificity"),
        positive=("malignan", "cancer", "carcinoma", "tumor", "tumour", "melanoma", "lesion", "sick",
                  "ill", "disease", "positive", "pneumonia", "covid", "abnormal", "fracture",
                  "infected", "patholog", "glioma", "metasta", "haemorrhage", "hemorrhage",
                  "bösartig", "krank", "maligno", "malin", "恶性"),
        absent=("normal", "healthy", "benign", "clear", "control", "notumor", "uninfected",
                "unremarkable", "gesund", "gutartig", "benigno", "sano", "sain", "bénin", "良性",
                "正常"),
        caution="This is no medical device: its answers are no diagnosis, and nobody may be treated, "
        "sent home or left untreated because of them.",
        wanted=0.95,
    ),
)
