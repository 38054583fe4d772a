using System.Numerics;

namespace NeuralCore.Ops;

/// <summary>An op of the user's, item by item.</summary>
internal sealed class CustomNode : Node
{
    private readonly CustomOp _op;

    /// <summary>Applies the op.</summary>
    public CustomNode(CustomOp op, Value input)
        : base([input])
    {
        _op = op;
        NewOutput(op.Kind, op.OutputShape(input.Shape));
    }

    public override string Description => _op.GetType().Name;

    public override IEnumerable<Value> ReadBackward => [Input, Output];

    public override void Forward<T>(in NodeRun<T> run) => Work(run).Run(run, isForward: true);

    public override void Backward<T>(in NodeRun<T> run) => Work(run).Run(run, isForward: false);

    private CustomWork<T> Work<T>(in NodeRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T> => (CustomWork<T>)(run.Memory.Work ??= new CustomWork<T>(_op, Input.Shape.Count, Output.Shape.Count));
}

/// <summary>The items of one run of a user's op, shared out to the backend's threads.</summary>
internal sealed class CustomWork<T>(CustomOp op, int inputCount, int outputCount) : IItemWork
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private NodeMemory<T>? _memory;
    private IBackend<T>? _backend;
    private bool _isForward;
    private Exception? _failure;

    /// <summary>Runs all items.</summary>
    /// <exception cref="InvalidOperationException">The backend's memory is not the host's, or the op threw.</exception>
    public void Run(in NodeRun<T> run, bool isForward)
    {
        (_memory, _backend, _isForward, _failure) = (run.Memory, run.Backend, isForward, null);
        if (run.Backend.HostValues(run.Input).IsEmpty)
        {
            throw new InvalidOperationException($"The op {op.GetType().Name} is written for the processor, and the backend {run.Backend.Name} computes elsewhere: compile the model with a CPU backend.");
        }

        run.Backend.ForEachItem(this, run.Items);
        if (_failure is { } failure)
        {
            throw new InvalidOperationException($"The op {op.GetType().Name} failed in its {(isForward ? "forward" : "backward")} pass: {failure.Message}", failure);
        }
    }

    void IItemWork.Do(int first, int end, int worker)
    {
        try
        {
            for (int item = first; item < end; item++)
            {
                Span<T> x = Item(_memory!.Inputs[0], item, inputCount), y = Item(_memory.Outputs[0], item, outputCount);
                if (_isForward)
                {
                    op.Forward<T>(x, y);
                }
                else
                {
                    op.Backward<T>(x, y, Item(_memory.OutputGradients[0]!.Value, item, outputCount), Item(_memory.InputGradients[0]!.Value, item, inputCount));
                }
            }
        }
        catch (Exception failure)
        {
            // It belongs to the thread that runs the plan.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private Span<T> Item(Slot slot, int item, int count) => _backend!.HostValues(slot).Slice(item * count, count);
}
