"""Training steps of the seed network in PyTorch on a CUDA device: torch_step.py BATCH STEPS eager|compiled [DEVICE].

Prints one line: images/s. Single precision without TF32, Adam with Keras's epsilon, dropout as in the network, random images that wait in
page-locked memory and are uploaded in each step. The loss of a step is not read back, which NeuralCore does: that is PyTorch's head start.
"""

import sys
import time

import torch
from torch import nn

WARM_UP = 20


def network():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(), nn.Linear(9216, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10),
    )


def main():
    batch, steps, mode = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    device = torch.device("cuda", int(sys.argv[4]) if len(sys.argv) > 4 else 0)
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    model = network().to(device)
    optimizer = torch.optim.Adam(model.parameters(), eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    images = torch.rand(batch, 1, 28, 28).pin_memory()
    labels = torch.randint(0, 10, (batch,)).pin_memory()

    run = torch.compile(model) if mode == "compiled" else model

    def step():
        x, y = images.to(device, non_blocking=True), labels.to(device, non_blocking=True)
        optimizer.zero_grad(set_to_none=True)
        loss_of(run(x), y).backward()
        optimizer.step()

    for _ in range(WARM_UP):
        step()
    torch.cuda.synchronize(device)
    start = time.perf_counter()
    for _ in range(steps):
        step()
    torch.cuda.synchronize(device)
    print(f"{batch * steps / (time.perf_counter() - start):.0f}")


if __name__ == "__main__":
    main()
