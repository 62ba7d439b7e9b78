"""The owner's query language: from a term of a profile to its tree.

::

    any    : all ("OR" all)*
    all    : part (["AND"] part)*
    part   : "NOT" part | near
    near   : atom ("NEAR/5" atom)*
    atom   : [field ":"] (word | "phrase" | "(" any ")")

Operators are words in capitals, English or German (``AND UND OR ODER NOT NICHT NEAR NAHE``). See
``docs/query-language.md``. The grammar is LALR(1), so reading takes time linear in the length of the term.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeVar, cast

from radar.errors import QueryError
from radar.match.query import (
    DEFAULT_FIELDS,
    FIELDS,
    All,
    Any,
    AnyWord,
    Either,
    Field,
    Find,
    Leaf,
    Near,
    Node,
    Not,
    Pattern,
    Phrase,
    Place,
    fits_without_words,
)
from radar.match.words import CHAIN, WORD, words_of

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

LONGEST_TERM = 2_000
DEEPEST = 30
DEFAULT_DISTANCE = 10
FARTHEST = 100

_GRAMMAR = r"""
?start: any
any: all (_OR all)*
all: part (_AND? part)*
?part: NOT part -> negated
     | near
near: atom (NEAR atom)*
atom: FIELD? (WORD | PHRASE | bracket)
bracket: LPAR any RPAR

_OR.3: /(OR|ODER)(?=[\s()]|$)/
_AND.3: /(AND|UND)(?=[\s()]|$)/
NOT.3: /(NOT|NICHT)(?=[\s()]|$)/
NEAR.3: /(NEAR|NAHE)(\/\d{1,6})?(?=[\s()]|$)/
FIELD.2: /(?i:title|text|board|author|site):|[^\W\d_]+:(?=["“„»(\w*])/
PHRASE: /"[^"]*"|“[^”]*”|„[^“”"]*[“”"]|»[^«]*«/
WORD: /[^\s()"“”„»«]+/
LPAR: "("
RPAR: ")"
%ignore /\s+/
"""

_OPERATORS = {"_OR": "OR", "_AND": "AND", "NOT": "NOT", "NEAR": "NEAR"}

Number = Callable[[Pattern], int]
"""Gives a pattern its leaf number."""


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=False)


def parse(term: str, number: Number) -> Node:
    """The tree of a term. Raises ``QueryError`` with the place of the mistake."""
    from lark.exceptions import UnexpectedInput

    if not term.strip():
        raise QueryError("the term is empty")
    if len(term) > LONGEST_TERM:
        raise QueryError(f"the term is longer than {LONGEST_TERM} characters: split it", LONGEST_TERM)
    _check_depth(term)
    try:
        tree = _parser().parse(term)
    except UnexpectedInput as error:
        raise _explained(term, error) from None
    node = _Reader(number).any(tree, DEFAULT_FIELDS)
    if fits_without_words(node):
        raise QueryError(
            "the term only says what must not occur; name a word that must, or use the profile's `none`"
        )
    return node


def _check_depth(term: str) -> None:
    depth = 0
    for match in re.finditer(r'"[^"]*"?|[()]|(?<!\S)(?:NOT|NICHT)(?!\S)', term):
        depth += {"(": 1, "NOT": 1, "NICHT": 1, ")": -1}.get(match[0], 0)
        if depth > DEEPEST:
            raise QueryError(f"more than {DEEPEST} brackets or NOTs inside each other", match.start())


class _Reader:
    """Turns lark's tree into ours."""

    def __init__(self, number: Number) -> None:
        self._number = number

    def any(self, tree: Tree[Token], fields: tuple[Field, ...]) -> Node:
        return _one_or(Any, [self._all(child, fields) for child in _trees(tree)])

    def _all(self, tree: Tree[Token], fields: tuple[Field, ...]) -> Node:
        return _one_or(All, [self._part(child, fields) for child in _trees(tree)])

    def _part(self, tree: Tree[Token], fields: tuple[Field, ...]) -> Node:
        if tree.data == "negated":
            return Not(self._part(_trees(tree)[0], fields))
        atoms, operators = _trees(tree), _tokens(tree)
        if not operators:
            return self._atom(atoms[0], fields)
        place, where = self._place(atoms[0], fields)
        for operator, atom in zip(operators, atoms[1:], strict=True):
            other, there = self._place(atom, fields)
            if there != where:
                raise QueryError("both sides of NEAR must look into the same field", _start(atom))
            place = Near(place, other, _distance(operator))
        return Find(place, where)

    def _atom(self, tree: Tree[Token], fields: tuple[Field, ...]) -> Node:
        fields, inner = self._field(tree, fields)
        if not isinstance(inner, str):
            return self.any(_trees(inner)[0], fields)
        return Find(self._words(inner), fields)

    def _field(
        self, tree: Tree[Token], fields: tuple[Field, ...]
    ) -> tuple[tuple[Field, ...], Tree[Token] | Token]:
        *prefix, inner = tree.children
        return (_field(cast("Token", prefix[0])) if prefix else fields), inner

    def _place(self, tree: Tree[Token], fields: tuple[Field, ...]) -> tuple[Place, tuple[Field, ...]]:
        """An operand of NEAR: something with places in one set of fields."""
        node = self._atom(tree, fields)
        places: list[Place] = []
        where: set[tuple[Field, ...]] = set()
        pending = [node]
        while pending:
            match pending.pop(0):
                case Find(place, inside):
                    places.append(place)
                    where.add(inside)
                case Any(parts):
                    pending.extend(parts)
                case _:
                    raise QueryError(
                        "beside NEAR only words, phrases and brackets with OR can stand", _start(tree)
                    )
        if len(where) > 1:
            raise QueryError("all words beside NEAR must look into the same field", _start(tree))
        return (places[0] if len(places) == 1 else Either(tuple(places))), where.pop()

    def _words(self, token: Token) -> Place:
        """A word or a phrase. Either may hold several words: ``CRM-System``, ``"CRM für Vereine"``."""
        if token.type == "WORD":
            return self._chain(str(token), _start(token))
        words: list[Leaf | AnyWord] = []
        for match in re.finditer(r"\S+", token[1:-1]):
            if set(match[0]) == {"*"}:
                words.append(AnyWord())
                continue
            words.extend(self._row(match[0]))
        if not words:
            raise QueryError("the phrase has no words", _start(token))
        while isinstance(words[-1], AnyWord):
            words.pop()
            if not words:
                raise QueryError("the phrase has nothing but stars", _start(token))
        while isinstance(words[0], AnyWord):
            words.pop(0)
        first = words[0]
        return first if len(words) == 1 and isinstance(first, Leaf) else Phrase(tuple(words))

    def _chain(self, word: str, start: int) -> Place:
        row = self._row(word)
        if not row:
            what = "a lone * fits everything" if set(word) == {"*"} else f"“{word}” has no letter or digit"
            raise QueryError(f"{what}: name a word", start)
        if len(row) == 1:
            return row[0]
        whole = "".join(pattern.folded for pattern in _patterns(word))
        return Either((Phrase(tuple(row)), Leaf((self._number(Pattern(whole)),))))

    def _row(self, word: str) -> list[Leaf]:
        return [Leaf((self._number(pattern),)) for pattern in _patterns(word)]


def _patterns(word: str) -> list[Pattern]:
    """The patterns of what stands between two blanks of a query: usually one, more for ``CRM-System``."""
    patterns = []
    for part in re.finditer(rf"(?:\*|{WORD.pattern})+(?:\+\+|\#)?", word):
        if set(part[0]) == {"*"}:
            continue
        pieces = [
            "".join(found.folded for match in CHAIN.finditer(piece) for found in words_of(match[0]))
            for piece in part[0].split("*")
        ]
        patterns.append(Pattern(re.sub(r"\*+", "*", "*".join(pieces))))
    return patterns


def _field(token: Token) -> tuple[Field, ...]:
    name = token[:-1].lower()
    for field in FIELDS:
        if name == field:
            return (field,)
    near = difflib.get_close_matches(name, FIELDS, 1)
    hint = f"did you mean `{near[0]}:`?" if near else 'put it in "quotes" to look for the words'
    raise QueryError(f"there is no field `{name}:` ({', '.join(FIELDS)}); {hint}", _start(token))


def _distance(token: Token) -> int:
    _, slash, digits = token.partition("/")
    distance = int(digits) if slash else DEFAULT_DISTANCE
    if distance > FARTHEST:
        raise QueryError(f"NEAR reaches {FARTHEST} words at most", _start(token))
    return distance


_Group = TypeVar("_Group", Any, All)


def _one_or(group: type[_Group], parts: Sequence[Node]) -> Node:
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, group) else (part,))
    return group(tuple(flat))


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if not isinstance(child, str)]


def _tokens(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, str)]


def _start(part: Tree[Token] | Token) -> int:
    start = part.start_pos if isinstance(part, str) else part.meta.start_pos
    return start or 0


_DANGLING = re.compile(
    r"(?:^|(?<=[\s(]))((?:AND|UND|OR|ODER|NOT|NICHT|(?:NEAR|NAHE)(?:/\d+)?)|(?i:title|text|board|author|site):)\s*$"
)
"""An operator or a field at the end of a term."""


def _explained(term: str, error: Exception) -> QueryError:
    """Lark's complaint in the owner's words."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken

    if isinstance(error, UnexpectedCharacters):
        return QueryError("the quotation mark that opens here is never closed", error.pos_in_stream or 0)
    assert isinstance(error, UnexpectedToken)
    token = error.token
    if token.type == "$END":
        opened = [match.start() for match in _brackets(term)]
        last = _DANGLING.search(term)
        if last:
            return QueryError(f"{last[1]} needs something after it", last.start(1))
        return QueryError("the bracket that opens here is never closed", opened[-1] if opened else len(term))
    place = token.start_pos or 0
    if token.type == "RPAR":
        before = term[:place].rstrip()
        if before.endswith("("):
            return QueryError("there is nothing between the brackets", place)
        if any(True for _ in _brackets(term[:place])):
            return QueryError(f"{before.split()[-1].strip('(')} needs something after it", place)
        return QueryError("this bracket closes nothing", place)
    if token.type in _OPERATORS:
        return QueryError(f"{token} needs something before it (write it small to look for the word)", place)
    return QueryError(f"“{token}” cannot stand here", place)


def _brackets(term: str) -> list[re.Match[str]]:
    """Brackets that are open at the end of a term."""
    opened: list[re.Match[str]] = []
    for match in re.finditer(r'"[^"]*"|[()]', term):
        if match[0] == "(":
            opened.append(match)
        elif match[0] == ")" and opened:
            opened.pop()
    return opened
