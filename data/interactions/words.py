"""What columns of users and of items are called, in several languages."""

from __future__ import annotations

import re

# The more telling ones come first, as a suggested role takes them in this order.
USERS = (
    "user", "users", "user_id", "userid", "customer", "customers", "customer_id", "visitor",
    "visitors", "visitor_id", "visitorid", "client", "clients", "client_id", "member", "members",
    "account", "buyer", "shopper", "learner", "student", "subscriber", "listener", "viewer", "reader",
    "player", "guest", "traveller", "household", "loyalty_card", "loyalty", "uid", "session", "kunde",
    "kunden_id", "kundennummer", "nutzer", "utilisateur", "cliente", "usuario", "usuário", "utente",
    "aluno", "用户", "客户", "пользователь", "клиент", "ユーザー", "顧客",
)
ITEMS = (
    "item", "items", "item_id", "itemid", "product", "products", "product_id", "sku", "article",
    "articles", "article_id", "movie", "movies", "movie_id", "movieid", "film", "films", "track",
    "tracks", "song", "songs", "book", "books", "isbn", "asin", "course", "courses", "lesson",
    "lessons", "video", "videos", "game", "games", "recipe", "recipes", "stockcode", "listing",
    "offer", "artikel", "artikelnummer", "produkt", "produit", "producto", "produto", "prodotto",
    "kurs", "curso", "libro", "livre", "livro", "商品", "产品", "товар", "アイテム",
)


def words_of_name(name: str) -> frozenset[str]:
    """The words of a column's name; `visitorid` is that of a visitor."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.strip()).casefold()
    spaced = re.sub(r"(?<=[a-z]{3})id\b", " id", re.sub(r"[\W_]+", " ", spaced))
    return frozenset(spaced.split())
