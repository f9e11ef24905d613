"""The trained network whose inference is measured: float32, on the CPU, in evaluation mode."""

from dataclasses import replace

import torch
import train

from measure import training


def trained(context, name):
    """Return a network for "mnist" or "clothing", trained here; kept in the context's folder for later sections."""
    recipe = train.CPU_RECIPES[name] if context.quick else train.RECIPES[name]
    kept = context.folder / f"{name}.pt"
    net = recipe.net()
    if kept.is_file():
        net.load_state_dict(torch.load(kept, weights_only=True))
        return net.eval()
    if context.quick:
        recipe = replace(recipe, epochs=8, batch=32)
    images = training.images_for(context, name, "train").to(context.device)
    speed = replace(train.everything(context.device), compile=False)  # seconds either way: not worth compiling for
    trainer, _ = training.prepared(context, recipe, images, context.seed, speed)
    train.fit(trainer, images)
    net.load_state_dict({key: value.detach().cpu().contiguous() for key, value in trainer.net.state_dict().items()})
    torch.save(net.state_dict(), kept)
    return net.eval()
