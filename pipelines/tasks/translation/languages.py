"""How translation models name languages."""

from __future__ import annotations

from collections.abc import Iterable

from data.language import NAMES

# ISO 639-3 code and script of FLORES-200, which NLLB uses (NLLB Team 2022), by ISO 639-1 code.
_FLORES = {
    "ar": "arb_Arab", "bg": "bul_Cyrl", "bn": "ben_Beng", "ca": "cat_Latn", "cs": "ces_Latn",
    "da": "dan_Latn", "de": "deu_Latn", "el": "ell_Grek", "en": "eng_Latn", "es": "spa_Latn",
    "et": "est_Latn", "fa": "pes_Arab", "fi": "fin_Latn", "fr": "fra_Latn", "gu": "guj_Gujr",
    "he": "heb_Hebr", "hi": "hin_Deva", "hr": "hrv_Latn", "hu": "hun_Latn", "id": "ind_Latn",
    "it": "ita_Latn", "ja": "jpn_Jpan", "ko": "kor_Hang", "lt": "lit_Latn", "lv": "lvs_Latn",
    "mr": "mar_Deva", "ms": "zsm_Latn", "nl": "nld_Latn", "no": "nob_Latn", "pa": "pan_Guru",
    "pl": "pol_Latn", "pt": "por_Latn", "ro": "ron_Latn", "ru": "rus_Cyrl", "sk": "slk_Latn",
    "sl": "slv_Latn", "sr": "srp_Cyrl", "sv": "swe_Latn", "ta": "tam_Taml", "te": "tel_Telu",
    "th": "tha_Thai", "tr": "tur_Latn", "uk": "ukr_Cyrl", "ur": "urd_Arab", "vi": "vie_Latn",
    "zh": "zho_Hans",
}  # fmt: skip
# What Marian models write where it is not the first part of the FLORES code.
_ALSO = {"ar": ("ara",), "fa": ("fas",), "lv": ("lav",), "ms": ("msa",), "no": ("nor",),
         "zh": ("cmn",), "pt": ("pt_br", "pob")}

LANGUAGES = tuple(code for code in NAMES if code in _FLORES)


def flores(code: str) -> str:
    """The FLORES-200 code of an ISO 639-1 code; English for one that is not known."""
    return _FLORES.get(code, "eng_Latn")


def marian_token(code: str, known: Iterable[str]) -> str | None:
    """The token such as `>>por<<` by which a multilingual Marian model is told what to write.

    Args:
        code: ISO 639-1.
        known: the tokens that its tokeniser has.
    """
    inside = {token[2:-2].lower(): token for token in known}
    names = (_FLORES[code].split("_")[0], code, *_ALSO.get(code, ()))
    for name in names:
        if name in inside:
            return inside[name]
    longer = sorted(each for each in inside if each.split("_")[0] in names)
    return inside[longer[0]] if longer else None
