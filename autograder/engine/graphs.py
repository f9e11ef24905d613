"""Gradients across the two processes.

A tensor that one side computed keeps its autograd graph there. On the other side it is the output of a function whose
backward asks for the product of the gradient and the graph's Jacobian; where the graph's own leaves are parameters of
its side, they collect their gradients there, as they would in one process.
"""

import sys

from autograder.engine.wire import TooLargeError, WireError

MAX_NODES = 20_000


class Graphs:
    """The graphs of this side that the other side holds results of."""

    def __init__(self, peer):
        self.peer, self.nodes, self.last, self._function, self._dummy = peer, {}, 0, None, None

    def clear(self):
        """Forget all graphs."""
        self.nodes.clear()

    def lend(self, encoder, tensor):
        """Return [node, numbers of arguments it may depend on]; None where it is an argument: there it is a leaf."""
        if encoder.is_request:
            return None
        if len(self.nodes) >= MAX_NODES:
            raise TooLargeError("too many results with gradients")
        self.last += 1
        encoder.nodes += 1
        leaves = encoder.leaves_of or []
        self.nodes[self.last] = tensor, [leaf for _, leaf in leaves]
        return [self.last, [number for number, _ in leaves]]

    def attach(self, decoder, value, node, numbers):
        """Return `value` as the output of the other side's node, a function of the arguments of these numbers."""
        torch = sys.modules["torch"]
        if type(node) is not int or type(numbers) is not list:
            raise WireError("bad node")
        inputs = []
        for number in numbers:
            if type(number) is not int or not 0 <= number < len(decoder.known):
                raise WireError("no such argument")
            argument = decoder.known[number]
            if not isinstance(argument, torch.Tensor):
                raise WireError("no tensor")
            inputs.append(argument)
        if self._function is None:
            self._function = _make_function(torch)
            self._dummy = torch.zeros((), requires_grad=True)
        with torch.enable_grad():
            return self._function.apply(self.peer, node, value, self._dummy, *inputs)

    def backward(self, node, grad):
        """Run one graph backwards; return the gradients of the leaves that are copies of the other side's arguments."""
        torch = sys.modules["torch"]
        if node not in self.nodes:
            raise RuntimeError("a gradient through a result of an earlier test cell cannot be had")
        tensor, leaves = self.nodes[node]
        kept = [leaf.grad for leaf in leaves]
        for leaf in leaves:
            leaf.grad = None
        try:
            torch.autograd.backward([tensor], [grad], retain_graph=True)
            return [leaf.grad for leaf in leaves]
        finally:
            for leaf, old in zip(leaves, kept, strict=True):
                leaf.grad = old


def _make_function(torch):
    class Remote(torch.autograd.Function):
        """A function whose graph is in the other process."""

        @staticmethod
        def forward(ctx, peer, node, value, dummy, *inputs):
            ctx.peer, ctx.node = peer, node
            ctx.save_for_backward(*inputs)
            return value.view_as(value)

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, grad):
            inputs = ctx.saved_tensors
            found = ctx.peer.request("vjp", ctx.node, grad.detach().clone())
            if type(found) is not list or len(found) != len(inputs):
                raise WireError("bad gradients")
            for value, part in zip(inputs, found, strict=True):
                if part is not None and (not isinstance(part, torch.Tensor) or part.shape != value.shape):
                    raise WireError("bad gradients")
            parts = [p if needed else None for p, needed in zip(found, ctx.needs_input_grad[4:], strict=True)]
            return (None, None, None, None, *parts)

    return Remote
