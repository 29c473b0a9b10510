"""Jinja with less to do for each value that it prints; what it prints is the same.

A list prints a thousand values, and most are finished markup: the answer of a macro, a filter or a translation. Jinja makes
a new object of each once more, asks of each macro three times what kind of callable it is, and compares all global names at
each import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, Template
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import nodes
    from jinja2.compiler import Frame
    from jinja2.environment import TemplateModule


def printed(value: object) -> str:
    """What stands on the page: finished markup as it is, everything else escaped."""
    return value if type(value) is Markup else escape(value)


class PrintingCode(CodeGenerator):
    """Writes ``printed(value)`` where Jinja writes ``escape(value)``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401  # Jinja's own
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.printed(")
        else:
            super()._output_child_pre(node, frame, finalize)


class PrintingContext(Context):
    """Calls a macro without asking what kind of callable it is."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as Jinja has it
        """The answer of what a template calls."""
        if type(called) is not Macro:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **kwargs)


class PrintingTemplate(Template):
    """Is imported as it is: no template of ours has global names beside those of the environment."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002  # Jinja compares its names
        return super()._get_default_module()


class PrintingEnvironment(Environment):
    """An environment that prints so."""

    code_generator_class = PrintingCode
    context_class = PrintingContext
    template_class = PrintingTemplate
    printed = staticmethod(printed)
