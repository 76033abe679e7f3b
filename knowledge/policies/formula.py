"""The small expression language of tax formulas: a whitelisted syntax tree over `Decimal`, never `eval`.

Allowed: numbers, strings, names, + - * /, comparisons, and/or/not, `a if c else b`, lists, and the functions below.
"""

import ast
from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

Value = Decimal | bool | str | list[Any]


def _rounded(step: str) -> Callable[[Decimal], Decimal]:
    return lambda number: number.quantize(Decimal(step), ROUND_HALF_UP)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "r2": _rounded("0.01"),
    "r0": _rounded("1"),
    "floor": lambda number: number.quantize(Decimal(1), ROUND_FLOOR),
    "min": min,
    "max": max,
    "abs": abs,
}
TABLED = frozenset({"progressive", "bracket", "lookup"})  # over the tables of a rule, see `tables.py`
ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}


PLAIN = (
    *(ast.Constant, ast.Name, ast.IfExp, ast.List, ast.BoolOp, ast.Compare, ast.expr_context),
    *(ast.BinOp, ast.UnaryOp, ast.And, ast.Or, ast.Not, ast.USub),
)


class FormulaError(ValueError):
    """A formula that isn't in the language; raised when rules are loaded."""


def parse(line: str) -> tuple[str, ast.expr]:
    """`name = expression` → its name and checked tree."""
    try:
        [statement] = ast.parse(line.strip()).body
    except (SyntaxError, ValueError):
        raise FormulaError(f"公式 “{line}” 不是一条 名称 = 表达式") from None
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        raise FormulaError(f"公式 “{line}” 应写成 名称 = 表达式")
    target = statement.targets[0]
    if not isinstance(target, ast.Name):
        raise FormulaError(f"公式 “{line}” 左边应是一个名称")
    _check(statement.value)
    return target.id, statement.value


def names(tree: ast.expr) -> frozenset[str]:
    """Names a formula reads."""
    return frozenset(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id not in {*FUNCTIONS, *TABLED}
    )


def tables_named(tree: ast.expr) -> frozenset[str]:
    """Tables that `progressive`, `bracket` and `lookup` name: their first argument, always a plain word."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TABLED:
            first = node.args[0] if node.args else None
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                raise FormulaError(f"{node.func.id} 的第一个参数应是表名")
            found.add(first.value)
    return frozenset(found)


def evaluate(tree: ast.expr, scope: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] = FUNCTIONS) -> Any:
    match tree:
        case ast.Constant(value=bool() | str() as value):
            return value
        case ast.Constant(value=value):
            return Decimal(str(value))
        case ast.Name(id=name):
            return scope[name]
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)](evaluate(left, scope, functions), evaluate(right, scope, functions))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -evaluate(operand, scope, functions)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not evaluate(operand, scope, functions)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(evaluate(value, scope, functions) for value in values)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(evaluate(value, scope, functions) for value in values)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return evaluate(body if evaluate(test, scope, functions) else orelse, scope, functions)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [evaluate(side, scope, functions) for side in (left, *comparators)]
            return all(COMPARISONS[type(op)](a, b) for op, a, b in zip(ops, sides, sides[1:], strict=False))
        case ast.List(elts=items):
            return [evaluate(item, scope, functions) for item in items]
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return functions[name](*(evaluate(argument, scope, functions) for argument in arguments))
    raise FormulaError(f"公式里有不支持的写法：{ast.dump(tree)[:60]}")


def _check(tree: ast.expr) -> None:
    for node in ast.walk(tree):
        allowed = (
            isinstance(node, PLAIN)
            or type(node) in ARITHMETIC
            or type(node) in COMPARISONS
            or (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {*FUNCTIONS, *TABLED}
            )
        )
        if not allowed or (isinstance(node, ast.Call) and node.keywords):
            raise FormulaError(f"公式里有不支持的写法：{type(node).__name__}")
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool | int | float | str):
            raise FormulaError("公式里的常数只能是数、文字或真假")
