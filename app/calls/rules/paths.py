"""Dotted paths: how a person names a place in a call document, such as ``form.sections.budget``.

A list element is named by its own id (``strands.main``), its kind
(``eligibility.minimum_countries``) or its group, never by its position where it has a name;
of several elements of one name, the second is ``countries_2``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Place = tuple[str | int, ...]
_NAMES = ("id", "group", "field", "stage", "legal_form", "number", "version", "kind")


def element_names(elements: Sequence[object]) -> tuple[str, ...]:
    """The name of each element of a list, unique within it."""
    seen: dict[str, int] = {}
    names = []
    for position, element in enumerate(elements, start=1):
        name = _own_name(element) or str(position)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(names)


def _own_name(element: object) -> str:
    if not isinstance(element, Mapping):
        return ""
    return next((str(element[key]) for key in _NAMES if isinstance(element.get(key), str | int)), "")


def children(node: object) -> Iterator[tuple[str, str | int, object]]:
    """Name, key or position, and value of everything directly below ``node``."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key), str(key), value
    elif isinstance(node, list | tuple):
        for position, (name, value) in enumerate(zip(element_names(node), node, strict=True)):
            yield name, position, value


def place_of(tree: object, path: str) -> Place | None:
    """Keys and positions of a dotted path; None where nothing stands there."""
    return _descend(tree, path.split("."), ())


def _descend(node: object, rest: list[str], place: Place) -> Place | None:
    if not rest:
        return place
    for taken in range(1, len(rest) + 1):  # a version such as 1.1 holds a dot itself
        wanted = ".".join(rest[:taken])
        for name, key, value in children(node):
            if name == wanted and (found := _descend(value, rest[taken:], (*place, key))) is not None:
                return found
    return None


def path_of(tree: object, place: Place) -> str:
    """The dotted path of a place; positions stay numbers (from 1) where an element has no name."""
    names: list[str] = []
    node: object = tree
    for key in place:
        match = next(((name, value) for name, at, value in children(node) if at == key), None)
        names.append(match[0] if match else str(key + 1 if isinstance(key, int) else key))
        node = match[1] if match else None
    return ".".join(names)


def with_value(tree: object, place: Place, value: object) -> object:
    """A copy of ``tree`` with another value at an existing place."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    if isinstance(tree, Mapping):
        return {key: with_value(item, rest, value) if key == first else item for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        return [with_value(item, rest, value) if at == first else item for at, item in enumerate(tree)]
    raise KeyError(first)


def is_amount(value: object) -> bool:
    """Whether a plain value is the JSON form of Money."""
    return isinstance(value, Mapping) and set(value) == {"amount", "currency"}


def leaves(tree: object, place: Place = ()) -> Iterator[tuple[Place, object]]:
    """Every single value with its place; an amount with its currency is one value."""
    if isinstance(tree, Mapping | list | tuple) and not is_amount(tree):
        for _, key, value in children(tree):
            yield from leaves(value, (*place, key))
    else:
        yield place, tree


def named_leaves(tree: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The same with its dotted path: one walk names them all."""
    if isinstance(tree, Mapping | list | tuple) and not is_amount(tree):
        for name, _, value in children(tree):
            yield from named_leaves(value, f"{path}.{name}" if path else name)
    else:
        yield path, tree
