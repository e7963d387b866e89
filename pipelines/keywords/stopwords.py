"""Words that never begin, end or break up a key phrase."""

from __future__ import annotations

from functools import cache

_WORDS = {
    "en": "a about above across after afterwards again against all almost alone along already also "
          "although always am among an and another any anybody anyone anything anyway anywhere are "
          "around as at away back be became because become becomes been before behind being below "
          "beside besides between beyond both but by came can cannot come comes coming could did do "
          "does doing done down during each either else elsewhere enough etc even ever every "
          "everybody everyone everything everywhere except far few first for former from further "
          "had has have having he hence her here hers herself him himself his how however i if in "
          "indeed instead into is it its itself last later latter least less let like likely made "
          "make makes many may maybe me meanwhile might mine more moreover most mostly much must my "
          "myself near nearly neither never nevertheless next no nobody none nor not nothing now "
          "nowhere of off often on once one only onto or other others otherwise our ours ourselves "
          "out over own per perhaps please quite rather really same say says said seem seemed seems "
          "several shall she should since so some somebody somehow someone something sometimes "
          "somewhere soon still such than that the their theirs them themselves then there therefore "
          "these they this those though through throughout thus to together too toward towards under "
          "unless until up upon us use used uses using usually very via was we well went were what "
          "whatever when whenever where whereas wherever whether which while who whoever whole whom "
          "whose why will with within without would yes yet you your yours yourself yourselves "
          "don't doesn't didn't isn't aren't wasn't weren't won't can't couldn't wouldn't shouldn't "
          "hasn't haven't hadn't i'm i've i'll i'd it's that's there's you're you've you'll we're "
          "we've we'll they're they've they'll he's she's let's what's "
          "just get got gets getting go goes going gone making take takes took taken taking want wants "
          "wanted need needs needed keep keeps kept put puts give gives gave given find finds found "
          "two three four five six seven eight nine ten hundred thousand million new good great nice "
          "year years day days week weeks month months hour hours minute minutes today yesterday "
          "tomorrow tonight time times way ways thing things lot lots know knows knew known think "
          "thinks thought tell tells told ask asks look looks work works worked help helps try tries "
          "tried begin begins began monday tuesday wednesday thursday friday saturday sunday mr mrs "
          "ms dr vs",
    "pt": "a o os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem "
          "e ou mas que se não sim foi era são está estão ser ter tem há mais muito muita já ao aos "
          "à às como quando onde seu sua seus suas meu minha nosso nossa ele ela eles elas você eu "
          "isso este esta esse essa também até entre sobre depois antes só",
    "es": "el la los las un una unos unas de del en por para con sin y o pero que se no sí fue era "
          "son está están ser tener tiene hay más muy mucho mucha ya al como cuando donde su sus mi "
          "nuestro nuestra él ella ellos ellas usted yo esto este esta ese esa también hasta entre "
          "sobre después antes solo lo le les",
    "fr": "le la les un une des de du au aux en par pour avec sans et ou mais que qui se ne pas oui "
          "non est était sont être avoir a ont il elle ils elles vous je nous on ce cet cette ces "
          "plus très déjà comme quand où son sa ses mon ma notre votre aussi entre sur après avant "
          "dans y",
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber dass ist war sind "
          "waren sein haben hat hatte wird werden wurde nicht kein keine ja nein mit ohne für von "
          "zu zum zur im in am an auf aus bei nach vor über unter er sie es wir ihr ich mich mir "
          "sich auch nur schon noch sehr mehr wie wenn wo als so",
    "it": "il lo la i gli le un una uno di del della dei delle dello in nel nella per con senza e o "
          "ma che si non sì è era sono essere avere ha hanno più molto già come quando dove suo sua "
          "mio mia nostro nostra lui lei loro io noi voi questo questa anche fra tra su dopo prima "
          "da dal al alla",
}


@cache
def stopwords(language: str) -> frozenset[str]:
    """The stop words of a language by its ISO 639-1 code, casefolded; none where none are known."""
    return frozenset(_WORDS.get(language, "").split())
