using System.Numerics;
using NeuralCore.Ops;

namespace NeuralCore;

/// <summary>A loss of the user's, item by item.</summary>
internal sealed class CustomLossNode : LossNode
{
    private readonly Loss _loss;

    /// <summary>Applies the loss.</summary>
    public CustomLossNode(Loss loss, Value prediction, Value targets, Value? weights)
        : base(prediction, targets, weights)
    {
        _loss = loss;
        NewOutput("losses", default);
    }

    public override string Description => _loss.GetType().Name;

    public override void Forward<T>(in NodeRun<T> run)
    {
        if (run.Run.HasTargets)
        {
            Work(run).Run(run, isForward: true);
        }
    }

    protected override void BackwardUnweighted<T>(in NodeRun<T> run) => Work(run).Run(run, isForward: false);

    private CustomLossWork<T> Work<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T> => (CustomLossWork<T>)(run.Memory.Work ??= new CustomLossWork<T>(_loss, Input.Shape.Count, Targets));
}

/// <summary>The items of one run of a user's loss, shared out to the backend's threads.</summary>
internal sealed class CustomLossWork<T>(Loss loss, int count, Value targets) : IItemWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private NodeMemory<T>? _memory;
    private IBackend<T>? _backend;
    private T _items;
    private bool _isForward;
    private Exception? _failure;

    /// <summary>Runs all items.</summary>
    /// <exception cref="InvalidOperationException">The backend's memory is not the host's, or the loss threw.</exception>
    public void Run(in NodeRun<T> run, bool isForward)
    {
        (_memory, _backend, _items, _isForward, _failure) = (run.Memory, run.Backend, T.CreateChecked(run.Items), isForward, null);
        if (run.Backend.HostValues(run.Input).IsEmpty)
        {
            throw new InvalidOperationException($"The loss {loss.Name} is written for the processor, and the backend {run.Backend.Name} computes elsewhere: compile the model with a CPU backend.");
        }

        run.Backend.ForEachItem(this, run.Items);
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"The loss {loss.Name} failed in its {(isForward ? "forward" : "backward")} pass: {failure.Message}", failure);
        }
    }

    void IItemWork.Do(int first, int end, int worker)
    {
        Span<T> label = stackalloc T[1];
        try
        {
            for (int item = first; item < end; item++)
            {
                ReadOnlySpan<T> prediction = Item(_memory!.Inputs[0], item, count), target = label;
                if (targets.Kind == ElementKind.Label)
                {
                    label[0] = T.CreateChecked(NativeBlock.Values<int>(_memory.Inputs[1])[item]);
                }
                else
                {
                    target = Item(_memory.Inputs[1], item, targets.Shape.Count);
                }

                if (_isForward)
                {
                    Item(_memory.Outputs[0], item, 1)[0] = loss.Forward(prediction, target);
                }
                else
                {
                    Span<T> gradient = Item(_memory.InputGradients[0]!.Value, item, count);
                    loss.Backward(prediction, target, gradient);
                    foreach (ref T element in gradient)
                    {
                        element /= _items;
                    }
                }
            }
        }
        catch (Exception failure)
        {
            // It belongs to the thread that runs the plan.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private Span<T> Item(Slot slot, int item, int length) => _backend!.HostValues(slot).Slice(item * length, length);
}
