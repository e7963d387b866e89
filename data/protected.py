"""Columns that look like what the law keeps decisions from: sex, age, origin, religion and the like.

A name says so, or cells that hold nothing but the two sexes. The list follows what the Equal Credit
Opportunity Act of the United States (15 U.S.C. 1691) and the directives of the European Union on equal
treatment (2000/43/EC, 2000/78/EC, 2004/113/EC) name, in the words that files use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

MOST_COLUMNS = 6


def _listed(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


# Each word alone tells, wherever it stands in a name.
WORDS: Mapping[str, tuple[str, ...]] = {
    "sex": _listed(
        "sex gender geschlecht sexe sexo sesso genero género gênero geslacht kön пол 性别 性別 성별"
    ),
    "marital status": _listed(
        "marital married marriage divorced single_parent familienstand zivilstand matrimonial conjugal",
        "burgerlijke civil_status estado_civil stato_civile état_civil etat_civil family_status",
        "situation_familiale situation_de_famille 婚姻 婚否 結婚 결혼",
    ),
    "ethnic origin": _listed(
        "race racial ethnicity ethnic ethnie ethnische hautfarbe raza raça raca etnia etnicidad",
        "hispanic latino tribe caste skin_color skin_colour 民族 种族 人種 인종",
    ),
    "nationality": _listed(
        "nationality nationalities citizenship citizen citizen_status foreigner foreigners",
        "foreign_worker foreign_born immigrant immigration migration_background national_origin",
        "country_of_birth birth_country birthplace place_of_birth",
        "staatsangehörigkeit staatsbürgerschaft ausländer migrationshintergrund nationalität",
        "gastarbeiter fremdarbeiter herkunftsland travailleur_étranger trabajador_extranjero",
        "nationalité citoyenneté nacionalidad nacionalidade ciudadanía cidadania nazionalità",
        "cittadinanza nationaliteit гражданство национальность 国籍 국적",
    ),
    "religion": _listed(
        "religion religious faith denomination konfession glaube religión religião religione",
        "godsdienst религия 宗教 종교",
    ),
    "disability": _listed(
        "disability disabilities disabled handicap handicapped behinderung schwerbehindert",
        "discapacidad deficiência deficiencia disabilità инвалидность 残疾 障害 장애",
    ),
    "sexual orientation": ("sexual_orientation", "orientation_sexuelle", "sexuelle_orientierung"),
    "pregnancy": _listed("pregnant pregnancy schwanger enceinte embarazada grávida"),
    "age": _listed(
        "dob birthdate birthday birth_date date_of_birth year_of_birth birth_year days_birth",
        "geburtsdatum geburtsjahr geburtstag date_de_naissance année_de_naissance fecha_de_nacimiento",
        "data_de_nascimento data_di_nascita 年龄 年齢 나이 возраст edad idade",
    ),
}
# “Age” is also that of accounts, cars and houses: nothing may stand beside it but these.
AGES = frozenset(_listed("age ages alter lebensalter âge età leeftijd"))
BESIDE_AGE = frozenset(_listed(
    "band bands group groups range bucket class category cat bin years year yrs yr in of at the",
    "customer client applicant borrower person user member patient employee holder insured",
    "application applying completed now current gruppe klasse jahre jahren in des kunden bei antrag",
    "groupe tranche ans client l d du rango grupo faixa anos años anni",
))
_MEN = frozenset(_listed("m male man men h homme hombre masculino masculin männlich mann maschio"))
_WOMEN = frozenset(_listed(
    "f female woman women w femme mujer feminino femenino féminin weiblich frau femmina"
))
_NEITHER = frozenset(_listed("other x d divers diverse unknown nonbinary non-binary na n/a none"))
_MOST_SEXES = 6
_SAMPLE = 2_000


@dataclass(frozen=True)
class Sensitive:
    """A column that looks protected.

    Attributes:
        column: Its name.
        attribute: What it seems to hold, such as "sex".
    """

    column: str
    attribute: str


def sensitive_columns(frame: pd.DataFrame, leave_out: Sequence[str] = ()) -> tuple[Sensitive, ...]:
    """Returns the columns that look protected, in the order of the file.

    A column that is the same in every row cannot treat anybody differently and is none of them.

    Args:
        frame: Table as read.
        leave_out: Columns not to look at, such as the target.
    """
    found = []
    for column in frame.columns:
        name = str(column)
        if name in leave_out:
            continue
        attribute = attribute_of(name) or ("sex" if _holds_sexes(frame[column]) else "")
        if attribute and frame[column].nunique() > 1:
            found.append(Sensitive(name, attribute))
    return tuple(found)


def attribute_of(name: str) -> str:
    """Returns what the name of a column says that it holds, empty where it is not protected."""
    words = _words(name)
    line = f"_{'_'.join(words)}_"
    for attribute, known in WORDS.items():
        if any(_stands_in(word, line) for word in known):
            return attribute
    ages = [word for word in words if word in AGES]
    rest = [word for word in words if word not in AGES]
    return "age" if ages and all(word in BESIDE_AGE or word.isdecimal() for word in rest) else ""


def _stands_in(word: str, line: str) -> bool:
    # Chinese, Japanese and Korean names have no blanks between their words.
    return f"_{word}_" in line or (not word.isascii() and len(word) <= 3 and word in line
                                   and ord(word[0]) > 0x2E80)


def _words(name: str) -> list[str]:
    apart = re.sub(r"(?<=[a-zß-ÿ])(?=[A-ZÀ-Þ])", " ", unicodedata.normalize("NFC", name))
    return re.findall(r"[^\W_]+", apart.casefold())


def _holds_sexes(cells: pd.Series) -> bool:
    """Whether cells name men and women, and nothing else."""
    if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return False
    values = {str(each).strip().casefold() for each in cells.dropna().head(_SAMPLE).unique()}
    if not 2 <= len(values) <= _MOST_SEXES:
        return False
    named = bool(values & _MEN) and bool(values & _WOMEN)
    return named and values <= _MEN | _WOMEN | _NEITHER
