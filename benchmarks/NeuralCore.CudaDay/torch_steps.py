"""Training steps of the digit network in PyTorch on a CUDA device, on demand: torch_steps.py [DEVICE].

Says its version, then reads lines of MODE BATCH STEPS and answers each with images/s. MODE is eager, compiled, or graphs: compiled with
CUDA graphs. Single precision without TF32, Adam with Keras's epsilon, dropout as in the network, random images that wait in page-locked memory
and are uploaded in each step. The loss of a step is not read back, which NeuralCore does: that is PyTorch's head start.
"""

import sys
import time

import torch
from torch import nn


def network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(9216, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10),
    )


def make_step(mode, batch, device):
    torch.manual_seed(1)
    model = network().to(device)
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7, fused=True)
    loss_of = nn.CrossEntropyLoss()
    images = torch.rand(batch, 1, 28, 28).pin_memory()
    labels = torch.randint(0, 10, (batch,)).pin_memory()
    run = model
    if mode != "eager":
        run = torch.compile(model, mode="reduce-overhead" if mode == "graphs" else "default")

    def step():
        x, y = images.to(device, non_blocking=True), labels.to(device, non_blocking=True)
        optimizer.zero_grad(set_to_none=True)
        loss_of(run(x), y).backward()
        optimizer.step()

    return step


def main():
    device = torch.device("cuda", int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name(device)}", flush=True)
    steps = {}
    for line in sys.stdin:
        mode, batch, count = line.split()
        key = (mode, batch)
        if key not in steps:
            steps[key] = make_step(mode, int(batch), device)
        torch.cuda.synchronize(device)
        start = time.perf_counter()
        for _ in range(int(count)):
            steps[key]()
        torch.cuda.synchronize(device)
        print(f"{int(batch) * int(count) / (time.perf_counter() - start):.0f}", flush=True)


if __name__ == "__main__":
    main()
