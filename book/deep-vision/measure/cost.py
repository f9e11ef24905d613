"""What a network must cost at least: operations and bytes per image, for the roofline."""

import torch
from torch import nn


def of(net, shape, batch):
    """Return operations and bytes per image, counted layer by layer on one image of this shape (C, H, W).

    A multiply-add counts as two operations; only convolutions and linear layers are counted, and a training step as
    three times the forward pass. ``activation_bytes`` is what the layers read and write in one forward pass if every
    layer goes through memory, in float32; the weights are shared by the whole batch.
    """
    rows, hooks = [], []

    def note(module, inputs, output):
        weights = sum(p.numel() for p in module.parameters(recurse=False))
        operations = 0
        if isinstance(module, nn.Conv2d):
            operations = 2 * output.numel() * module.weight[0].numel()
        elif isinstance(module, nn.Linear):
            operations = 2 * output.numel() * module.in_features
        rows.append((operations, 4 * (inputs[0].numel() + output.numel()), 4 * weights))

    for module in net.modules():
        if not list(module.children()):
            hooks.append(module.register_forward_hook(note))
    training = net.training
    with torch.no_grad():
        net.eval()(torch.zeros(1, *shape, device=next(net.parameters()).device))
    net.train(training)
    for hook in hooks:
        hook.remove()
    forward, activations, weights = (sum(column) for column in zip(*rows, strict=True))
    return {
        "parameters": sum(p.numel() for p in net.parameters()),
        "forward_flop": forward,
        "training_flop": 3 * forward,
        "activation_bytes": activations,
        "weight_bytes_per_image": weights / batch,
    }
