"""What columns of common roles are called, in several languages."""

from __future__ import annotations

from collections.abc import Mapping

_TEXT_HINTS = (
    "text review review_body review_text comment comments content message msg body feedback tweet "
    "sentence opinion description kommentar bewertungstext rezension nachricht beschreibung "
    "commentaire avis texte comentario comentarios reseña opinión texto comentário avaliação "
    "testo recensione 评论 评价 内容 文本 текст отзыв レビュー 本文"
)
_LABEL_HINTS = (
    "label sentiment rating stars star_rating score target class category y polarity "
    "airline_sentiment "
    "bewertung sterne note étoiles étiquette etiqueta calificación calificacion valoración "
    "classificação nota sentimiento sentimento stimmung 标签 情感 评分 星级 метка оценка"
)
_TIME_HINTS = (
    "time date datetime timestamp created created_at tweet_created review_date posted at day datum "
    "zeit zeitpunkt erstellt heure fecha hora data criado_em 日期 时间 дата"
)
_GROUP_HINTS = (
    "group segment channel airline plan product category region country city store branch "
    "marketplace "
    "source platform language user_timezone filiale kanal produkt land groupe canal produit grupo "
    "producto sucursal tienda loja produto 渠道 产品 门店 地区"
)
HINTS: Mapping[str, tuple[str, ...]] = {
    "text": tuple(_TEXT_HINTS.split()),
    "label": tuple(_LABEL_HINTS.split()),
    "time": tuple(_TIME_HINTS.split()),
    "group": tuple(_GROUP_HINTS.split()),
}
