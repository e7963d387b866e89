"""Words of files for the two outcomes of a yes/no target, in several languages."""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split("|"))


BAD = _words(
    "default|defaulted|bad|charged off|charge off|charged-off|late|delinquent|unpaid|not paid",
    "write off|written off|fraud|fraudulent|churn|churned|exited|left|lost|claim|sick|ill",
    "disease|diseased|malignant|positive|pos|died|dead|failed|failure|rejected|declined",
    "ausfall|ausgefallen|schlecht|gekündigt|impago|moroso|malo|mala|inadimplente|mau|ruim",
    "défaut|impayé|mauvais|insolvente|cattivo|wanbetaling|违约|坏|延滞|дефолт|плохой",
)
GOOD = _words(
    "good|paid|fully paid|paid off|paid back|repaid|current|performing|non-default|no default",
    "not default|genuine|legitimate|retained|stayed|active|healthy|benign|negative|neg|absent",
    "survived|alive|passed|approved|accepted|bezahlt|gut|zurückgezahlt|pagado|al corriente",
    "bueno|buena|bom|adimplente|pago|payé|remboursé|bon|pagato|buono|betaald|正常|好",
    "хороший|погашен",
)
YES = _words("yes|y|true|t|ja|j|sí|si|sim|oui|da|да|はい|是|tak")
NO = _words("no|n|false|f|nein|não|nao|non|нет|いいえ|否|nie|nee")


def predicted_of(first: str, second: str) -> str:
    """Which of two values is the outcome whose probability is wanted; empty where words do not say.

    A bad outcome comes before a good one, yes before no, 1 before 0 and -1; 1 and 2 say nothing.
    """
    for words, has in ((BAD, True), (GOOD, False), (YES, True), (NO, False)):
        named = [value.casefold() in words for value in (first, second)]
        if named[0] != named[1]:
            return first if named[0] == has else second
    if {first, second} in ({"0", "1"}, {"-1", "1"}):
        return "1"
    return ""
